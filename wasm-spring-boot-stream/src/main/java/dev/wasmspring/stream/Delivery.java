package dev.wasmspring.stream;

import java.util.List;

import org.springframework.messaging.Message;

/**
 * How a binder delivers, and how it is told that a message was not handled. Lives as long
 * as the binding; used by its consumers' threads at once.
 */
interface Delivery {

	/**
	 * The messages that were received together, each as it would have come alone.
	 * @param received what the binder received
	 */
	List<Message<?>> messages(Message<?> received);

	/**
	 * What functions are called with: without what is for the binder alone, and with what
	 * results are to keep.
	 */
	Message<?> forFunction(Message<?> message);

	/**
	 * A name for a message that stays the same when it is delivered again.
	 */
	Object identity(Message<?> message);

	/**
	 * How long a consumer may wait without asking the broker for more, in milliseconds.
	 */
	long longestWait();

	/**
	 * Whether results are taken back when a message is delivered again: what failed after
	 * its result was sent must not be tried once more on top of that.
	 */
	boolean isTransactional();

	/**
	 * The exception that makes the binder deliver a message and those after it again,
	 * whatever the number of attempts.
	 * @param message the message
	 * @param cause why
	 */
	RuntimeException again(Message<?> message, Throwable cause);

}
