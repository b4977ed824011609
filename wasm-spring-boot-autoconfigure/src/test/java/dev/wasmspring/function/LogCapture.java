package dev.wasmspring.function;

import java.util.List;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.slf4j.LoggerFactory;

/**
 * Keeps what is written to one logger while it is open.
 */
final class LogCapture implements AutoCloseable {

	private final Logger logger;

	private final Level previous;

	private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

	LogCapture(String logger, Level level) {
		this.logger = (Logger) LoggerFactory.getLogger(logger);
		this.previous = this.logger.getLevel();
		this.logger.setLevel(level);
		this.appender.start();
		this.logger.addAppender(this.appender);
	}

	/** What was logged, as {@code LEVEL message}. */
	List<String> lines() {
		return List.copyOf(this.appender.list)
			.stream()
			.map((event) -> event.getLevel() + " " + event.getFormattedMessage())
			.toList();
	}

	@Override
	public void close() {
		this.logger.detachAppender(this.appender);
		this.logger.setLevel(this.previous);
	}

}
