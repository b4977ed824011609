package dev.wasmspring.function;

import java.util.HashMap;
import java.util.Map;

import org.jetbrains.annotations.ApiStatus;
import org.jspecify.annotations.Nullable;

import org.springframework.messaging.MessageHeaders;

/**
 * A message of a broker that functions are called with on this thread. The function
 * catalog gives them its payload alone; here they find its headers, and leave the content
 * type of what they answer. Lives while the message is handled, used by one thread.
 */
@ApiStatus.Internal
public final class BrokerMessage {

	private static final ThreadLocal<@Nullable BrokerMessage> CURRENT = new ThreadLocal<>();

	private final MessageHeaders headers;

	private @Nullable Object answer;

	private @Nullable String contentType;

	private BrokerMessage(MessageHeaders headers) {
		this.headers = headers;
	}

	/**
	 * Calls functions with a message.
	 * @param headers the headers of the message
	 * @param call calls the functions
	 */
	public static void handle(MessageHeaders headers, Runnable call) {
		BrokerMessage before = CURRENT.get();
		CURRENT.set(new BrokerMessage(headers));
		try {
			call.run();
		}
		finally {
			if (before != null) {
				CURRENT.set(before);
			}
			else {
				CURRENT.remove();
			}
		}
	}

	/**
	 * The content type of what a function answered.
	 * @param payload what is sent
	 * @return {@code null} if no function of ours answered that, or its content type is
	 * that of its input
	 */
	public static @Nullable String contentTypeOf(Object payload) {
		BrokerMessage current = CURRENT.get();
		return (current != null && current.answer == payload) ? current.contentType : null;
	}

	static @Nullable BrokerMessage current() {
		return CURRENT.get();
	}

	/**
	 * The headers that a function gets with an input.
	 */
	MessageHeaders headersFor(@Nullable Object input) {
		if (this.contentType == null || this.answer != input) {
			return this.headers;
		}
		Map<String, Object> answered = new HashMap<>(this.headers);
		answered.put(MessageHeaders.CONTENT_TYPE, this.contentType);
		return new MessageHeaders(answered);
	}

	void answered(Object answer, @Nullable String contentType) {
		this.answer = answer;
		this.contentType = contentType;
	}

}
