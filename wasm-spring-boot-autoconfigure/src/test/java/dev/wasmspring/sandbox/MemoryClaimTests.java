package dev.wasmspring.sandbox;

import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class MemoryClaimTests {

	private static final int TOTAL = 1 << 20;

	private final MemoryBudget budget = new MemoryBudget(TOTAL);

	@AfterEach
	void everythingIsGivenBack() {
		assertThat(this.budget.taken()).isZero();
		assertThat(Thread.interrupted()).isFalse();
	}

	@Test
	void whatIsUsedIsTakenInBlocksAndGivenBackAtTheEnd() {
		try (MemoryClaim claim = claim()) {
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
	void theWholeBudgetMayBeUsedAndNoMore() {
		try (MemoryClaim claim = claim()) {
			claim.use(TOTAL);
			assertThatExceptionOfType(MemoryClaim.Refused.class).isThrownBy(() -> claim.use(1));
			assertThat(this.budget.taken()).isEqualTo(TOTAL);
		}
	}

	@Test
	void aClaimThatWasRefusedLeavesTheBudgetToOthers() {
		try (MemoryClaim greedy = claim()) {
			greedy.use(1000);
			assertThatExceptionOfType(MemoryClaim.Refused.class).isThrownBy(() -> greedy.use(TOTAL));
			try (MemoryClaim other = claim()) {
				other.use(TOTAL / 2);
			}
		}
	}

	@Test
	void aClaimDoesNotWaitPastItsDeadline() {
		try (MemoryClaim holding = claim();
				MemoryClaim late = new MemoryClaim(this.budget,
						new Deadline(new Watchdog(), Thread.currentThread(), 0))) {
			holding.use(TOTAL);
			assertThatExceptionOfType(Deadline.Passed.class).isThrownBy(() -> late.use(1));
		}
	}

	private MemoryClaim claim() {
		return new MemoryClaim(this.budget,
				new Deadline(new Watchdog(), Thread.currentThread(), TimeUnit.HOURS.toNanos(1)));
	}

}
