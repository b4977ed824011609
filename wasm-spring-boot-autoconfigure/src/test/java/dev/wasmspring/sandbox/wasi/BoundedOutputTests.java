package dev.wasmspring.sandbox.wasi;

import java.io.ByteArrayOutputStream;
import java.util.Random;

import com.dylibso.chicory.runtime.WasmRuntimeException;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.memory.Checkpoint;
import dev.wasmspring.sandbox.memory.LinearMemory;
import dev.wasmspring.sandbox.memory.MemoryImage;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class BoundedOutputTests {

	private static final int PAGE = Limits.PAGE_SIZE;

	/** Holds 1, 2, 3, 4, 5, and zeros from there. */
	private final LinearMemory memory = new LinearMemory(MemoryImage.empty(new MemoryLimits(1, 1)), 1);

	BoundedOutputTests() {
		this.memory.write(0, new byte[] { 1, 2, 3, 4, 5 }, 0, 5);
	}

	@Test
	void whatFitsIsKept() {
		for (BoundedOutput output : new BoundedOutput[] { BoundedOutput.failing(5, Checkpoint.NONE),
				BoundedOutput.dropping(5, Checkpoint.NONE) }) {
			output.write(this.memory, 0, 1);
			output.write(this.memory, 1, 3);
			output.write(this.memory, 4, 1);
			output.write(this.memory, 7, 0);
			assertThat(output.toByteArray()).containsExactly(1, 2, 3, 4, 5);
		}
	}

	@Test
	void manySmallPiecesAreKeptInOrder() {
		BoundedOutput output = BoundedOutput.failing(10_000, Checkpoint.NONE);
		for (int i = 0; i < 10_000; i++) {
			output.write(this.memory, i % 5, 1);
		}
		byte[] bytes = output.toByteArray();
		assertThat(bytes).hasSize(10_000);
		for (int i = 0; i < bytes.length; i++) {
			assertThat(bytes[i]).isEqualTo((byte) (i % 5 + 1));
		}
	}

	@Test
	void piecesOfAllSizesAreKeptInOrder() {
		byte[] content = new byte[PAGE];
		new Random(1).nextBytes(content);
		this.memory.write(0, content);
		BoundedOutput output = BoundedOutput.failing(1 << 20, Checkpoint.NONE);
		ByteArrayOutputStream expected = new ByteArrayOutputStream();
		for (int length : new int[] { 255, 1, 257, 100_000 % PAGE, 0, PAGE, 3, PAGE - 1, 700, PAGE, PAGE, 1 }) {
			output.write(this.memory, PAGE - length, length);
			expected.write(content, PAGE - length, length);
		}
		assertThat(output.toByteArray()).isEqualTo(expected.toByteArray());
	}

	@Test
	void oneByteMoreEndsTheCall() {
		BoundedOutput output = BoundedOutput.failing(2, Checkpoint.NONE);
		output.write(this.memory, 0, 2);
		assertThatExceptionOfType(BoundedOutput.LimitExceededException.class)
			.isThrownBy(() -> output.write(this.memory, 2, 1));
		assertThatExceptionOfType(BoundedOutput.LimitExceededException.class)
			.isThrownBy(() -> output.write(this.memory, 2, 1));
		assertThat(output.toByteArray()).containsExactly(1, 2);
	}

	@Test
	void aBlockThatDoesNotFitEndsTheCallBeforeAnyOfItIsKept() {
		BoundedOutput output = BoundedOutput.failing(2, Checkpoint.NONE);
		assertThatExceptionOfType(BoundedOutput.LimitExceededException.class)
			.isThrownBy(() -> output.write(this.memory, 0, 3));
		assertThat(output.toByteArray()).isEmpty();
	}

	@Test
	void whatDoesNotFitIsDropped() {
		BoundedOutput output = BoundedOutput.dropping(3, Checkpoint.NONE);
		output.write(this.memory, 0, 2);
		output.write(this.memory, 2, 2);
		output.write(this.memory, 4, 1);
		output.write(this.memory, 0, PAGE);
		assertThat(output.toByteArray()).containsExactly(1, 2, 3);
	}

	@Test
	void aLimitOfZeroTakesNothing() {
		BoundedOutput dropping = BoundedOutput.dropping(0, Checkpoint.NONE);
		dropping.write(this.memory, 0, 1);
		assertThat(dropping.toByteArray()).isEmpty();
		BoundedOutput failing = BoundedOutput.failing(0, Checkpoint.NONE);
		failing.write(this.memory, 0, 0);
		assertThatExceptionOfType(BoundedOutput.LimitExceededException.class)
			.isThrownBy(() -> failing.write(this.memory, 0, 1));
	}

	@Test
	void whatLiesOutsideOfMemoryIsATrapAlsoWhereItWouldBeDropped() {
		for (BoundedOutput output : new BoundedOutput[] { BoundedOutput.failing(PAGE, Checkpoint.NONE),
				BoundedOutput.dropping(0, Checkpoint.NONE) }) {
			assertThatExceptionOfType(WasmRuntimeException.class)
				.isThrownBy(() -> output.write(this.memory, PAGE - 1, 2));
			assertThatExceptionOfType(WasmRuntimeException.class).isThrownBy(() -> output.write(this.memory, 0, -1));
			assertThatExceptionOfType(WasmRuntimeException.class).isThrownBy(() -> output.write(this.memory, -1, 1));
			assertThat(output.toByteArray()).isEmpty();
		}
	}

	@Test
	void itTakesMemoryForWhatItKeepsAndNotForWhatItDrops() {
		long[] taken = new long[1];
		long[] discarded = new long[1];
		Checkpoint counting = new Checkpoint() {

			@Override
			public void check() {
				// Goes on
			}

			@Override
			public void allocate(long bytes) {
				taken[0] += bytes;
			}

			@Override
			public void discard(long bytes) {
				discarded[0] += bytes;
			}

		};
		BoundedOutput output = BoundedOutput.dropping(PAGE, counting);
		for (int i = 0; i < 100; i++) {
			output.write(this.memory, 0, PAGE / 2);
		}
		assertThat(taken[0]).isEqualTo(2 * PAGE);
		// The log of it
		assertThat(discarded[0]).isEqualTo(12 * PAGE);
	}

}
