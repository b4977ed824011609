package dev.wasmspring.stream;

import java.util.function.BooleanSupplier;

import dev.wasmspring.function.BrokerMessage;
import dev.wasmspring.function.WasmFunctionException;
import dev.wasmspring.stream.MessageFailurePolicy.Fate;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.messaging.Message;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.MessageDeliveryException;
import org.springframework.util.ConcurrentLruCache;
import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;

/**
 * The way from a binder to the functions of a binding. A message passes it when its
 * result was sent or when it is among the dead letters, and not before; until then its
 * consumer waits. Lives as long as the binding; used by its consumers' threads at once.
 */
final class MessageGate implements MessageChannel {

	private static final Log logger = LogFactory.getLog(MessageGate.class);

	private static final long FIRST_PAUSE = 20;

	private static final long LONGEST_PAUSE = 1000;

	/** Of those that another instance was given, nobody hears again. */
	private static final int REMEMBERED = 10_000;

	private final String binding;

	private final MessageChannel functions;

	private final Delivery delivery;

	private final @Nullable DeadLetters deadLetters;

	private final MessageFailurePolicy policy;

	private final Retries retries;

	private final BooleanSupplier open;

	/**
	 * Since when messages wait, in nanoseconds, those that were given back meanwhile too.
	 */
	private final ConcurrentLruCache<Object, Long> waiting = new ConcurrentLruCache<>(REMEMBERED,
			(identity) -> System.nanoTime());

	/** How often messages were tried that went back to the broker each time. */
	private final ConcurrentLruCache<Object, BackOffExecution> retried;

	/**
	 * Creates a gate.
	 * @param binding the name of the binding
	 * @param functions the channel that calls the functions and sends their results
	 * @param deadLetters where messages go whose call fails, {@code null} if there is no
	 * such place: they are lost then
	 * @param retries how often a message is tried
	 * @param open whether messages are still to be handled; when that ends, they go back
	 * to the broker
	 */
	MessageGate(String binding, MessageChannel functions, Delivery delivery, @Nullable DeadLetters deadLetters,
			MessageFailurePolicy policy, Retries retries, BooleanSupplier open) {
		this.binding = binding;
		this.functions = functions;
		this.delivery = delivery;
		this.deadLetters = deadLetters;
		this.policy = policy;
		this.retries = retries;
		this.retried = new ConcurrentLruCache<>(REMEMBERED, (identity) -> retries.backOff().start());
		this.open = open;
	}

	/**
	 * Handles a message, or one after the other those that came together: each has a
	 * sandbox of its own, and its own fate.
	 */
	@Override
	public boolean send(Message<?> received, long timeout) {
		for (Message<?> message : this.delivery.messages(received)) {
			handle(message);
		}
		return true;
	}

	private void handle(Message<?> message) {
		Attempts attempts = new Attempts(message);
		while (true) {
			try {
				call(message);
				attempts.over();
				return;
			}
			catch (RuntimeException ex) {
				DeadLetter letter = new DeadLetter(ex);
				if (!attempts.again(letter)) {
					bury(message, letter);
					attempts.over();
					return;
				}
			}
		}
	}

	private void call(Message<?> message) {
		Message<?> sent = this.delivery.forFunction(message);
		BrokerMessage.handle(sent.getHeaders(), () -> {
			if (!this.functions.send(sent)) {
				throw new MessageDeliveryException(sent, "Nobody took the message");
			}
		});
	}

	private void bury(Message<?> message, DeadLetter letter) {
		if (this.deadLetters == null) {
			logger.error("A message of the binding '" + this.binding + "' is lost: it has no place for dead letters. "
					+ letter);
			return;
		}
		try {
			String place = this.deadLetters.send(message, letter);
			logger
				.warn("A message of the binding '" + this.binding + "' is a dead letter in '" + place + "'. " + letter);
		}
		catch (RuntimeException ex) {
			logger.error("A message of the binding '" + this.binding
					+ "' could not be sent to the dead letters and will be delivered again. " + letter, ex);
			pause();
			throw this.delivery.again(message, ex);
		}
	}

	/**
	 * So that a broker that is in trouble is not asked without end.
	 */
	private static void pause() {
		try {
			Thread.sleep(LONGEST_PAUSE);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * What was tried with a message. Lives while it is handled, used by one thread.
	 */
	private final class Attempts {

		private final Message<?> message;

		private final long began = System.nanoTime();

		private @Nullable BackOffExecution retry;

		private @Nullable BackOffExecution wait;

		Attempts(Message<?> message) {
			this.message = message;
		}

		/**
		 * Pauses before the next attempt.
		 * @return whether there is to be one
		 */
		boolean again(DeadLetter letter) {
			return switch (fate(letter)) {
				case DEAD_LETTER -> false;
				case RETRY -> retry(letter);
				case WAIT -> await(letter);
			};
		}

		private Fate fate(DeadLetter letter) {
			// What fails because the application ends must not look like a message's
			// fault
			if (!MessageGate.this.open.getAsBoolean() || Thread.currentThread().isInterrupted()) {
				throw MessageGate.this.delivery.again(this.message, letter.failure());
			}
			WasmFunctionException cause = letter.cause();
			if (cause != null) {
				return MessageGate.this.policy.fate(cause);
			}
			return MessageGate.this.retries.includes(letter.failure()) ? Fate.RETRY : Fate.DEAD_LETTER;
		}

		private boolean retry(DeadLetter letter) {
			// A function that failed has sent nothing
			boolean takenBack = letter.cause() == null && MessageGate.this.delivery.isTransactional();
			if (this.retry == null) {
				this.retry = takenBack ? MessageGate.this.retried.get(MessageGate.this.delivery.identity(this.message))
						: MessageGate.this.retries.backOff().start();
			}
			long pause = this.retry.nextBackOff();
			if (pause == BackOffExecution.STOP) {
				return false;
			}
			pause(pause, letter);
			if (takenBack) {
				throw MessageGate.this.delivery.again(this.message, letter.failure());
			}
			return true;
		}

		private boolean await(DeadLetter letter) {
			long since = MessageGate.this.waiting.get(MessageGate.this.delivery.identity(this.message));
			long now = System.nanoTime();
			if (now - since >= MessageGate.this.policy.patience().toNanos()) {
				return false;
			}
			if ((now - this.began) / 1_000_000 >= MessageGate.this.delivery.longestWait()) {
				throw MessageGate.this.delivery.again(this.message, letter.failure());
			}
			if (this.wait == null) {
				ExponentialBackOff backOff = new ExponentialBackOff(FIRST_PAUSE, 1.5);
				backOff.setMaxInterval(LONGEST_PAUSE);
				this.wait = backOff.start();
			}
			pause(this.wait.nextBackOff(), letter);
			return true;
		}

		private void pause(long millis, DeadLetter letter) {
			try {
				Thread.sleep(millis);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw MessageGate.this.delivery.again(this.message, letter.failure());
			}
		}

		void over() {
			if (MessageGate.this.waiting.size() + MessageGate.this.retried.size() > 0) {
				Object identity = MessageGate.this.delivery.identity(this.message);
				MessageGate.this.waiting.remove(identity);
				MessageGate.this.retried.remove(identity);
			}
		}

	}

}
