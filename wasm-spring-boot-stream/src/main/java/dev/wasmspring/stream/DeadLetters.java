package dev.wasmspring.stream;

import org.springframework.messaging.Message;

/**
 * Where a binding's dead letters go. Lives as long as the binding; used by its consumers'
 * threads at once.
 */
interface DeadLetters {

	/**
	 * Sends a message there, and returns when the broker has it.
	 * @param message the message, as it was received
	 * @param letter why it is a dead letter
	 * @return the name of the place, for the log
	 * @throws RuntimeException if the broker does not take it: the message must not be
	 * acknowledged then
	 */
	String send(Message<?> message, DeadLetter letter);

}
