package dev.wasmspring.benchmarks.script;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.concurrent.Callable;

import com.sun.management.ThreadMXBean;

/**
 * What single calls on one thread took, one after the other. Immutable; lives until it is
 * printed.
 *
 * @param nanos the times, sorted
 * @param processor processor time of the thread, all calls together, in nanoseconds
 * @param bytes what the thread allocated on the heap, all calls together
 */
record Timing(long[] nanos, long processor, long bytes) {

	private static final ThreadMXBean THREAD = (ThreadMXBean) ManagementFactory.getThreadMXBean();

	/**
	 * Calls and measures.
	 * @param calls how often to call at most
	 * @param longest after how much time to end before that; at least ten calls are made
	 */
	static Timing of(int calls, long longest, Callable<?> call) throws Exception {
		long[] times = new long[calls];
		int count = 0;
		long allocated = THREAD.getCurrentThreadAllocatedBytes();
		long used = THREAD.getCurrentThreadCpuTime();
		long begin = System.nanoTime();
		while (count < calls && (count < 10 || System.nanoTime() - begin < longest)) {
			long start = System.nanoTime();
			call.call();
			times[count++] = System.nanoTime() - start;
		}
		used = THREAD.getCurrentThreadCpuTime() - used;
		allocated = THREAD.getCurrentThreadAllocatedBytes() - allocated;
		long[] sorted = Arrays.copyOf(times, count);
		Arrays.sort(sorted);
		return new Timing(sorted, used, allocated);
	}

	/**
	 * Prints the figures, in nanoseconds and bytes.
	 */
	void print(String name) {
		int count = this.nanos.length;
		print(name + "-median", this.nanos[count / 2]);
		print(name + "-high", this.nanos[Math.min(count - 1, (int) (count * 0.99))]);
		print(name + "-processor", this.processor / count);
		print(name + "-bytes", this.bytes / count);
		print(name + "-calls", count);
	}

	static void print(String name, long value) {
		System.out.println(name + "=" + value);
	}

}
