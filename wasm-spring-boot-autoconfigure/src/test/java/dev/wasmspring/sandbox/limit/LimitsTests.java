package dev.wasmspring.sandbox.limit;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class LimitsTests {

	private static final Duration SECOND = Duration.ofSeconds(1);

	@Test
	void memoryIsRoundedDownToWholePages() {
		assertThat(new Limits(SECOND, 65536, 0, 0).pages()).isEqualTo(1);
		assertThat(new Limits(SECOND, 2 * 65536 - 1, 0, 0).pages()).isEqualTo(1);
		assertThat(new Limits(SECOND, 64 << 20, 0, 0).pages()).isEqualTo(1024);
	}

	@Test
	void thereAreNoMorePagesThanAnAddressReaches() {
		assertThat(new Limits(SECOND, 1L << 31, 0, 0).pages()).isEqualTo(32767);
		assertThat(new Limits(SECOND, 1L << 32, 0, 0).pages()).isEqualTo(32767);
		assertThat(new Limits(SECOND, Long.MAX_VALUE, 0, 0).pages()).isEqualTo(32767);
	}

	@Test
	void theSmallestAndTheLargestValuesAreAccepted() {
		Limits smallest = new Limits(Duration.ofMillis(1), 65536, 0, 0);
		assertThat(smallest.timeout()).isEqualTo(Duration.ofMillis(1));
		Limits largest = new Limits(Duration.ofSeconds(Long.MAX_VALUE), Long.MAX_VALUE, Integer.MAX_VALUE - 8,
				Integer.MAX_VALUE - 8);
		assertThat(largest.output()).isEqualTo(Integer.MAX_VALUE - 8);
	}

	@Test
	void aLimitOutOfRangeIsRefusedWithItsNameAndItsValue() {
		assertThatIllegalArgumentException().isThrownBy(() -> new Limits(Duration.ofNanos(999_999), 65536, 0, 0))
			.withMessage("The timeout limit must be at least 1ms, but is PT0.000999999S");
		assertThatIllegalArgumentException().isThrownBy(() -> new Limits(Duration.ofSeconds(-1), 65536, 0, 0));
		assertThatIllegalArgumentException().isThrownBy(() -> new Limits(SECOND, 65535, 0, 0))
			.withMessage("The memory limit must be at least 64KB, the size of a page, but is 65535");
		assertThatIllegalArgumentException().isThrownBy(() -> new Limits(SECOND, 65536, -1, 0))
			.withMessage("The input limit must be between 0 and 2GB, but is -1");
		assertThatIllegalArgumentException().isThrownBy(() -> new Limits(SECOND, 65536, 0, Integer.MAX_VALUE - 7))
			.withMessage("The output limit must be between 0 and 2GB, but is 2147483640");
		assertThatIllegalArgumentException().isThrownBy(() -> new Limits(SECOND, 65536, 0, 0, (1 << 20) - 1))
			.withMessage("The stack limit must be between 1MB and 1GB, but is 1048575");
		assertThatIllegalArgumentException().isThrownBy(() -> new Limits(SECOND, 65536, 0, 0, (1 << 30) + 1));
	}

	@Test
	void anotherTimeoutLeavesAllOtherLimits() {
		assertThat(new Limits(SECOND, 65536, 1, 2, 1 << 30).withTimeout(Duration.ofSeconds(3)))
			.isEqualTo(new Limits(Duration.ofSeconds(3), 65536, 1, 2, 1 << 30));
	}

}
