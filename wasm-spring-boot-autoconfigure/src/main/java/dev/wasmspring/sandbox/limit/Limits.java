package dev.wasmspring.sandbox.limit;

import java.time.Duration;

import com.dylibso.chicory.runtime.Memory;

/**
 * What a call may use at most. Immutable; lives as long as its function and is shared by
 * all threads.
 *
 * @param timeout time from the call to its end, at least 1 ms
 * @param memory linear memory in bytes, at least 64 KiB; rounded down to whole pages of
 * 64 KiB
 * @param input size of the input in bytes
 * @param output size of the output in bytes
 * @param stack stack for the guest's functions in bytes, between 1 MB and 1 GB; a guest
 * that finds more may use it
 */
public record Limits(Duration timeout, long memory, long input, long output, long stack) {

	/**
	 * The stack of a guest that does not ask for another: 4 MB.
	 */
	public static final long DEFAULT_STACK = 4 << 20;

	/** What threads have that nobody gave a stack. */
	private static final long MIN_STACK = 1 << 20;

	private static final long MAX_STACK = 1 << 30;

	/**
	 * Size of a WebAssembly page in bytes.
	 */
	public static final int PAGE_SIZE = 65_536;

	/**
	 * Limits with {@linkplain #DEFAULT_STACK a stack as large as most need}.
	 * @param timeout time from the call to its end, at least 1 ms
	 * @param memory linear memory in bytes, at least 64 KiB; rounded down to whole pages
	 * of 64 KiB
	 * @param input size of the input in bytes
	 * @param output size of the output in bytes
	 */
	public Limits(Duration timeout, long memory, long input, long output) {
		this(timeout, memory, input, output, DEFAULT_STACK);
	}

	public Limits {
		require(timeout.compareTo(Duration.ofMillis(1)) >= 0, "timeout", "at least 1ms", timeout);
		require(memory >= PAGE_SIZE, "memory", "at least 64KB, the size of a page", memory);
		require(input >= 0 && input <= Integer.MAX_VALUE - 8, "input", "between 0 and 2GB", input);
		require(output >= 0 && output <= Integer.MAX_VALUE - 8, "output", "between 0 and 2GB", output);
		require(stack >= MIN_STACK && stack <= MAX_STACK, "stack", "between 1MB and 1GB", stack);
	}

	/**
	 * The same limits with another timeout.
	 * @param timeout time from the call to its end, at least 1 ms
	 * @return the limits
	 */
	public Limits withTimeout(Duration timeout) {
		return new Limits(timeout, this.memory, this.input, this.output, this.stack);
	}

	/**
	 * The memory limit in pages of 64 KiB. The engine addresses memory with an int, so
	 * that a page less than 2 GB is the most, whatever the limit.
	 * @return 1 to 32,767
	 */
	public int pages() {
		return (int) Math.min(this.memory / PAGE_SIZE, Memory.RUNTIME_MAX_PAGES);
	}

	private static void require(boolean condition, String limit, String range, Object value) {
		if (!condition) {
			throw new IllegalArgumentException("The " + limit + " limit must be " + range + ", but is " + value);
		}
	}

}
