package dev.wasmspring.sandbox.limit;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class MemoryClaimTests {

	private static final int TOTAL = 1 << 20;

	private static final int SLOW = 1 << 20;

	private final MemoryBudget budget = new MemoryBudget(new HostMemory(TOTAL, 1 << 30));

	private final MemoryBudget slow = new MemoryBudget(new HostMemory(TOTAL, SLOW));

	@AfterEach
	void everythingIsGivenBack() {
		assertThat(this.budget.taken()).isZero();
		assertThat(this.slow.taken()).isZero();
		assertThat(Thread.interrupted()).isFalse();
	}

	@Test
	void whatIsUsedIsTakenInBlocksAndGivenBackAtTheEnd() {
		try (MemoryClaim claim = claim(this.budget)) {
			assertThat(this.budget.taken()).isZero();
			claim.use(1);
			assertThat(this.budget.taken()).isEqualTo(8 * 1024);
			claim.use(8 * 1024 - 1);
			assertThat(this.budget.taken()).isEqualTo(8 * 1024);
			claim.use(1);
			assertThat(this.budget.taken()).isEqualTo(16 * 1024);
			claim.use(100_000);
			assertThat(this.budget.taken()).isEqualTo(8 * 1024 + 1 + 100_000);
		}
	}

	@Test
	void aScriptTakesAQuarterOfAMegabyteAtAnySpeed() {
		MemoryBudget crawling = new MemoryBudget(new HostMemory(TOTAL, SLOW));
		for (int i = 0; i < 100; i++) {
			try (MemoryClaim claim = claim(crawling)) {
				claim.ofScript();
				claim.use(200 * 1024);
				claim.discard(56 * 1024);
				assertThat(claim.waited()).isZero();
			}
		}
		try (MemoryClaim first = claim(crawling); MemoryClaim second = claim(crawling)) {
			first.ofScript();
			second.ofScript();
			first.use(512 * 1024);
			second.use(257 * 1024);
			assertThat(second.waited()).isPositive();
		}
	}

	@Test
	void theWholeBudgetMayBeUsedAndNoMore() {
		try (MemoryClaim claim = claim(this.budget)) {
			claim.use(TOTAL);
			assertThatExceptionOfType(MemoryClaim.RefusedException.class).isThrownBy(() -> claim.use(1));
			assertThat(this.budget.taken()).isEqualTo(TOTAL);
		}
	}

	@Test
	void aClaimThatWasRefusedLeavesTheBudgetToOthers() {
		try (MemoryClaim greedy = claim(this.budget)) {
			greedy.use(1000);
			assertThatExceptionOfType(MemoryClaim.RefusedException.class).isThrownBy(() -> greedy.use(TOTAL));
			try (MemoryClaim other = claim(this.budget)) {
				other.use(TOTAL / 2);
			}
		}
	}

	@Test
	void aClaimDoesNotWaitPastItsDeadline() {
		try (MemoryClaim holding = claim(this.budget);
				MemoryClaim late = new MemoryClaim(this.budget, TestDeadlines.unwatched(Duration.ZERO))) {
			holding.use(TOTAL);
			assertThatExceptionOfType(Deadline.PassedException.class).isThrownBy(() -> late.use(1));
		}
	}

	@Test
	void aClaimWaitsALittleForMemoryThatOthersHold() throws Exception {
		AtomicBoolean taken = new AtomicBoolean();
		// A machine that is busy may take longer than a claim waits, but not every time
		for (int i = 0; i < 100 && !taken.get(); i++) {
			MemoryClaim holding = claim(this.budget);
			holding.use(TOTAL);
			Thread waiting = new Thread(() -> {
				try (MemoryClaim claim = claim(this.budget)) {
					claim.use(1);
					taken.set(true);
				}
				catch (MemoryClaim.RefusedException ex) {
					// Once more
				}
			});
			waiting.start();
			while (waiting.isAlive() && !(LockSupport.getBlocker(waiting) instanceof MemoryClaim)) {
				Thread.onSpinWait();
			}
			holding.close();
			waiting.join();
		}
		assertThat(taken).isTrue();
	}

	@Test
	void aClaimThatMustWaitForItsTurnDoesNotWaitPastItsDeadline() {
		nobodyHasATurnForAnHour();
		try (MemoryClaim late = new MemoryClaim(this.slow, TestDeadlines.unwatched(Duration.ZERO))) {
			assertThatExceptionOfType(Deadline.PassedException.class).isThrownBy(() -> late.use(64 * 1024 + 1));
		}
	}

	@Test
	void whoTakesMuchWaitsAndWhoTakesLittleDoesNot() throws Exception {
		nobodyHasATurnForAnHour();
		AtomicReference<Throwable> end = new AtomicReference<>();
		Thread greedy = new Thread(() -> {
			try (MemoryClaim claim = claim(this.slow)) {
				claim.use(64 * 1024);
				claim.use(1);
			}
			catch (Throwable ex) {
				end.set(ex);
			}
		});
		greedy.start();
		while (!(LockSupport.getBlocker(greedy) instanceof MemoryClaim)) {
			assertThat(greedy.isAlive()).isTrue();
			Thread.onSpinWait();
		}
		try (MemoryClaim modest = claim(this.slow)) {
			modest.use(64 * 1024);
		}
		assertThat(greedy.isAlive()).isTrue();
		greedy.interrupt();
		greedy.join();
		assertThat(end.get()).isInstanceOf(Deadline.PassedException.class);
	}

	@Test
	void turnsThatWereNotUsedAreGivenBack() {
		for (int i = 0; i < 3; i++) {
			try (MemoryClaim claim = claim(this.slow)) {
				claim.use(64 * 1024 + 1);
			}
		}
		// Three bytes, and not three blocks of 62 ms
		assertThat(nextTurn()).isLessThan(TimeUnit.MILLISECONDS.toNanos(10) - MemoryPace.TOLERANCE);
	}

	@Test
	void aTurnThatACallDidNotLiveToSeeIsGivenBack() {
		this.slow.pace().reserve(10 * SLOW, System.nanoTime());
		try (MemoryClaim late = new MemoryClaim(this.slow, TestDeadlines.unwatched(Duration.ZERO))) {
			assertThatExceptionOfType(Deadline.PassedException.class).isThrownBy(() -> late.use(100 * SLOW));
		}
		assertThat(nextTurn()).isLessThan(TimeUnit.SECONDS.toNanos(10));
	}

	/** In how many nanoseconds whoever comes next has its turn. */
	private long nextTurn() {
		long now = System.nanoTime();
		return this.slow.pace().reserve(0, now) - now;
	}

	private void nobodyHasATurnForAnHour() {
		this.slow.pace().reserve(3600L * SLOW, System.nanoTime());
	}

	private MemoryClaim claim(MemoryBudget budget) {
		return new MemoryClaim(budget, TestDeadlines.unwatched(Duration.ofHours(1)));
	}

}
