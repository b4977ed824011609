package dev.wasmspring.sandbox.memory;

import java.util.Arrays;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.TableInstance;
import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.UninstantiableException;
import com.dylibso.chicory.wasm.types.Table;
import com.dylibso.chicory.wasm.types.TableLimits;
import com.dylibso.chicory.wasm.types.Value;
import org.jspecify.annotations.Nullable;

/**
 * A table that starts with the elements of a template and copies them when it is first
 * written. Lives for one sandbox and is confined to its thread.
 * <p>
 * Chicory's own table grows the limits that belong to the module, so that the next
 * instance starts with the larger table; this one never touches them.
 */
public final class SandboxTable extends TableInstance {

	/**
	 * Most elements of a table. Tables lie outside of linear memory and so outside of its
	 * limit; real modules have fewer than 10,000 elements.
	 */
	public static final int MAX_ELEMENTS = 100_000;

	private final Table declared;

	private final Checkpoint checkpoint;

	private int[] elements;

	private boolean shared;

	/**
	 * A table as its module declares it.
	 */
	public SandboxTable(Table declared, int initialValue, Checkpoint checkpoint) {
		super(empty(declared), initialValue);
		this.declared = declared;
		this.checkpoint = checkpoint;
		this.elements = new int[(int) declared.limits().min()];
		Arrays.fill(this.elements, initialValue);
	}

	/**
	 * A table that shares the elements of another, which must not be written any more.
	 */
	public SandboxTable(SandboxTable template, Checkpoint checkpoint) {
		super(empty(template.declared), Value.REF_NULL_VALUE);
		this.declared = template.declared;
		this.checkpoint = checkpoint;
		this.elements = template.elements;
		this.shared = true;
	}

	private static Table empty(Table declared) {
		return new Table(declared.elementType(), new TableLimits(0, 0));
	}

	@Override
	public int size() {
		return this.elements.length;
	}

	@Override
	public TableLimits limits() {
		return this.declared.limits();
	}

	@Override
	public int grow(int size, int value, Instance instance) {
		int oldSize = this.elements.length;
		long newSize = (long) oldSize + size;
		if (size < 0 || newSize > Math.min(limits().max(), MAX_ELEMENTS)) {
			return -1;
		}
		// An array of its own is garbage now, a shared one is not
		int replaced = this.shared ? 0 : oldSize;
		this.checkpoint.discard((long) replaced * Integer.BYTES);
		this.checkpoint.allocate((newSize - replaced) * Integer.BYTES);
		this.elements = Arrays.copyOf(this.elements, (int) newSize);
		this.shared = false;
		Arrays.fill(this.elements, oldSize, (int) newSize, value);
		return oldSize;
	}

	@Override
	public int ref(int index) {
		if (index < 0 || index >= this.elements.length) {
			throw new ChicoryException("undefined element");
		}
		return this.elements[index];
	}

	@Override
	public int requiredRef(int index) {
		int element = ref(index);
		if (element == Value.REF_NULL_VALUE) {
			throw new ChicoryException("uninitialized element " + index);
		}
		return element;
	}

	@Override
	public void setRef(int index, int value, Instance instance) {
		if (index < 0 || index >= this.elements.length) {
			throw new UninstantiableException("out of bounds table access");
		}
		if (this.shared) {
			this.checkpoint.allocate((long) this.elements.length * Integer.BYTES);
			this.elements = this.elements.clone();
			this.shared = false;
		}
		this.elements[index] = value;
	}

	/**
	 * The instance that an element belongs to.
	 * @return {@code null}, which means the calling instance: no sandbox has a function
	 * of another
	 */
	@Override
	public @Nullable Instance instance(int index) {
		return null;
	}

	@Override
	public void reset() {
		this.elements = new int[this.elements.length];
		this.shared = false;
		Arrays.fill(this.elements, Value.REF_NULL_VALUE);
	}

}
