package dev.wasmspring.sandbox.memory;

import java.util.Arrays;
import java.util.stream.IntStream;

import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.wasm.types.DataSegment;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import com.dylibso.chicory.wasm.types.PassiveDataSegment;
import org.jspecify.annotations.Nullable;

/**
 * What a linear memory held at one moment, cut into granules that any number of
 * {@link LinearMemory} instances read in place. Immutable; lives as long as its module's
 * template and is shared by all threads.
 * <p>
 * Granules which hold nothing but zeros are all the same array, and the ones after the
 * last granule with content are not listed at all. An image of a large memory that is
 * mostly empty is therefore small.
 */
public final class MemoryImage {

	/**
	 * Binary logarithm of {@link #GRANULE_SIZE}.
	 */
	static final int GRANULE_SHIFT = 12;

	/**
	 * How many bytes of linear memory a granule holds: 4 KiB.
	 */
	static final int GRANULE_SIZE = 1 << GRANULE_SHIFT;

	/**
	 * The array length of a granule that is shared. It is one more than its content, so
	 * that the length alone tells a shared granule from one that a memory owns, whose
	 * array has {@link #GRANULE_SIZE} elements. The last byte is never read.
	 */
	static final int SHARED_LENGTH = GRANULE_SIZE + 1;

	/**
	 * The granule that holds only zeros.
	 */
	static final byte[] ZERO = new byte[SHARED_LENGTH];

	private static final byte[][] NO_GRANULES = {};

	private static final int[] NO_SEGMENTS = {};

	private final MemoryLimits limits;

	private final int pages;

	private final boolean snapshot;

	private final byte[][] granules;

	private final int[] droppedSegments;

	private MemoryImage(MemoryLimits limits, int pages, boolean snapshot, byte[][] granules, int[] droppedSegments) {
		this.limits = limits;
		this.pages = pages;
		this.snapshot = snapshot;
		this.granules = granules;
		this.droppedSegments = droppedSegments;
	}

	/**
	 * Create the image of a memory in which nothing was written yet. A memory that is
	 * made from it takes its content from the module's active data segments.
	 * @param limits the limits that the module declares
	 * @return an image without content
	 */
	public static MemoryImage empty(MemoryLimits limits) {
		if (limits.initialPages() > Memory.RUNTIME_MAX_PAGES) {
			throw new IllegalArgumentException("A memory of " + limits.initialPages() + " pages is larger than the "
					+ Memory.RUNTIME_MAX_PAGES + " pages that can be addressed");
		}
		return new MemoryImage(limits, limits.initialPages(), false, NO_GRANULES, NO_SEGMENTS);
	}

	/**
	 * Create the image of what a memory holds now. Granules that are shared already are
	 * shared by the image as well, and so are those that hold again what they held
	 * before: collectors write to all that they look at. The others are copied.
	 * @param before the image that the memory began with
	 * @param pages the number of pages
	 * @param granules the granules; the ones that are not listed are zero
	 * @param segments the data segments of the instance that used the memory; the ones
	 * that it dropped stay dropped
	 * @return an image that is independent of the arguments
	 */
	static MemoryImage of(MemoryImage before, int pages, byte[][] granules, DataSegment[] segments) {
		byte[][] shared = new byte[granules.length][];
		int length = 0;
		for (int i = 0; i < granules.length; i++) {
			shared[i] = share(granules[i], (i < before.granules.length) ? before.granules[i] : ZERO);
			if (shared[i] != ZERO) {
				length = i + 1;
			}
		}
		return new MemoryImage(before.limits, pages, true, Arrays.copyOf(shared, length), dropped(segments));
	}

	private static byte[] share(byte[] granule, byte[] before) {
		if (granule.length == SHARED_LENGTH) {
			return granule;
		}
		if (Arrays.equals(granule, 0, GRANULE_SIZE, ZERO, 0, GRANULE_SIZE)) {
			return ZERO;
		}
		if (Arrays.equals(granule, 0, GRANULE_SIZE, before, 0, GRANULE_SIZE)) {
			return before;
		}
		return Arrays.copyOf(granule, SHARED_LENGTH);
	}

	private static int[] dropped(DataSegment[] segments) {
		return IntStream.range(0, segments.length).filter((i) -> segments[i] == PassiveDataSegment.EMPTY).toArray();
	}

	/**
	 * Drop the data segments that had been dropped when the image was made.
	 * @param segments the data segments of a new instance
	 */
	void dropSegments(DataSegment[] segments) {
		for (int segment : this.droppedSegments) {
			// A template has no segments where no code can name one
			if (segment < segments.length) {
				segments[segment] = PassiveDataSegment.EMPTY;
			}
		}
	}

	/**
	 * Return the limits that the module declares.
	 * @return the declared limits
	 */
	public MemoryLimits limits() {
		return this.limits;
	}

	/**
	 * Return the number of pages at the moment of the image.
	 * @return the number of pages
	 */
	public int pages() {
		return this.pages;
	}

	/**
	 * Return whether this image is what a memory held, active data segments included.
	 * @return {@code false} if the active data segments are still to be written
	 */
	boolean isSnapshot() {
		return this.snapshot;
	}

	/**
	 * Return the granules up to the last one with content. The arrays are the image's own
	 * and must never be written to.
	 * @return the granules
	 */
	byte[][] granules() {
		return this.granules;
	}

	/**
	 * Return how many bytes of host memory the image keeps alive that another does not.
	 * @param other an image that granules may be shared with, or {@code null}
	 * @return the size in bytes
	 */
	public long bytesBeyond(@Nullable MemoryImage other) {
		byte[][] theirs = (other != null) ? other.granules : NO_GRANULES;
		long bytes = (long) this.granules.length * Integer.BYTES;
		for (int i = 0; i < this.granules.length; i++) {
			if (this.granules[i] != ZERO && (i >= theirs.length || this.granules[i] != theirs[i])) {
				bytes += SHARED_LENGTH;
			}
		}
		return bytes;
	}

	/**
	 * Return how many bytes of host memory the image keeps alive.
	 * @return the size in bytes
	 */
	long bytes() {
		long distinct = Arrays.stream(this.granules).filter((granule) -> granule != ZERO).count();
		return distinct * SHARED_LENGTH + (long) this.granules.length * Integer.BYTES;
	}

}
