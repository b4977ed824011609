package dev.wasmspring.benchmarks.script;

import dev.wasmspring.sandbox.limit.Limits;

/**
 * The thread of a program that measures, with the stack that a call may need, so that
 * calls run on it and are not handed over. Lives as long as its program.
 */
final class MeasuringThread {

	private MeasuringThread() {
	}

	/**
	 * Measures, and ends the program.
	 */
	static void run(Measurement measurement) throws InterruptedException {
		Throwable[] failure = new Throwable[1];
		Thread thread = new Thread(null, () -> {
			try {
				measurement.run();
			}
			catch (Throwable ex) {
				failure[0] = ex;
			}
		}, "measuring", 4 * Limits.DEFAULT_STACK);
		thread.start();
		thread.join();
		if (failure[0] != null) {
			throw new IllegalStateException(failure[0]);
		}
		System.exit(0);
	}

	/**
	 * What a program measures.
	 */
	interface Measurement {

		void run() throws Exception;

	}

}
