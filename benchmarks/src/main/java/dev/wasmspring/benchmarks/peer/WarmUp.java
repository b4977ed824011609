package dev.wasmspring.benchmarks.peer;

import java.lang.management.ManagementFactory;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/**
 * Calls until the JIT has nothing left to compile. Calling without a pause is not enough:
 * on few cores the calls keep the compiler from its work, for a guest in Rust for more
 * than ten seconds.
 */
public final class WarmUp {

	/**
	 * None for a run that only shows that everything works.
	 */
	private static final int ROUNDS = Integer.getInteger("benchmarks.warm-up", 3);

	private static final long CALLING = TimeUnit.MILLISECONDS.toNanos(500);

	/**
	 * As long as that nothing was compiled; one method may take most of it.
	 */
	private static final int RESTING_MILLIS = 1000;

	private static final int MAX_RESTS = 5;

	private WarmUp() {
	}

	/**
	 * Calls until nothing is compiled any more.
	 * @param calls what to call
	 */
	public static void of(Callable<?> calls) throws Exception {
		for (int round = 0; round < ROUNDS; round++) {
			long start = System.nanoTime();
			while (System.nanoTime() - start < CALLING) {
				calls.call();
			}
			awaitCompiler();
		}
	}

	private static void awaitCompiler() throws InterruptedException {
		for (int rest = 0; rest < MAX_RESTS; rest++) {
			long before = compilationTime();
			Thread.sleep(RESTING_MILLIS);
			if (compilationTime() == before) {
				return;
			}
		}
	}

	private static long compilationTime() {
		return ManagementFactory.getCompilationMXBean().getTotalCompilationTime();
	}

}
