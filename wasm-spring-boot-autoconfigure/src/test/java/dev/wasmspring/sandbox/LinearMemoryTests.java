package dev.wasmspring.sandbox;

import java.util.concurrent.atomic.AtomicInteger;

import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.runtime.WasmRuntimeException;
import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.InvalidException;
import com.dylibso.chicory.wasm.types.DataSegment;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import com.dylibso.chicory.wasm.types.PassiveDataSegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link LinearMemory}.
 */
class LinearMemoryTests {

	private static final int PAGE = Memory.PAGE_SIZE;

	private static final int GRANULE = MemoryImage.GRANULE_SIZE;

	@Test
	void newMemoryIsZeroAndOwnsNothing() {
		LinearMemory memory = memory(1, 1);
		assertThat(memory.readBytes(0, PAGE)).containsOnly(0);
		assertThat(memory.read(PAGE - 1)).isZero();
		assertThat(memory.ownedGranules()).isZero();
	}

	@Test
	void creatingAMemoryOwnsNothingHoweverLargeItIs() {
		LinearMemory template = memory(16384, 16384);
		template.writeByte(1 << 29, (byte) 1);
		LinearMemory memory = new LinearMemory(template.snapshot(), 16384);
		assertThat(memory.writtenBytes()).isZero();
		assertThat(memory.read(1 << 29)).isEqualTo((byte) 1);
		assertThat(memory.writtenBytes()).isZero();
	}

	@Test
	void firstWriteToAGranuleCopiesThatGranuleOnly() {
		LinearMemory template = memory(17, 17);
		template.fill((byte) 7, 0, 17 * PAGE);
		LinearMemory memory = new LinearMemory(template.snapshot(), 17);
		memory.writeByte(5 * GRANULE, (byte) 1);
		memory.writeByte(5 * GRANULE + 1, (byte) 2);
		assertThat(memory.ownedGranules()).isEqualTo(1);
		assertThat(memory.readInt(5 * GRANULE)).isEqualTo(0x07070201);
		memory.writeI32(9 * GRANULE - 2, -1);
		assertThat(memory.ownedGranules()).isEqualTo(3);
		assertThat(memory.writtenBytes()).isEqualTo(3 * GRANULE + 17 * 16 * 4);
	}

	@Test
	void threeWritesToALargeMemoryOfWhichTheStartIsUsedStaySmall() {
		LinearMemory template = memory(16384, 16384);
		template.fill((byte) 7, 0, PAGE);
		LinearMemory memory = new LinearMemory(template.snapshot(), 16384);
		memory.writeByte(0, (byte) 1);
		memory.writeByte(5 * GRANULE, (byte) 1);
		memory.writeByte(20 * GRANULE, (byte) 1);
		assertThat(memory.writtenBytes()).isLessThan(3 * GRANULE + 1024);
	}

	@Test
	void readsCopyNothing() {
		LinearMemory template = memory(2, 2);
		template.fill((byte) 7, 0, 2 * PAGE);
		LinearMemory memory = new LinearMemory(template.snapshot(), 2);
		memory.readBytes(0, 2 * PAGE);
		memory.readLong(GRANULE - 3);
		memory.atomicReadInt(GRANULE);
		assertThat(memory.writtenBytes()).isZero();
	}

	@Test
	void valuesAreLittleEndian() {
		LinearMemory memory = memory(1, 1);
		memory.writeLong(0, 0x0807060504030201L);
		assertThat(memory.readBytes(0, 8)).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
		assertThat(memory.readShort(1)).isEqualTo((short) 0x0302);
		assertThat(memory.readInt(2)).isEqualTo(0x06050403);
	}

	@Test
	void narrowReadsExtendTheirSign() {
		LinearMemory memory = memory(1, 1);
		memory.writeLong(0, -2);
		assertThat(memory.readI8(0)).isEqualTo(-2);
		assertThat(memory.readU8(0)).isEqualTo(0xFE);
		assertThat(memory.readI16(0)).isEqualTo(-2);
		assertThat(memory.readU16(0)).isEqualTo(0xFFFE);
		assertThat(memory.readI32(0)).isEqualTo(-2);
		assertThat(memory.readU32(0)).isEqualTo(0xFFFFFFFEL);
	}

	@ParameterizedTest
	@ValueSource(ints = { GRANULE, PAGE })
	void valuesMayCrossBorders(int border) {
		for (int before = 1; before < 8; before++) {
			LinearMemory memory = memory(2, 2);
			memory.writeLong(border - before, 0x8877665544332211L);
			assertThat(memory.readLong(border - before)).isEqualTo(0x8877665544332211L);
			assertThat(memory.readDouble(border - before)).isEqualTo(Double.longBitsToDouble(0x8877665544332211L));
			assertThat(memory.ownedGranules()).isEqualTo(2);
			memory.writeF64(border - before, Math.PI);
			assertThat(memory.readDouble(border - before)).isEqualTo(Math.PI);
			memory.writeF32(border - 2, 1.5f);
			assertThat(memory.readFloat(border - 2)).isEqualTo(1.5f);
			memory.writeShort(border - 1, (short) 0xABCD);
			assertThat(memory.readShort(border - 1)).isEqualTo((short) 0xABCD);
		}
	}

	@Test
	void lastValuesOfAMemoryAreInBounds() {
		LinearMemory memory = memory(1, 1);
		memory.writeLong(PAGE - 8, 1);
		memory.writeF64(PAGE - 8, 1);
		memory.writeI32(PAGE - 4, 2);
		memory.writeF32(PAGE - 4, 2);
		memory.writeShort(PAGE - 2, (short) 3);
		memory.writeByte(PAGE - 1, (byte) 4);
		assertThat(memory.readInt(PAGE - 4)).isEqualTo(0x04030000);
		assertThat(memory.ownedGranules()).isEqualTo(1);
	}

	@ParameterizedTest
	@ValueSource(ints = { PAGE, PAGE + GRANULE, 2 * PAGE, -1, Integer.MAX_VALUE, Integer.MIN_VALUE })
	void accessOutOfBoundsTraps(int addr) {
		LinearMemory memory = memory(1, 4);
		assertTrap(() -> memory.read(addr), addr, 1);
		assertTrap(() -> memory.writeByte(addr, (byte) 1), addr, 1);
		assertTrap(() -> memory.writeShort(addr, (short) 1), addr, 2);
		assertTrap(() -> memory.writeI32(addr, 1), addr, 4);
		assertTrap(() -> memory.writeLong(addr, 1), addr, 8);
		assertTrap(() -> memory.writeF32(addr, 1), addr, 4);
		assertTrap(() -> memory.writeF64(addr, 1), addr, 8);
		assertTrap(() -> memory.readBytes(addr, 1), addr, 1);
		assertTrap(() -> memory.write(addr, new byte[1]), addr, 1);
		assertTrap(() -> memory.fill((byte) 1, addr, addr + 1), addr, 1);
		assertTrap(() -> memory.copy(addr, 0, 1), addr, 1);
		assertTrap(() -> memory.copy(0, addr, 1), addr, 1);
		assertThat(memory.ownedGranules()).isZero();
	}

	@Test
	void writeThatEndsOutOfBoundsWritesNothing() {
		LinearMemory memory = memory(1, 4);
		assertTrap(() -> memory.writeLong(PAGE - 7, -1), PAGE - 7, 8);
		assertTrap(() -> memory.fill((byte) 1, PAGE - 7, PAGE + 1), PAGE - 7, 8);
		assertTrap(() -> memory.copy(PAGE - 7, 0, 8), PAGE - 7, 8);
		assertThat(memory.readBytes(0, PAGE)).containsOnly(0);
	}

	@ParameterizedTest
	@ValueSource(ints = { Integer.MAX_VALUE, Integer.MAX_VALUE - 8, -1, Integer.MIN_VALUE })
	void sizeThatWrapsAroundTraps(int size) {
		LinearMemory memory = memory(1, 4);
		assertTrap(() -> memory.readBytes(9, size), 9, size);
		assertTrap(() -> memory.copy(9, 0, size), 9, size);
		assertTrap(() -> memory.fill((byte) 1, 9, 9 + size), 9, size);
		assertThat(memory.readBytes(0, PAGE)).containsOnly(0);
	}

	@Test
	void emptyOperationsAreAllowedAtTheEndAndNotBehindIt() {
		LinearMemory memory = memory(1, 4);
		memory.fill((byte) 1, PAGE, PAGE);
		memory.copy(PAGE, PAGE, 0);
		memory.write(PAGE, new byte[0]);
		assertThat(memory.readBytes(PAGE, 0)).isEmpty();
		assertTrap(() -> memory.fill((byte) 1, PAGE + 1, PAGE + 1), PAGE + 1, 0);
		assertTrap(() -> memory.copy(0, PAGE + 1, 0), PAGE + 1, 0);
	}

	@Test
	void growReturnsThePreviousSizeUpToTheMaximum() {
		LinearMemory memory = memory(1, 3);
		assertThat(memory.grow(0)).isEqualTo(1);
		assertThat(memory.grow(1)).isEqualTo(1);
		assertThat(memory.grow(2)).isEqualTo(-1);
		assertThat(memory.grow(-1)).isEqualTo(-1);
		assertThat(memory.grow(Integer.MAX_VALUE)).isEqualTo(-1);
		assertThat(memory.grow(1)).isEqualTo(2);
		assertThat(memory.grow(1)).isEqualTo(-1);
		assertThat(memory.pages()).isEqualTo(3);
		assertThat(memory.initialPages()).isEqualTo(1);
	}

	@Test
	void pagesThatWereAddedAreZeroAndCostNothing() {
		LinearMemory memory = memory(1, 16384);
		memory.grow(16383);
		assertThat(memory.writtenBytes()).isZero();
		assertThat(memory.readLong(16384 * PAGE - 8)).isZero();
		memory.writeByte(PAGE, (byte) 1);
		assertThat(memory.ownedGranules()).isEqualTo(1);
	}

	@Test
	void pagesThatWereAddedAreOutOfBoundsBefore() {
		LinearMemory memory = memory(1, 2);
		memory.writeByte(PAGE - 1, (byte) 1);
		assertTrap(() -> memory.writeByte(PAGE, (byte) 1), PAGE, 1);
		memory.grow(1);
		memory.writeByte(PAGE, (byte) 1);
		assertThat(memory.readShort(PAGE - 1)).isEqualTo((short) 0x0101);
	}

	@Test
	void memoryThatIsLargerThanItsMaximumIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> memory(3, 2))
			.withMessage("A memory that starts with 3 pages does not fit into 2 pages");
	}

	@ParameterizedTest
	@ValueSource(ints = { -5000, -4096, -4095, -1, 0, 1, 4095, 4096, 5000 })
	void copyHandlesOverlap(int distance) {
		LinearMemory memory = memory(1, 1);
		byte[] expected = pattern(PAGE);
		memory.write(0, expected);
		System.arraycopy(expected, 20000, expected, 20000 + distance, 13000);
		memory.copy(20000 + distance, 20000, 13000);
		assertThat(memory.readBytes(0, PAGE)).isEqualTo(expected);
	}

	@Test
	void clearingWhatIsZeroCopiesNothing() {
		LinearMemory template = memory(4, 4);
		template.writeByte(GRANULE, (byte) 1);
		LinearMemory memory = new LinearMemory(template.snapshot(), 4);
		memory.fill((byte) 0, 2 * GRANULE + 5, 4 * PAGE);
		assertThat(memory.writtenBytes()).isZero();
		memory.fill((byte) 0, 0, 4 * PAGE);
		assertThat(memory.read(GRANULE)).isZero();
		assertThat(memory.ownedGranules()).isZero();
		assertThat(template.read(GRANULE)).isEqualTo((byte) 1);
	}

	@Test
	void zeroClearsAMemoryThatWasWrittenTo() {
		LinearMemory memory = memory(1, 1);
		memory.write(100, pattern(9000));
		memory.zero();
		assertThat(memory.readBytes(0, PAGE)).containsOnly(0);
	}

	@Test
	void zeroBeforeInitializationKeepsTheContentOfASnapshot() {
		LinearMemory template = memory(1, 1);
		template.writeByte(3, (byte) 1);
		LinearMemory memory = new LinearMemory(template.snapshot(), 1);
		memory.zero();
		assertThat(memory.read(3)).isEqualTo((byte) 1);
		memory.initialize(null, null);
		memory.zero();
		assertThat(memory.read(3)).isZero();
	}

	@Test
	void passiveSegmentIsWrittenInParts() {
		LinearMemory memory = memory(1, 1);
		memory.initialize(null, new DataSegment[] { new PassiveDataSegment(new byte[] { 1, 2, 3, 4 }) });
		memory.initPassiveSegment(0, GRANULE - 1, 1, 3);
		assertThat(memory.readBytes(GRANULE - 2, 5)).containsExactly(0, 2, 3, 4, 0);
		assertThatExceptionOfType(WasmRuntimeException.class).isThrownBy(() -> memory.initPassiveSegment(0, 0, 2, 3))
			.withMessage("out of bounds memory access: attempted to access address: 2 but limit is: 4 and size: 3");
		memory.drop(0);
		assertThatExceptionOfType(WasmRuntimeException.class).isThrownBy(() -> memory.initPassiveSegment(0, 0, 0, 1));
	}

	@Test
	void bulkOperationsPassACheckpointForEvery64KiB() {
		AtomicInteger checks = new AtomicInteger();
		LinearMemory memory = new LinearMemory(image(64, 64, false), 64, checks::incrementAndGet);
		memory.fill((byte) 1, 0, 32 * PAGE);
		assertThat(checks.getAndSet(0)).isEqualTo(32);
		memory.fill((byte) 0, 32 * PAGE, 64 * PAGE);
		assertThat(checks.getAndSet(0)).isEqualTo(32);
		memory.copy(32 * PAGE, 0, 16 * PAGE);
		assertThat(checks.getAndSet(0)).isEqualTo(16);
		memory.copy(1, 0, 16 * PAGE);
		assertThat(checks.getAndSet(0)).isEqualTo(16);
		byte[] bytes = memory.readBytes(0, 8 * PAGE);
		assertThat(checks.getAndSet(0)).isEqualTo(8);
		memory.write(0, bytes);
		assertThat(checks.getAndSet(0)).isEqualTo(8);
		memory.initialize(null, new DataSegment[] { new PassiveDataSegment(bytes) });
		memory.initPassiveSegment(0, 0, 0, 0);
		assertThat(checks.getAndSet(0)).isEqualTo(1);
	}

	@Test
	void manySmallBulkOperationsPassCheckpoints() {
		AtomicInteger checks = new AtomicInteger();
		LinearMemory memory = new LinearMemory(image(1, 1, false), 1, checks::incrementAndGet);
		for (int i = 0; i < 1000; i++) {
			memory.fill((byte) i, 0, 1024);
		}
		assertThat(checks).hasValue(1000 / 64);
	}

	@Test
	void checkpointEndsABulkOperation() {
		LinearMemory memory = new LinearMemory(image(64, 64, false), 64, () -> {
			throw new IllegalStateException("deadline");
		});
		assertThatIllegalStateException().isThrownBy(() -> memory.fill((byte) 1, 0, 64 * PAGE)).withMessage("deadline");
		assertThat(memory.ownedGranules()).isEqualTo(16);
	}

	@Test
	void stringsAreWrittenAndRead() {
		LinearMemory memory = memory(1, 1);
		memory.writeCString(GRANULE - 3, "gr\u00fc\u00df");
		assertThat(memory.readCString(GRANULE - 3)).isEqualTo("gr\u00fc\u00df");
		assertThat(memory.readString(GRANULE - 3, 2)).isEqualTo("gr");
		memory.writeString(0, "abc");
		assertThat(memory.readBytes(0, 4)).containsExactly('a', 'b', 'c', 0);
	}

	@Test
	void unalignedAtomicsAreRefused() {
		LinearMemory memory = memory(1, 1);
		assertThatExceptionOfType(InvalidException.class).isThrownBy(() -> memory.atomicReadShort(1))
			.withMessage("unaligned atomic");
		assertThatExceptionOfType(InvalidException.class).isThrownBy(() -> memory.atomicAddInt(2, 1));
		assertThatExceptionOfType(InvalidException.class).isThrownBy(() -> memory.atomicCmpxchgLong(4, 0, 1));
		assertThatExceptionOfType(InvalidException.class).isThrownBy(() -> memory.atomicWriteLong(4, 0));
	}

	@Test
	void failedCompareAndExchangeCopiesNothing() {
		LinearMemory memory = memory(1, 1);
		assertThat(memory.atomicCmpxchgInt(0, 1, 2)).isZero();
		assertThat(memory.ownedGranules()).isZero();
	}

	@Test
	@SuppressWarnings("removal")
	void waitingInAMemoryThatIsNotSharedIsAnError() {
		LinearMemory memory = memory(1, 1);
		String message = "Attempt to wait on a non-shared memory, not supported.";
		assertThatExceptionOfType(ChicoryException.class).isThrownBy(() -> memory.atomicWait(0, 0, 1))
			.withMessage(message);
		assertThatExceptionOfType(ChicoryException.class).isThrownBy(() -> memory.atomicWait(0, 0L, 1))
			.withMessage(message);
		assertThatExceptionOfType(ChicoryException.class).isThrownBy(() -> memory.waitOn(0, 0, 1));
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> memory.lock(0));
	}

	private static MemoryImage image(int pages, int maximumPages, boolean shared) {
		return MemoryImage.empty(new MemoryLimits(pages, Math.max(pages, maximumPages), shared));
	}

	private static LinearMemory memory(int pages, int maximumPages) {
		return new LinearMemory(image(pages, maximumPages, false), maximumPages);
	}

	private static byte[] pattern(int length) {
		byte[] pattern = new byte[length];
		for (int i = 0; i < length; i++) {
			pattern[i] = (byte) (i * 31 + (i >> 8) + 1);
		}
		return pattern;
	}

	private static void assertTrap(Runnable action, int addr, int size) {
		assertThatExceptionOfType(WasmRuntimeException.class).isThrownBy(action::run)
			.withMessage("out of bounds memory access: attempted to access address: " + addr + " but limit is: " + PAGE
					+ " and size: " + size);
	}

}
