package dev.wasmspring.sandbox.limit;

import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class MemoryPaceTests {

	private static final long RATE = 100 << 20;

	private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

	// The time is close to where it overflows, as that of a real machine may be
	private final long start = Long.MAX_VALUE - SECOND;

	private final MemoryPace pace = new MemoryPace(RATE, this.start);

	@Test
	void aTenthOfASecondsWorthMayBeTakenAtOnce() {
		assertThat(this.pace.reserve(RATE / 10, this.start) - this.start).isNegative();
		assertThat(this.pace.reserve(1, this.start) - this.start).isZero();
		assertThat(this.pace.reserve(1, this.start) - this.start).isPositive();
	}

	@Test
	void turnsFollowEachOtherAtTheRate() {
		this.pace.reserve(RATE / 10, this.start);
		for (int i = 0; i < 100; i++) {
			long turn = this.pace.reserve(RATE / 10, this.start) - this.start;
			assertThat(turn).isCloseTo(i * SECOND / 10, within(1000L));
		}
	}

	@Test
	void aTurnThatWasNotTakenIsLostAfterATenthOfASecond() {
		long later = this.start + 100 * SECOND;
		assertThat(this.pace.reserve(RATE / 10, later) - later).isEqualTo(-MemoryPace.TOLERANCE);
		assertThat(this.pace.reserve(1, later) - later).isZero();
	}

	@Test
	void whatIsGivenBackCanBeTakenByOthers() {
		this.pace.reserve(RATE / 10, this.start);
		this.pace.reserve(RATE, this.start);
		this.pace.giveBack(RATE);
		assertThat(this.pace.reserve(1, this.start) - this.start).isZero();
	}

	@Test
	void aBlockIsAMillisecondsWorthWithinReason() {
		assertThat(this.pace.block()).isEqualTo(RATE / 1000);
		assertThat(new MemoryPace(1 << 20, 0).block()).isEqualTo(64 * 1024);
		assertThat(new MemoryPace(1L << 40, 0).block()).isEqualTo(1 << 20);
	}

}
