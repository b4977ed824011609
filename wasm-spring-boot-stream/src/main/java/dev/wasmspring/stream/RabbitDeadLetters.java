package dev.wasmspring.stream;

import org.jspecify.annotations.Nullable;

import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.rabbit.core.RabbitOperations;
import org.springframework.amqp.rabbit.retry.RepublishMessageRecoverer;
import org.springframework.messaging.Message;
import org.springframework.util.StringUtils;

/**
 * The dead-letter queue of a binding: the one that the binder makes for it. Lives as long
 * as the binding; used by its consumers' threads at once.
 */
final class RabbitDeadLetters implements DeadLetters {

	private final RabbitOperations template;

	private final String exchange;

	private final @Nullable String routingKey;

	/**
	 * Creates it.
	 * @param template sends in transactions, so that it knows that the broker has a
	 * message
	 * @param routingKey the routing key, or {@code null} for the name of the queue that a
	 * message came from
	 */
	RabbitDeadLetters(RabbitOperations template, String exchange, @Nullable String routingKey) {
		this.template = template;
		this.exchange = exchange;
		this.routingKey = routingKey;
	}

	@Override
	public String send(Message<?> message, DeadLetter letter) {
		org.springframework.amqp.core.Message source = RabbitDelivery.source(message);
		MessageProperties properties = source.getMessageProperties();
		letter.headers().forEach(properties::setHeader);
		properties.setHeader(RepublishMessageRecoverer.X_ORIGINAL_EXCHANGE,
				String.valueOf(properties.getReceivedExchange()));
		properties.setHeader(RepublishMessageRecoverer.X_ORIGINAL_ROUTING_KEY,
				String.valueOf(properties.getReceivedRoutingKey()));
		String key = StringUtils.hasText(this.routingKey) ? this.routingKey
				: String.valueOf(properties.getConsumerQueue());
		this.template.send(this.exchange, key, source);
		return this.exchange + "/" + key;
	}

}
