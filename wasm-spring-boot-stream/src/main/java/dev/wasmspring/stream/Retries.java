package dev.wasmspring.stream;

import java.util.Map;

import org.springframework.cloud.stream.binder.ConsumerProperties;
import org.springframework.util.backoff.BackOff;
import org.springframework.util.backoff.ExponentialBackOff;

/**
 * How often the messages of a binding are tried, as its properties say. Immutable; lives
 * as long as the binding.
 *
 * @param backOff the pauses
 * @param retryable exceptions that are tried again, or are not
 * @param byDefault whether others are
 */
record Retries(BackOff backOff, Map<Class<? extends Throwable>, Boolean> retryable, boolean byDefault) {

	static Retries of(ConsumerProperties properties) {
		ExponentialBackOff backOff = new ExponentialBackOff(properties.getBackOffInitialInterval(),
				properties.getBackOffMultiplier());
		backOff.setMaxInterval(properties.getBackOffMaxInterval());
		backOff.setMaxAttempts(Math.max(0, properties.getMaxAttempts() - 1));
		return new Retries(backOff, Map.copyOf(properties.getRetryableExceptions()), properties.isDefaultRetryable());
	}

	/**
	 * Whether an exception that is none of a function's is tried again.
	 */
	boolean includes(Throwable failure) {
		Throwable cause = failure;
		for (int depth = 0; cause != null && depth < 100; depth++) {
			for (Map.Entry<Class<? extends Throwable>, Boolean> entry : this.retryable.entrySet()) {
				if (entry.getKey().isInstance(cause)) {
					return entry.getValue();
				}
			}
			cause = cause.getCause();
		}
		return this.byDefault;
	}

}
