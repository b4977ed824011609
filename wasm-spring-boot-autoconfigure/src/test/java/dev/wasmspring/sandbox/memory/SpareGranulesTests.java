package dev.wasmspring.sandbox.memory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link SpareGranules}, and for what memories make of them.
 */
class SpareGranulesTests {

	private static final int PAGES = 20;

	private static final int SIZE = PAGES * Memory.PAGE_SIZE;

	private static final int GRANULE = MemoryImage.GRANULE_SIZE;

	private final SpareGranules spares = new SpareGranules();

	private final MemoryImage image = image();

	private final byte[] content = new LinearMemory(this.image, PAGES).readBytes(0, SIZE);

	@Test
	void aMemoryCopiesIntoTheArraysOfOneThatWasClosed() {
		LinearMemory first = memory();
		first.writeByte(0, (byte) 1);
		first.writeByte(5 * GRANULE, (byte) 1);
		first.close();
		byte[][] given = this.spares.take();
		assertThat(given[0]).hasSize(GRANULE);
		assertThat(given[1]).hasSize(GRANULE);
		assertThat(given[2]).isNull();
		byte[] array = given[0];
		this.spares.give(given);
		LinearMemory second = memory();
		second.writeByte(7 * GRANULE, (byte) 99);
		assertThat(array[0]).isEqualTo((byte) 99);
	}

	@Test
	void whatOneMemoryWroteIsNotInTheNext() {
		for (int round = 0; round < 3; round++) {
			LinearMemory memory = memory();
			byte[] expected = this.content.clone();
			for (int address = round; address < SIZE; address += GRANULE) {
				memory.writeByte(address, (byte) 85);
				expected[address] = 85;
			}
			assertThat(memory.readBytes(0, SIZE)).isEqualTo(expected);
			memory.fill((byte) -1, 0, SIZE);
			memory.close();
		}
	}

	@Test
	void pagesThatAreNewAreZeroAfterOthersWereWritten() {
		LinearMemory first = new LinearMemory(this.image, PAGES + 1, Checkpoint.NONE, this.spares);
		first.grow(1);
		first.fill((byte) -1, SIZE, SIZE + Memory.PAGE_SIZE);
		first.close();
		LinearMemory second = new LinearMemory(this.image, PAGES + 1, Checkpoint.NONE, this.spares);
		second.grow(1);
		second.writeByte(SIZE, (byte) 1);
		assertThat(second.readBytes(SIZE + 1, Memory.PAGE_SIZE - 1)).containsOnly(0);
	}

	@Test
	void aMemoryThatWasClosedHoldsItsImageAndReachesNoOther() {
		LinearMemory first = memory();
		first.writeByte(0, (byte) 1);
		first.close();
		LinearMemory second = memory();
		second.writeByte(0, (byte) 2);
		assertThat(first.readBytes(0, SIZE)).isEqualTo(this.content);
		first.fill((byte) 3, 0, SIZE);
		assertThat(second.read(0)).isEqualTo((byte) 2);
		assertThat(second.readBytes(1, SIZE - 1)).isEqualTo(Arrays.copyOfRange(this.content, 1, SIZE));
		second.fill((byte) 4, 0, SIZE);
		assertThat(first.readBytes(0, SIZE)).containsOnly(3);
		first.close();
		assertThat(second.readBytes(0, SIZE)).containsOnly(4);
	}

	@Test
	void memoriesThatAreOpenAtOnceShareNoArrays() {
		used().close();
		LinearMemory outer = memory();
		outer.fill((byte) 1, 0, SIZE);
		LinearMemory inner = memory();
		inner.fill((byte) 2, 0, SIZE);
		assertThat(outer.readBytes(0, SIZE)).containsOnly(1);
		inner.close();
		LinearMemory next = memory();
		next.fill((byte) 3, 0, SIZE);
		assertThat(outer.readBytes(0, SIZE)).containsOnly(1);
	}

	@Test
	void whatAnotherThreadClosesIsNotTakenAgain() throws InterruptedException {
		LinearMemory memory = used();
		byte[][] taken = new byte[1][];
		Thread other = new Thread(() -> {
			memory.close();
			taken[0] = this.spares.take()[0];
		});
		other.start();
		other.join();
		assertThat(taken[0]).isNull();
		assertThat(this.spares.take()[0]).isNull();
	}

	@Test
	void aMemoryOwnsMoreGranulesThanAreKept() {
		LinearMemory memory = used();
		assertThat(memory.ownedGranules()).isGreaterThan(SpareGranules.SET);
		memory.close();
		Set<byte[]> kept = Collections.newSetFromMap(new IdentityHashMap<>());
		Collections.addAll(kept, this.spares.take());
		assertThat(kept).hasSize(SpareGranules.SET).doesNotContainNull();
	}

	@Test
	void aMemoryThatIsRefusedOneMoreGranuleGivesTheOthersBack() {
		int[] left = { 3 };
		Checkpoint three = new Checkpoint() {

			@Override
			public void check() {
			}

			@Override
			public void allocate(long bytes) {
				if (bytes == GRANULE && left[0]-- == 0) {
					throw new IllegalStateException("enough");
				}
			}

		};
		LinearMemory memory = new LinearMemory(this.image, PAGES, three, this.spares);
		assertThatIllegalStateException().isThrownBy(() -> memory.fill((byte) 1, 0, SIZE)).withMessage("enough");
		memory.close();
		assertThat(Arrays.stream(this.spares.take()).filter((array) -> array != null)).hasSize(3);
		whatOneMemoryWroteIsNotInTheNext();
	}

	@Test
	void manyThreadsSeeNothingOfEachOther() throws Exception {
		int threads = 8;
		ExecutorService executor = Executors.newFixedThreadPool(threads);
		try {
			List<Future<?>> all = new ArrayList<>();
			for (int i = 0; i < threads; i++) {
				Random random = new Random(i);
				all.add(executor.submit(() -> {
					for (int round = 0; round < 300; round++) {
						holdsItsImageAndWhatItWrites(random);
					}
				}));
			}
			for (Future<?> one : all) {
				one.get();
			}
		}
		finally {
			executor.shutdownNow();
		}
		assertThat(new LinearMemory(this.image, PAGES).readBytes(0, SIZE)).isEqualTo(this.content);
	}

	private void holdsItsImageAndWhatItWrites(Random random) {
		LinearMemory memory = memory();
		byte[] expected = this.content.clone();
		for (int i = random.nextInt(100); i >= 0; i--) {
			byte[] data = new byte[random.nextInt(20)];
			random.nextBytes(data);
			int address = random.nextInt(SIZE - data.length);
			memory.write(address, data);
			System.arraycopy(data, 0, expected, address, data.length);
		}
		Thread.yield();
		assertThat(Arrays.equals(memory.readBytes(0, SIZE), expected)).isTrue();
		memory.close();
	}

	/** A memory that wrote to all of its granules. */
	private LinearMemory used() {
		LinearMemory memory = memory();
		memory.fill((byte) -1, 0, SIZE);
		return memory;
	}

	private LinearMemory memory() {
		return new LinearMemory(this.image, PAGES, Checkpoint.NONE, this.spares);
	}

	/** An image in which every other granule has content. */
	private static MemoryImage image() {
		LinearMemory memory = new LinearMemory(MemoryImage.empty(new MemoryLimits(PAGES)), PAGES);
		for (int address = 0; address < SIZE; address += 2 * GRANULE) {
			memory.fill((byte) (address / GRANULE + 1), address, address + GRANULE);
		}
		return memory.snapshot();
	}

}
