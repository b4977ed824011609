package dev.wasmspring.sandbox.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;

import com.dylibso.chicory.runtime.ChicoryInterruptedException;
import com.dylibso.chicory.runtime.ConstantEvaluators;
import com.dylibso.chicory.runtime.GlobalInstance;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.runtime.WasmRuntimeException;
import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.UninstantiableException;
import com.dylibso.chicory.wasm.types.ActiveDataSegment;
import com.dylibso.chicory.wasm.types.DataSegment;
import com.dylibso.chicory.wasm.types.PassiveDataSegment;
import dev.wasmspring.sandbox.chicory.InstanceGlobals;
import org.jspecify.annotations.Nullable;

/**
 * A linear memory that starts as its {@link MemoryImage} and copies a granule of it at
 * the first write into that granule. Lives for one sandbox and is confined to its thread.
 * <p>
 * Creating one costs the same whatever its size. It reads through the image's own table
 * of granules until the first write, which copies the table, and the table ends with the
 * last granule that was in use so far; what lies behind it is zero.
 * <p>
 * Reads and writes of guests ({@link GuestAccess}) are the hot path of the whole engine.
 * There is one table, flat, and an array's length says whose it is:
 * {@link MemoryImage#GRANULE_SIZE} elements if this memory owns it, one more if it is
 * shared. So a read costs what it costs in an ordinary paged memory and a write costs one
 * comparison more. Everything else leaves the hot path: an access that is out of bounds,
 * behind the table, across two granules, or the first write to a granule.
 */
public final class LinearMemory extends ConfinedMemory {

	private static final int GRANULE_SHIFT = MemoryImage.GRANULE_SHIFT;

	private static final int GRANULE_SIZE = MemoryImage.GRANULE_SIZE;

	private static final int GRANULE_MASK = GRANULE_SIZE - 1;

	/**
	 * How many bytes bulk operations process between two checkpoints: 64 KiB.
	 */
	static final int CHECKPOINT_INTERVAL = 1 << 16;

	private static final DataSegment[] NO_SEGMENTS = {};

	private static final GlobalInstance[] NO_GLOBALS = {};

	private static final byte[] NOTHING = {};

	/**
	 * An active segment that was written. Not the engine's empty segment, by which images
	 * know what a guest dropped: templates have no active segments anyway, and Go makes
	 * thousands of them.
	 */
	private static final DataSegment WRITTEN = new PassiveDataSegment(new byte[0]);

	private final MemoryImage image;

	private final int maximumPages;

	private final Checkpoint checkpoint;

	private final GranuleCopies copies;

	/**
	 * The image's table until the first write, then a copy. Never longer than the memory.
	 */
	private byte[][] granules;

	/**
	 * The globals of the instance that this is the first memory of, since compiled code
	 * has its memory at hand.
	 */
	private GlobalInstance[] globals = NO_GLOBALS;

	private int pages;

	private boolean initialized;

	/**
	 * The array that the instance holds, not a copy: the guest drops segments by way of
	 * the instance.
	 */
	private DataSegment[] segments = NO_SEGMENTS;

	/**
	 * The bytes that bulk operations have processed since the last checkpoint.
	 */
	private long unchecked;

	/**
	 * Create a memory without a deadline.
	 * @param image the content to start from
	 * @param maximumPages the number of pages up to which the memory may grow
	 */
	public LinearMemory(MemoryImage image, int maximumPages) {
		this(image, maximumPages, Checkpoint.NONE);
	}

	/**
	 * Create a memory.
	 * @param image the content to start from
	 * @param maximumPages the number of pages up to which the memory may grow
	 * @param checkpoint called at least once for every {@value #CHECKPOINT_INTERVAL}
	 * bytes that bulk operations process
	 */
	public LinearMemory(MemoryImage image, int maximumPages, Checkpoint checkpoint) {
		this(image, maximumPages, checkpoint, null);
	}

	/**
	 * Create a memory that has arrays for its granules from memories that were closed,
	 * and that must be closed itself.
	 * @param image the content to start from
	 * @param maximumPages the number of pages up to which the memory may grow
	 * @param checkpoint called at least once for every {@value #CHECKPOINT_INTERVAL}
	 * bytes that bulk operations process
	 * @param spares where the arrays are found, and go to, or {@code null} for new ones
	 */
	public LinearMemory(MemoryImage image, int maximumPages, Checkpoint checkpoint, @Nullable SpareGranules spares) {
		if (maximumPages < image.pages()) {
			throw new IllegalArgumentException("A memory that starts with " + image.pages()
					+ " pages does not fit into " + maximumPages + " pages");
		}
		this.image = image;
		this.maximumPages = Math.min(maximumPages, RUNTIME_MAX_PAGES);
		this.checkpoint = checkpoint;
		this.copies = new GranuleCopies(spares);
		this.granules = image.granules();
		this.pages = image.pages();
	}

	/**
	 * Return an image of what this memory holds now. The image does not change with this
	 * memory.
	 * @return an image from which other memories can be made
	 */
	public MemoryImage snapshot() {
		return MemoryImage.of(this.image, this.pages, this.granules, this.segments);
	}

	/**
	 * Leave the arrays of this memory's granules to others. From now on it holds what its
	 * image holds, and would copy that into new arrays.
	 */
	public void close() {
		this.granules = this.image.granules();
		this.copies.close();
	}

	/**
	 * Return the number of granules that this memory has copied because they were written
	 * to.
	 * @return the number of granules that are not shared
	 */
	int ownedGranules() {
		return this.copies.count();
	}

	/**
	 * Return how many bytes of host memory belong to this memory alone: its granules and
	 * its table.
	 * @return the number of bytes
	 */
	long writtenBytes() {
		long table = isTableShared() ? 0 : (long) this.granules.length * Integer.BYTES;
		return ((long) this.copies.count() << GRANULE_SHIFT) + table;
	}

	/**
	 * Return what this memory asks whether it may go on.
	 * @return the checkpoint that it was created with
	 */
	public Checkpoint checkpoint() {
		return this.checkpoint;
	}

	@Override
	public int pages() {
		return this.pages;
	}

	@Override
	public int initialPages() {
		return this.image.limits().initialPages();
	}

	@Override
	public int maximumPages() {
		return this.maximumPages;
	}

	@Override
	public boolean shared() {
		return this.image.limits().shared();
	}

	/**
	 * Grow the memory. New pages are zero and cost nothing until they are used.
	 */
	@Override
	public int grow(int size) {
		int previous = this.pages;
		if (size < 0 || size > this.maximumPages - previous) {
			return -1;
		}
		this.pages = previous + size;
		return previous;
	}

	@Override
	public void initialize(@Nullable Instance instance, DataSegment @Nullable [] dataSegments) {
		initialize(instance, dataSegments, 0);
	}

	/**
	 * Take over the globals and the data segments of the instance and write the active
	 * ones, unless they are in the image already.
	 */
	@Override
	public void initialize(@Nullable Instance instance, DataSegment @Nullable [] dataSegments, int memoryIndex) {
		this.initialized = true;
		if (memoryIndex == 0 && instance != null && this.globals == NO_GLOBALS) {
			this.globals = InstanceGlobals.of(instance);
		}
		this.segments = (dataSegments != null) ? dataSegments : NO_SEGMENTS;
		if (this.image.isSnapshot()) {
			this.image.dropSegments(this.segments);
			return;
		}
		for (DataSegment segment : this.segments) {
			if (segment instanceof ActiveDataSegment active) {
				if (active.index() == memoryIndex) {
					writeSegment(Objects.requireNonNull(instance), active);
				}
			}
			else if (!(segment instanceof PassiveDataSegment)) {
				throw new ChicoryException("Data segment should be active or passive: " + segment);
			}
		}
	}

	/**
	 * Drop the active segments, as the specification wants it once all of them were
	 * written and before any code runs: the start function finds them empty.
	 */
	public void dropActiveSegments() {
		for (int i = 0; i < this.segments.length; i++) {
			if (this.segments[i] instanceof ActiveDataSegment) {
				this.segments[i] = WRITTEN;
			}
		}
	}

	private void writeSegment(Instance instance, ActiveDataSegment segment) {
		byte[] data = segment.data();
		int addr = (int) ConstantEvaluators.computeConstantValue(instance, segment.offsetInstructions())[0];
		if (isOutside(addr, data.length, size())) {
			throw new UninstantiableException(outOfBounds(addr, data.length, size()));
		}
		write(addr, data, 0, data.length);
	}

	@Override
	public void initPassiveSegment(int segmentId, int dest, int offset, int size) {
		byte[] data = isBehindEnd(segmentId) ? NOTHING : this.segments[segmentId].data();
		spend(data.length);
		write(dest, data, offset, size);
	}

	@Override
	public void drop(int segment) {
		if (!isBehindEnd(segment)) {
			this.segments[segment] = PassiveDataSegment.EMPTY;
		}
	}

	/**
	 * Templates leave out the segments at the end that were written: they are dropped.
	 */
	private boolean isBehindEnd(int segment) {
		return segment >= this.segments.length;
	}

	/**
	 * Set the whole memory to zero. The engine asks for it before it initializes a
	 * memory, which must not wipe out the content of a snapshot.
	 */
	@Override
	public void zero() {
		if (this.initialized || !this.image.isSnapshot()) {
			fill((byte) 0, 0, size());
		}
	}

	@Override
	public void fill(byte value, int fromIndex, int toIndex) {
		int addr = fromIndex;
		int remaining = toIndex - fromIndex;
		checkBounds(addr, remaining, size());
		while (remaining > 0) {
			int offset = addr & GRANULE_MASK;
			int chunk = Math.min(remaining, GRANULE_SIZE - offset);
			fillGranule(addr >>> GRANULE_SHIFT, offset, chunk, value);
			spend(chunk);
			addr += chunk;
			remaining -= chunk;
		}
	}

	private void fillGranule(int index, int offset, int length, byte value) {
		if (value == 0) {
			byte[] granule = content(index);
			if (granule == MemoryImage.ZERO) {
				return;
			}
			if (length == GRANULE_SIZE && granule.length == MemoryImage.SHARED_LENGTH) {
				ownTable()[index] = MemoryImage.ZERO;
				return;
			}
		}
		Arrays.fill(writable(index), offset, offset + length, value);
	}

	@Override
	public void copy(int dest, int src, int size) {
		int limit = size();
		checkBounds(dest, size, limit);
		checkBounds(src, size, limit);
		if (dest > src && dest - src < size) {
			copyBackwards(dest + size, src + size, size);
		}
		else {
			copyForwards(dest, src, size);
		}
	}

	private void copyForwards(int dest, int src, int size) {
		int remaining = size;
		while (remaining > 0) {
			int chunk = Math.min(remaining, GRANULE_SIZE - Math.max(dest & GRANULE_MASK, src & GRANULE_MASK));
			copyChunk(dest, src, chunk);
			dest += chunk;
			src += chunk;
			remaining -= chunk;
		}
	}

	private void copyBackwards(int destEnd, int srcEnd, int size) {
		int dest = destEnd;
		int src = srcEnd;
		int remaining = size;
		while (remaining > 0) {
			int available = Math.min((dest - 1) & GRANULE_MASK, (src - 1) & GRANULE_MASK) + 1;
			int chunk = Math.min(remaining, available);
			dest -= chunk;
			src -= chunk;
			copyChunk(dest, src, chunk);
			remaining -= chunk;
		}
	}

	private void copyChunk(int dest, int src, int length) {
		byte[] target = writable(dest >>> GRANULE_SHIFT);
		System.arraycopy(content(src >>> GRANULE_SHIFT), src & GRANULE_MASK, target, dest & GRANULE_MASK, length);
		spend(length);
	}

	@Override
	public void write(int addr, byte[] data, int offset, int size) {
		checkBounds(offset, size, data.length);
		checkBounds(addr, size, size());
		int to = addr;
		int from = offset;
		int remaining = size;
		while (remaining > 0) {
			int chunk = Math.min(remaining, GRANULE_SIZE - (to & GRANULE_MASK));
			System.arraycopy(data, from, writable(to >>> GRANULE_SHIFT), to & GRANULE_MASK, chunk);
			spend(chunk);
			to += chunk;
			from += chunk;
			remaining -= chunk;
		}
	}

	@Override
	public byte[] readBytes(int addr, int len) {
		checkBounds(addr, len, size());
		byte[] bytes = new byte[len];
		read(addr, bytes, 0, len);
		return bytes;
	}

	/**
	 * Read into an array that is there already.
	 */
	public void read(int addr, byte[] data, int offset, int size) {
		checkBounds(addr, size, size());
		int from = addr;
		int to = offset;
		int remaining = size;
		while (remaining > 0) {
			int chunk = Math.min(remaining, GRANULE_SIZE - (from & GRANULE_MASK));
			System.arraycopy(content(from >>> GRANULE_SHIFT), from & GRANULE_MASK, data, to, chunk);
			spend(chunk);
			from += chunk;
			to += chunk;
			remaining -= chunk;
		}
	}

	/**
	 * Trap unless an area lies within the memory.
	 */
	public void requireWithin(int addr, int size) {
		checkBounds(addr, size, size());
	}

	@Override
	public byte read(int addr) {
		return GuestAccess.memoryReadByte(addr, 0, this);
	}

	@Override
	public void writeByte(int addr, byte data) {
		GuestAccess.memoryWriteByte(addr, data, 0, this);
	}

	@Override
	public short readShort(int addr) {
		return GuestAccess.memoryReadShort(addr, 0, this);
	}

	@Override
	public void writeShort(int addr, short data) {
		GuestAccess.memoryWriteShort(addr, data, 0, this);
	}

	@Override
	public int readInt(int addr) {
		return GuestAccess.memoryReadInt(addr, 0, this);
	}

	@Override
	public void writeI32(int addr, int data) {
		GuestAccess.memoryWriteInt(addr, data, 0, this);
	}

	@Override
	public long readLong(int addr) {
		return GuestAccess.memoryReadLong(addr, 0, this);
	}

	@Override
	public void writeLong(int addr, long data) {
		GuestAccess.memoryWriteLong(addr, data, 0, this);
	}

	@Override
	public float readFloat(int addr) {
		return GuestAccess.memoryReadFloat(addr, 0, this);
	}

	@Override
	public void writeF32(int addr, float data) {
		GuestAccess.memoryWriteFloat(addr, data, 0, this);
	}

	@Override
	public double readDouble(int addr) {
		return GuestAccess.memoryReadDouble(addr, 0, this);
	}

	@Override
	public void writeF64(int addr, double data) {
		GuestAccess.memoryWriteDouble(addr, data, 0, this);
	}

	@Override
	public long readU16(int addr) {
		return readShort(addr) & 0xFFFFL;
	}

	@Override
	public long readF32(int addr) {
		return readInt(addr);
	}

	@Override
	public long readF64(int addr) {
		return readLong(addr);
	}

	/**
	 * Refuse to wait: nobody else can reach this memory, so nobody could wake the guest.
	 */
	@Override
	public int atomicWait(int addr, int expected, long timeout) {
		checkBounds(aligned(addr, Integer.BYTES), Integer.BYTES, size());
		throw new ChicoryException("Attempt to wait on a non-shared memory, not supported.");
	}

	@Override
	public int atomicNotify(int addr, int maxThreads) {
		checkBounds(aligned(addr, Integer.BYTES), Integer.BYTES, size());
		return 0;
	}

	@Override
	public int atomicWait(int addr, long expected, long timeout) {
		checkBounds(aligned(addr, Long.BYTES), Long.BYTES, size());
		throw new ChicoryException("Attempt to wait on a non-shared memory, not supported.");
	}

	private long readSlowly(int addr, int size) {
		if (isOutside(addr, size, size())) {
			throw unreadable(addr, size);
		}
		long value = 0;
		for (int i = addr + size - 1; i >= addr; i--) {
			value = (value << Byte.SIZE) | (readable(i >>> GRANULE_SHIFT)[i & GRANULE_MASK] & 0xFF);
		}
		return value;
	}

	private void writeSlowly(int addr, long data, int size) {
		checkBounds(addr, size, size());
		long value = data;
		for (int i = addr; i < addr + size; i++) {
			writable(i >>> GRANULE_SHIFT)[i & GRANULE_MASK] = (byte) value;
			value >>>= Byte.SIZE;
		}
	}

	/**
	 * Return the content of a granule without listing it in the table.
	 */
	private byte[] content(int index) {
		return (index < this.granules.length) ? this.granules[index] : MemoryImage.ZERO;
	}

	/**
	 * Return a granule that is listed in the table, so that the next access is fast.
	 */
	private byte[] readable(int index) {
		if (index >= this.granules.length) {
			extendTable(index);
		}
		return this.granules[index];
	}

	private byte[] writable(int index) {
		byte[] granule = readable(index);
		return (granule.length == GRANULE_SIZE) ? granule : own(index, granule);
	}

	/**
	 * Copy a granule. This is the only place where a memory comes to own one.
	 */
	private byte[] own(int index, byte[] granule) {
		this.checkpoint.allocate(GRANULE_SIZE);
		byte[] copy = this.copies.of(granule);
		ownTable()[index] = copy;
		return copy;
	}

	private byte[][] ownTable() {
		if (isTableShared()) {
			this.checkpoint.allocate((long) this.granules.length * Integer.BYTES);
			this.granules = this.granules.clone();
		}
		return this.granules;
	}

	private boolean isTableShared() {
		return this.granules == this.image.granules();
	}

	/**
	 * Make the table long enough to list a granule, and a quarter longer than that, so
	 * that a memory which is used from one end to the other copies it a few times only.
	 */
	private void extendTable(int index) {
		int length = this.granules.length;
		int limit = size() >>> GRANULE_SHIFT;
		int extended = Math.min(limit, index + 16 + (index >>> 2));
		// A table of its own is garbage now, a shared one is not
		int replaced = isTableShared() ? 0 : length;
		this.checkpoint.discard((long) replaced * Integer.BYTES);
		this.checkpoint.allocate((long) (extended - replaced) * Integer.BYTES);
		byte[][] table = Arrays.copyOf(this.granules, extended);
		Arrays.fill(table, length, table.length, MemoryImage.ZERO);
		this.granules = table;
	}

	private int size() {
		return this.pages * PAGE_SIZE;
	}

	/**
	 * Account for the work of a bulk operation, which the engine cannot interrupt.
	 */
	private void spend(int bytes) {
		this.unchecked += bytes;
		if (this.unchecked >= CHECKPOINT_INTERVAL) {
			this.unchecked = 0;
			this.checkpoint.check();
		}
	}

	private static boolean isOutside(int addr, int size, int limit) {
		return addr < 0 || size < 0 || addr > limit - size;
	}

	private static void checkBounds(int addr, int size, int limit) {
		if (isOutside(addr, size, limit)) {
			throw new WasmRuntimeException(outOfBounds(addr, size, limit));
		}
	}

	/**
	 * Return what to throw for a read out of bounds. One that crosses the border of a
	 * page is reported as a read of the first byte that is missing.
	 */
	private WasmRuntimeException unreadable(int addr, int size) {
		int limit = size();
		if ((addr & (PAGE_SIZE - 1)) <= PAGE_SIZE - size) {
			return new WasmRuntimeException(outOfBounds(addr, size, limit));
		}
		int missing = (addr < 0) ? addr : Math.max(addr, limit);
		return new WasmRuntimeException(outOfBounds(missing, 1, limit));
	}

	/**
	 * Describe an access out of bounds, in the words of the engine. A guest may get here
	 * with next to no stack left, so nothing that has to be linked at its first use.
	 */
	private static String outOfBounds(int addr, int size, int limit) {
		return new StringBuilder("out of bounds memory access: attempted to access address: ").append(addr)
			.append(" but limit is: ")
			.append(limit)
			.append(" and size: ")
			.append(size)
			.toString();
	}

	/**
	 * How compiled code reads and writes its linear memory and its globals, and asks
	 * whether it has to end. Stateless; called by the classes of modules, under the names
	 * and with the arguments that the engine's own methods have, which these take the
	 * place of.
	 * <p>
	 * This is the hot path of the whole engine, and counts in bytes of bytecode: HotSpot
	 * inlines into a method until all of it has 8,000, and what comes then stays a call.
	 * So each method does at once what the engine does in three, and has its slow path
	 * elsewhere.
	 * <p>
	 * A base that is negative, which is one of 2 GiB or more, lies behind every memory,
	 * and the sum with it must, whatever it is. So the sign of the base is spread over
	 * the address, whose granule is behind every table then.
	 */
	public static final class GuestAccess {

		private static final VarHandle SHORTS = view(short[].class);

		private static final VarHandle INTS = view(int[].class);

		private static final VarHandle LONGS = view(long[].class);

		private static final VarHandle FLOATS = view(float[].class);

		private static final VarHandle DOUBLES = view(double[].class);

		private GuestAccess() {
		}

		private static VarHandle view(Class<?> type) {
			return MethodHandles.byteArrayViewVarHandle(type, ByteOrder.LITTLE_ENDIAN);
		}

		/**
		 * Ends a call whose thread was interrupted, which is how it learns of its
		 * deadline.
		 */
		public static void checkInterruption() {
			if (Thread.currentThread().isInterrupted()) {
				throwInterrupted();
			}
		}

		private static void throwInterrupted() {
			throw new ChicoryInterruptedException("Thread interrupted");
		}

		/**
		 * Reads a global of the instance that this is the first memory of.
		 */
		public static long readGlobal(int index, Memory memory) {
			return ((LinearMemory) memory).globals[index].getValue();
		}

		/**
		 * Writes a global of the instance that this is the first memory of.
		 */
		public static void writeGlobal(long value, int index, Memory memory) {
			((LinearMemory) memory).globals[index].setValue(value);
		}

		/**
		 * Reads a byte.
		 */
		public static byte memoryReadByte(int base, int offset, Memory memory) {
			int address = base + offset | base >> 31;
			byte[][] granules = ((LinearMemory) memory).granules;
			if (address >>> GRANULE_SHIFT < granules.length) {
				return granules[address >>> GRANULE_SHIFT][address & GRANULE_MASK];
			}
			return (byte) readSlowly(base, offset, 1, memory);
		}

		/**
		 * Reads two bytes.
		 */
		public static short memoryReadShort(int base, int offset, Memory memory) {
			int address = base + offset | base >> 31;
			byte[][] granules = ((LinearMemory) memory).granules;
			if (address >>> GRANULE_SHIFT < granules.length && (address & GRANULE_MASK) <= GRANULE_SIZE - Short.BYTES) {
				return (short) SHORTS.get(granules[address >>> GRANULE_SHIFT], address & GRANULE_MASK);
			}
			return (short) readSlowly(base, offset, Short.BYTES, memory);
		}

		/**
		 * Reads four bytes.
		 */
		public static int memoryReadInt(int base, int offset, Memory memory) {
			int address = base + offset | base >> 31;
			byte[][] granules = ((LinearMemory) memory).granules;
			if (address >>> GRANULE_SHIFT < granules.length
					&& (address & GRANULE_MASK) <= GRANULE_SIZE - Integer.BYTES) {
				return (int) INTS.get(granules[address >>> GRANULE_SHIFT], address & GRANULE_MASK);
			}
			return (int) readSlowly(base, offset, Integer.BYTES, memory);
		}

		/**
		 * Reads eight bytes.
		 */
		public static long memoryReadLong(int base, int offset, Memory memory) {
			int address = base + offset | base >> 31;
			byte[][] granules = ((LinearMemory) memory).granules;
			if (address >>> GRANULE_SHIFT < granules.length && (address & GRANULE_MASK) <= GRANULE_SIZE - Long.BYTES) {
				return (long) LONGS.get(granules[address >>> GRANULE_SHIFT], address & GRANULE_MASK);
			}
			return readSlowly(base, offset, Long.BYTES, memory);
		}

		/**
		 * Reads four bytes that are a number.
		 */
		public static float memoryReadFloat(int base, int offset, Memory memory) {
			int address = base + offset | base >> 31;
			byte[][] granules = ((LinearMemory) memory).granules;
			if (address >>> GRANULE_SHIFT < granules.length && (address & GRANULE_MASK) <= GRANULE_SIZE - Float.BYTES) {
				return (float) FLOATS.get(granules[address >>> GRANULE_SHIFT], address & GRANULE_MASK);
			}
			return Float.intBitsToFloat((int) readSlowly(base, offset, Float.BYTES, memory));
		}

		/**
		 * Reads eight bytes that are a number.
		 */
		public static double memoryReadDouble(int base, int offset, Memory memory) {
			int address = base + offset | base >> 31;
			byte[][] granules = ((LinearMemory) memory).granules;
			if (address >>> GRANULE_SHIFT < granules.length
					&& (address & GRANULE_MASK) <= GRANULE_SIZE - Double.BYTES) {
				return (double) DOUBLES.get(granules[address >>> GRANULE_SHIFT], address & GRANULE_MASK);
			}
			return Double.longBitsToDouble(readSlowly(base, offset, Double.BYTES, memory));
		}

		/**
		 * Writes a byte.
		 */
		public static void memoryWriteByte(int base, byte value, int offset, Memory memory) {
			int address = base + offset | base >> 31;
			byte[][] granules = ((LinearMemory) memory).granules;
			if (address >>> GRANULE_SHIFT < granules.length) {
				byte[] granule = granules[address >>> GRANULE_SHIFT];
				if (granule.length == GRANULE_SIZE) {
					granule[address & GRANULE_MASK] = value;
					return;
				}
			}
			writeSlowly(base, value, offset, 1, memory);
		}

		/**
		 * Writes two bytes.
		 */
		public static void memoryWriteShort(int base, short value, int offset, Memory memory) {
			int address = base + offset | base >> 31;
			byte[][] granules = ((LinearMemory) memory).granules;
			if (address >>> GRANULE_SHIFT < granules.length && (address & GRANULE_MASK) <= GRANULE_SIZE - Short.BYTES) {
				byte[] granule = granules[address >>> GRANULE_SHIFT];
				if (granule.length == GRANULE_SIZE) {
					SHORTS.set(granule, address & GRANULE_MASK, value);
					return;
				}
			}
			writeSlowly(base, value, offset, Short.BYTES, memory);
		}

		/**
		 * Writes four bytes.
		 */
		public static void memoryWriteInt(int base, int value, int offset, Memory memory) {
			int address = base + offset | base >> 31;
			byte[][] granules = ((LinearMemory) memory).granules;
			if (address >>> GRANULE_SHIFT < granules.length
					&& (address & GRANULE_MASK) <= GRANULE_SIZE - Integer.BYTES) {
				byte[] granule = granules[address >>> GRANULE_SHIFT];
				if (granule.length == GRANULE_SIZE) {
					INTS.set(granule, address & GRANULE_MASK, value);
					return;
				}
			}
			writeSlowly(base, value, offset, Integer.BYTES, memory);
		}

		/**
		 * Writes eight bytes.
		 */
		public static void memoryWriteLong(int base, long value, int offset, Memory memory) {
			int address = base + offset | base >> 31;
			byte[][] granules = ((LinearMemory) memory).granules;
			if (address >>> GRANULE_SHIFT < granules.length && (address & GRANULE_MASK) <= GRANULE_SIZE - Long.BYTES) {
				byte[] granule = granules[address >>> GRANULE_SHIFT];
				if (granule.length == GRANULE_SIZE) {
					LONGS.set(granule, address & GRANULE_MASK, value);
					return;
				}
			}
			writeSlowly(base, value, offset, Long.BYTES, memory);
		}

		/**
		 * Writes four bytes that are a number.
		 */
		public static void memoryWriteFloat(int base, float value, int offset, Memory memory) {
			int address = base + offset | base >> 31;
			byte[][] granules = ((LinearMemory) memory).granules;
			if (address >>> GRANULE_SHIFT < granules.length && (address & GRANULE_MASK) <= GRANULE_SIZE - Float.BYTES) {
				byte[] granule = granules[address >>> GRANULE_SHIFT];
				if (granule.length == GRANULE_SIZE) {
					FLOATS.set(granule, address & GRANULE_MASK, value);
					return;
				}
			}
			writeSlowly(base, Float.floatToRawIntBits(value), offset, Float.BYTES, memory);
		}

		/**
		 * Writes eight bytes that are a number.
		 */
		public static void memoryWriteDouble(int base, double value, int offset, Memory memory) {
			int address = base + offset | base >> 31;
			byte[][] granules = ((LinearMemory) memory).granules;
			if (address >>> GRANULE_SHIFT < granules.length
					&& (address & GRANULE_MASK) <= GRANULE_SIZE - Double.BYTES) {
				byte[] granule = granules[address >>> GRANULE_SHIFT];
				if (granule.length == GRANULE_SIZE) {
					DOUBLES.set(granule, address & GRANULE_MASK, value);
					return;
				}
			}
			writeSlowly(base, Double.doubleToRawLongBits(value), offset, Double.BYTES, memory);
		}

		private static long readSlowly(int base, int offset, int size, Memory memory) {
			return ((LinearMemory) memory).readSlowly(address(base, offset), size);
		}

		private static void writeSlowly(int base, long value, int offset, int size, Memory memory) {
			((LinearMemory) memory).writeSlowly(address(base, offset), value, size);
		}

		/** The address that a trap names. */
		private static int address(int base, int offset) {
			return (base < 0) ? base : base + offset;
		}

	}

}
