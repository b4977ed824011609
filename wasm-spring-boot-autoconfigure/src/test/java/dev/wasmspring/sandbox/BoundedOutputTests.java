package dev.wasmspring.sandbox;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class BoundedOutputTests {

	@Test
	void whatFitsIsKept() {
		for (BoundedOutput output : new BoundedOutput[] { BoundedOutput.failing(5, Checkpoint.NONE),
				BoundedOutput.dropping(5, Checkpoint.NONE) }) {
			output.write(1);
			output.write(new byte[] { 0, 2, 3, 4, 0 }, 1, 3);
			output.write(5);
			output.write(new byte[7], 3, 0);
			assertThat(output.toByteArray()).containsExactly(1, 2, 3, 4, 5);
		}
	}

	@Test
	void oneByteMoreEndsTheCall() {
		BoundedOutput output = BoundedOutput.failing(2, Checkpoint.NONE);
		output.write(new byte[] { 1, 2 }, 0, 2);
		assertThatExceptionOfType(BoundedOutput.LimitExceeded.class).isThrownBy(() -> output.write(3));
		assertThatExceptionOfType(BoundedOutput.LimitExceeded.class).isThrownBy(() -> output.write(new byte[1], 0, 1));
		assertThat(output.toByteArray()).containsExactly(1, 2);
	}

	@Test
	void aBlockThatDoesNotFitEndsTheCallBeforeAnyOfItIsKept() {
		BoundedOutput output = BoundedOutput.failing(2, Checkpoint.NONE);
		assertThatExceptionOfType(BoundedOutput.LimitExceeded.class).isThrownBy(() -> output.write(new byte[3], 0, 3));
		assertThat(output.size()).isZero();
	}

	@Test
	void whatDoesNotFitIsDropped() {
		BoundedOutput output = BoundedOutput.dropping(3, Checkpoint.NONE);
		output.write(new byte[] { 1, 2, 3, 4 }, 0, 2);
		output.write(new byte[] { 3, 4, 5, 6 }, 0, 4);
		output.write(7);
		output.write(new byte[1 << 20], 0, 1 << 20);
		assertThat(output.toByteArray()).containsExactly(1, 2, 3);
	}

	@Test
	void aLimitOfZeroTakesNothing() {
		BoundedOutput dropping = BoundedOutput.dropping(0, Checkpoint.NONE);
		dropping.write(1);
		assertThat(dropping.toByteArray()).isEmpty();
		BoundedOutput failing = BoundedOutput.failing(0, Checkpoint.NONE);
		failing.write(new byte[1], 0, 0);
		assertThatExceptionOfType(BoundedOutput.LimitExceeded.class).isThrownBy(() -> failing.write(1));
	}

}
