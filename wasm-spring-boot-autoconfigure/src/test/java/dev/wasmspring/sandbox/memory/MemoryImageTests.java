package dev.wasmspring.sandbox.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link MemoryImage}, above all for what memories of one image see of each
 * other: nothing.
 */
class MemoryImageTests {

	private static final int PAGE = Memory.PAGE_SIZE;

	private static final int SIZE = 3 * PAGE;

	private static final int GRANULE = MemoryImage.GRANULE_SIZE;

	@Test
	void emptyImageHasTheDeclaredPagesAndNoContent() {
		MemoryImage image = MemoryImage.empty(new MemoryLimits(2, 7));
		assertThat(image.pages()).isEqualTo(2);
		assertThat(image.limits().maximumPages()).isEqualTo(7);
		assertThat(image.isSnapshot()).isFalse();
		assertThat(image.bytes()).isZero();
	}

	@Test
	void imageOfAMemoryThatCannotBeAddressedIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> MemoryImage.empty(new MemoryLimits(32768)))
			.withMessage("A memory of 32768 pages is larger than the 32767 pages that can be addressed");
	}

	@Test
	void largestMemoryIsAddressedToItsLastByte() {
		LinearMemory memory = new LinearMemory(MemoryImage.empty(new MemoryLimits(32767)), 65536);
		assertThat(memory.maximumPages()).isEqualTo(32767);
		memory.writeLong(32767 * PAGE - 8, 42);
		assertThat(memory.readLong(32767 * PAGE - 8)).isEqualTo(42);
		assertThat(memory.grow(1)).isEqualTo(-1);
	}

	@Test
	void snapshotKeepsPagesAndContent() {
		LinearMemory memory = memory();
		memory.grow(1);
		memory.writeI32(SIZE, 42);
		MemoryImage image = memory.snapshot();
		assertThat(image.isSnapshot()).isTrue();
		assertThat(image.pages()).isEqualTo(4);
		LinearMemory copy = new LinearMemory(image, 4);
		assertThat(copy.readBytes(0, SIZE + PAGE)).isEqualTo(memory.readBytes(0, SIZE + PAGE));
		assertThat(copy.initialPages()).isEqualTo(3);
	}

	@Test
	void granulesOfZerosAreNotKept() {
		LinearMemory memory = new LinearMemory(MemoryImage.empty(new MemoryLimits(100)), 100);
		memory.writeByte(5 * GRANULE, (byte) 1);
		memory.writeByte(90 * PAGE, (byte) 1);
		memory.writeByte(90 * PAGE, (byte) 0);
		MemoryImage image = memory.snapshot();
		assertThat(image.granules().length).isEqualTo(6);
		assertThat(image.granules()[4]).isSameAs(MemoryImage.ZERO);
		assertThat(image.bytes()).isEqualTo(MemoryImage.SHARED_LENGTH + 6 * 4);
	}

	@Test
	void snapshotOfASnapshotSharesWhatWasNotWritten() {
		MemoryImage image = memory().snapshot();
		LinearMemory memory = new LinearMemory(image, 4);
		memory.writeByte(0, (byte) 99);
		MemoryImage second = memory.snapshot();
		assertThat(second.granules()[0]).isNotSameAs(image.granules()[0]);
		assertThat(second.granules()[1]).isSameAs(image.granules()[1]);
	}

	@Test
	void memoriesOfOneImageDoNotSeeEachOthersWrites() {
		LinearMemory template = memory();
		byte[] expected = template.readBytes(0, SIZE);
		MemoryImage image = template.snapshot();
		LinearMemory other = new LinearMemory(image, 4);
		LinearMemory writer = new LinearMemory(image, 4);
		overwrite(writer, 1);
		template.fill((byte) 9, 0, SIZE);
		assertThat(other.readBytes(0, SIZE)).isEqualTo(expected);
		assertThat(new LinearMemory(image, 4).readBytes(0, SIZE)).isEqualTo(expected);
	}

	@Test
	void everyWayToWriteLeavesTheImageUnchanged() {
		LinearMemory template = memory();
		byte[] expected = template.readBytes(0, SIZE);
		MemoryImage image = template.snapshot();
		List<Consumer<LinearMemory>> writes = List.of((memory) -> memory.writeByte(1, (byte) 0),
				(memory) -> memory.writeShort(GRANULE - 1, (short) 0), (memory) -> memory.writeI32(GRANULE - 1, 0),
				(memory) -> memory.writeLong(GRANULE - 1, 0), (memory) -> memory.writeF32(4, 0),
				(memory) -> memory.writeF64(8, 0), (memory) -> memory.fill((byte) 0, 0, SIZE),
				(memory) -> memory.fill((byte) 3, 1, SIZE), (memory) -> memory.copy(1, 0, SIZE - 1),
				(memory) -> memory.copy(0, 1, SIZE - 1), (memory) -> memory.write(5, new byte[GRANULE]),
				(memory) -> memory.writeString(5, "text"), (memory) -> memory.atomicAddInt(4, 1),
				(memory) -> memory.atomicXchgByte(4, (byte) 1), (memory) -> memory.atomicWriteLong(8, 1), (memory) -> {
					memory.initialize(null, null);
					memory.zero();
				});
		for (Consumer<LinearMemory> write : writes) {
			LinearMemory memory = new LinearMemory(image, 4);
			write.accept(memory);
			assertThat(memory.readBytes(0, SIZE)).isNotEqualTo(expected);
			assertThat(new LinearMemory(image, 4).readBytes(0, SIZE)).isEqualTo(expected);
		}
	}

	@Test
	void sixteenThreadsDoNotSeeEachOthersWrites() throws Exception {
		LinearMemory template = memory();
		byte[] expected = template.readBytes(0, SIZE);
		MemoryImage image = template.snapshot();
		int threads = 16;
		CyclicBarrier barrier = new CyclicBarrier(threads);
		ExecutorService executor = Executors.newFixedThreadPool(threads);
		try {
			List<Future<Boolean>> results = new ArrayList<>();
			for (int i = 0; i < threads; i++) {
				int thread = i;
				Callable<Boolean> task = () -> {
					barrier.await();
					for (int round = 0; round < 50; round++) {
						LinearMemory memory = new LinearMemory(image, 4);
						assertThat(memory.readBytes(0, SIZE)).isEqualTo(expected);
						byte[] written = overwrite(memory, thread * 1000 + round);
						Thread.yield();
						assertThat(memory.readBytes(0, SIZE)).isEqualTo(written);
					}
					return true;
				};
				results.add(executor.submit(task));
			}
			for (Future<Boolean> result : results) {
				assertThat(result.get()).isTrue();
			}
		}
		finally {
			executor.shutdownNow();
		}
		assertThat(new LinearMemory(image, 4).readBytes(0, SIZE)).isEqualTo(expected);
	}

	/**
	 * Write at random and return what the memory must hold.
	 */
	private static byte[] overwrite(LinearMemory memory, long seed) {
		Random random = new Random(seed);
		byte[] expected = memory.readBytes(0, SIZE);
		for (int i = 0; i < 100; i++) {
			byte[] data = new byte[random.nextInt(600)];
			random.nextBytes(data);
			int at = random.nextInt(SIZE - data.length);
			memory.write(at, data);
			System.arraycopy(data, 0, expected, at, data.length);
			int single = random.nextInt(SIZE);
			memory.writeByte(single, (byte) i);
			expected[single] = (byte) i;
		}
		return expected;
	}

	private static LinearMemory memory() {
		LinearMemory memory = new LinearMemory(MemoryImage.empty(new MemoryLimits(3, 4)), 4);
		byte[] content = new byte[SIZE];
		new Random(1).nextBytes(content);
		memory.write(0, content);
		return memory;
	}

}
