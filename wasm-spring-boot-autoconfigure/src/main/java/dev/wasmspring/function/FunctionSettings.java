package dev.wasmspring.function;

import java.time.Duration;

import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.wasi.Capabilities;
import org.jetbrains.annotations.ApiStatus;
import org.jspecify.annotations.Nullable;

import org.springframework.util.MimeType;
import org.springframework.util.MimeTypeUtils;

/**
 * How a function is to be run and presented. Immutable; lives as long as the function.
 *
 * @param description what the function does, for people
 * @param consumes the content type of the input, or {@code null} if it takes any
 * @param produces the content type of the output, or {@code null} if it is that of the
 * input
 * @param limits what one call may use
 * @param concurrency how many calls may run at once, at least 1
 * @param queue where calls wait when as many run
 * @param capabilities what the guest may see beyond its input
 * @param snapshot whether the module is initialised once for all calls; if that is not so
 * for one of its functions, it is so for none
 * @param initialization what initialising the module, or loading the script, may use
 * @param http what the function may make of HTTP
 * @param headers which headers of its messages the function sees
 */
@ApiStatus.Internal
public record FunctionSettings(@Nullable String description, @Nullable String consumes, @Nullable String produces,
		Limits limits, int concurrency, Queue queue, Capabilities capabilities, boolean snapshot, Limits initialization,
		HttpShape http, VisibleHeaders headers) {

	/**
	 * Settings of a function whose module may use as much while it is initialised as in a
	 * call.
	 * @param description what the function does, for people
	 * @param consumes the content type of the input, or {@code null} if it takes any
	 * @param produces the content type of the output, or {@code null} if it is that of
	 * the input
	 * @param limits what one call may use
	 * @param concurrency how many calls may run at once, at least 1
	 * @param queue where calls wait when as many run
	 * @param capabilities what the guest may see beyond its input
	 * @param snapshot whether the module is initialised once for all calls
	 */
	public FunctionSettings(@Nullable String description, @Nullable String consumes, @Nullable String produces,
			Limits limits, int concurrency, Queue queue, Capabilities capabilities, boolean snapshot) {
		this(description, consumes, produces, limits, concurrency, queue, capabilities, snapshot, limits,
				HttpShape.NONE, VisibleHeaders.UNNAMED);
	}

	/**
	 * Settings of a function without a queue whose module is initialised once.
	 * @param description what the function does, for people
	 * @param consumes the content type of the input, or {@code null} if it takes any
	 * @param produces the content type of the output, or {@code null} if it is that of
	 * the input
	 * @param limits what one call may use
	 * @param concurrency how many calls may run at once, at least 1
	 * @param capabilities what the guest may see beyond its input
	 */
	public FunctionSettings(@Nullable String description, @Nullable String consumes, @Nullable String produces,
			Limits limits, int concurrency, Capabilities capabilities) {
		this(description, consumes, produces, limits, concurrency, Queue.NONE, capabilities, true);
	}

	public FunctionSettings {
		if (concurrency < 1) {
			throw new IllegalArgumentException("The concurrency limit must be at least 1, but is " + concurrency);
		}
		requireContentType("consumed", consumes);
		requireContentType("produced", produces);
	}

	private static void requireContentType(String verb, @Nullable String contentType) {
		if (contentType != null) {
			MimeType type = MimeTypeUtils.parseMimeType(contentType);
			if (verb.equals("produced") && !type.isConcrete()) {
				throw new IllegalArgumentException("The produced content type must have no wildcard, but is " + type);
			}
		}
	}

	/**
	 * Where calls wait when a function already runs as many as it may. Immutable; lives
	 * as long as the function.
	 *
	 * @param size how many may wait, 0 for none
	 * @param timeout how long each may wait, at least 1 ms
	 */
	public record Queue(int size, Duration timeout) {

		/**
		 * No queue: calls above the limit are rejected at once.
		 */
		public static final Queue NONE = new Queue(0, Duration.ofSeconds(1));

		public Queue {
			if (size < 0) {
				throw new IllegalArgumentException("The size of the queue must not be negative, but is " + size);
			}
			if (timeout.compareTo(Duration.ofMillis(1)) < 0 || timeout.compareTo(Duration.ofDays(1)) > 0) {
				throw new IllegalArgumentException(
						"The timeout of the queue must be between 1ms and 1d, but is " + timeout);
			}
		}

	}

}
