package dev.wasmspring.sandbox.memory;

import java.util.concurrent.atomic.AtomicLong;

import com.dylibso.chicory.runtime.TableInstance;
import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.types.Table;
import com.dylibso.chicory.wasm.types.TableLimits;
import com.dylibso.chicory.wasm.types.ValType;
import com.dylibso.chicory.wasm.types.Value;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class SandboxTableTests {

	private static final int NULL = Value.REF_NULL_VALUE;

	@Test
	void aTableStartsAsDeclared() {
		SandboxTable table = new SandboxTable(declared(3, 10), 7, Checkpoint.NONE);
		assertThat(table.size()).isEqualTo(3);
		assertThat(table.elementType()).isEqualTo(ValType.FuncRef);
		assertThat(table.limits().max()).isEqualTo(10);
		assertThat(elements(table)).containsExactly(7, 7, 7);
	}

	@Test
	void aCopyStartsWithTheElementsOfItsTemplate() {
		SandboxTable template = new SandboxTable(declared(2, 10), NULL, Checkpoint.NONE);
		template.setRef(1, 5, null);
		SandboxTable copy = new SandboxTable(template, Checkpoint.NONE);
		assertThat(elements(copy)).containsExactly(NULL, 5);
		assertThat(copy.elementType()).isEqualTo(ValType.FuncRef);
		assertThat(copy.limits().max()).isEqualTo(10);
	}

	@Test
	void writingToACopyChangesNeitherTheTemplateNorAnotherCopy() {
		SandboxTable template = new SandboxTable(declared(2, 10), 1, Checkpoint.NONE);
		SandboxTable first = new SandboxTable(template, Checkpoint.NONE);
		SandboxTable second = new SandboxTable(template, Checkpoint.NONE);
		first.setRef(0, 2, null);
		first.setRef(1, 3, null);
		assertThat(elements(first)).containsExactly(2, 3);
		assertThat(elements(second)).containsExactly(1, 1);
		assertThat(elements(template)).containsExactly(1, 1);
	}

	@Test
	void theFirstWriteToACopyAndEachGrowthCountAsMemory() {
		AtomicLong allocated = new AtomicLong();
		AtomicLong discarded = new AtomicLong();
		Checkpoint counting = new Checkpoint() {

			@Override
			public void check() {
			}

			@Override
			public void allocate(long bytes) {
				allocated.addAndGet(bytes);
			}

			@Override
			public void discard(long bytes) {
				discarded.addAndGet(bytes);
			}

		};
		SandboxTable copy = new SandboxTable(new SandboxTable(declared(100, 1_000), 1, Checkpoint.NONE), counting);
		assertThat(copy.ref(7)).isEqualTo(1);
		assertThat(allocated).hasValue(0);
		copy.setRef(7, 2, null);
		assertThat(allocated).hasValue(400);
		copy.setRef(8, 2, null);
		assertThat(allocated).hasValue(400);
		copy.grow(900, 3, null);
		copy.setRef(999, 2, null);
		// It holds as much as it has elements, and the array that it replaced is garbage
		assertThat(allocated).hasValue(4_000);
		assertThat(discarded).hasValue(400);
	}

	@Test
	void growingACopyChangesNeitherTheTemplateNorTheModule() {
		Table declared = declared(2, 10);
		SandboxTable template = new SandboxTable(declared, 1, Checkpoint.NONE);
		SandboxTable copy = new SandboxTable(template, Checkpoint.NONE);
		assertThat(copy.grow(3, 4, null)).isEqualTo(2);
		copy.setRef(0, 9, null);
		assertThat(elements(copy)).containsExactly(9, 1, 4, 4, 4);
		assertThat(elements(template)).containsExactly(1, 1);
		assertThat(declared.limits().min()).isEqualTo(2);
		assertThat(new SandboxTable(template, Checkpoint.NONE).size()).isEqualTo(2);
	}

	@Test
	void resettingACopyLeavesTheTemplate() {
		SandboxTable template = new SandboxTable(declared(2, 10), 1, Checkpoint.NONE);
		SandboxTable copy = new SandboxTable(template, Checkpoint.NONE);
		copy.reset();
		assertThat(elements(copy)).containsExactly(NULL, NULL);
		assertThat(elements(template)).containsExactly(1, 1);
	}

	@Test
	void aTableGrowsToItsDeclaredMaximumAndNoFurther() {
		SandboxTable table = new SandboxTable(declared(2, 10), NULL, Checkpoint.NONE);
		assertThat(table.grow(9, NULL, null)).isEqualTo(-1);
		assertThat(table.grow(8, NULL, null)).isEqualTo(2);
		assertThat(table.grow(1, NULL, null)).isEqualTo(-1);
		assertThat(table.grow(0, NULL, null)).isEqualTo(10);
		assertThat(table.size()).isEqualTo(10);
	}

	@Test
	void aTableWithoutMaximumGrowsToOurs() {
		SandboxTable table = new SandboxTable(new Table(ValType.FuncRef, new TableLimits(1)), NULL, Checkpoint.NONE);
		assertThat(table.grow(SandboxTable.MAX_ELEMENTS, NULL, null)).isEqualTo(-1);
		assertThat(table.grow(Integer.MAX_VALUE, NULL, null)).isEqualTo(-1);
		assertThat(table.grow(-1, NULL, null)).isEqualTo(-1);
		assertThat(table.grow(SandboxTable.MAX_ELEMENTS - 1, NULL, null)).isEqualTo(1);
	}

	@Test
	void noElementOutsideOfATableIsReadOrWritten() {
		SandboxTable table = new SandboxTable(declared(2, 10), 1, Checkpoint.NONE);
		for (int index : new int[] { -1, 2, Integer.MAX_VALUE, Integer.MIN_VALUE }) {
			assertThatExceptionOfType(ChicoryException.class).isThrownBy(() -> table.ref(index))
				.withMessage("undefined element");
			assertThatExceptionOfType(ChicoryException.class).isThrownBy(() -> table.requiredRef(index))
				.withMessage("undefined element");
			assertThatExceptionOfType(ChicoryException.class).isThrownBy(() -> table.setRef(index, 1, null))
				.withMessage("out of bounds table access");
		}
	}

	@Test
	void anEmptyElementIsNoFunction() {
		SandboxTable table = new SandboxTable(declared(1, 1), NULL, Checkpoint.NONE);
		assertThat(table.ref(0)).isEqualTo(NULL);
		assertThatExceptionOfType(ChicoryException.class).isThrownBy(() -> table.requiredRef(0))
			.withMessage("uninitialized element 0");
		assertThat(table.instance(0)).isNull();
	}

	private static Table declared(long min, long max) {
		return new Table(ValType.FuncRef, new TableLimits(min, max));
	}

	private static int[] elements(TableInstance table) {
		int[] elements = new int[table.size()];
		for (int i = 0; i < elements.length; i++) {
			elements[i] = table.ref(i);
		}
		return elements;
	}

}
