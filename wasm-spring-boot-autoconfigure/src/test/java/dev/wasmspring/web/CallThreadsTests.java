package dev.wasmspring.web;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link CallThreads}.
 */
class CallThreadsTests {

	@Test
	void soManyCallsRunAndAThousandWait() {
		try (CallThreads threads = new CallThreads(2)) {
			CountDownLatch started = new CountDownLatch(2);
			CountDownLatch end = new CountDownLatch(1);
			CompletableFuture<Boolean> last = null;
			for (int i = 0; i < 1_002; i++) {
				last = threads.run(() -> {
					started.countDown();
					end.await();
					return Thread.currentThread().getName().startsWith("wasm-call-");
				});
			}
			assertThat(started).satisfies(CountDownLatch::await);
			assertThatExceptionOfType(RejectedExecutionException.class).isThrownBy(() -> threads.run(() -> true));
			end.countDown();
			assertThat(last).succeedsWithin(Duration.ofSeconds(60)).isEqualTo(true);
		}
	}

	@Test
	void whatACallThrowsIsItsFailure() {
		try (CallThreads threads = new CallThreads(1)) {
			assertThat(threads.run(() -> {
				throw new IllegalStateException("as it is");
			})).failsWithin(Duration.ofSeconds(60))
				.withThrowableThat()
				.havingCause()
				.isInstanceOf(IllegalStateException.class)
				.withMessage("as it is");
		}
	}

}
