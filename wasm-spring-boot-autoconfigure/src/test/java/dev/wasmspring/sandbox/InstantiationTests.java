package dev.wasmspring.sandbox;

import java.util.ArrayList;
import java.util.List;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.Table;
import dev.wasmspring.Fixtures;
import dev.wasmspring.sandbox.chicory.EngineInternals;
import dev.wasmspring.sandbox.compiler.CompiledModule;
import dev.wasmspring.sandbox.compiler.Compiling;
import dev.wasmspring.sandbox.memory.Checkpoint;
import dev.wasmspring.sandbox.memory.LinearMemory;
import dev.wasmspring.sandbox.memory.MemoryImage;
import dev.wasmspring.sandbox.memory.SandboxTable;
import dev.wasmspring.sandbox.module.Export;
import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.module.Outline;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class InstantiationTests {

	/**
	 * If this fails after an update of the engine, sandboxes work and cost several times
	 * as much: the constructor of its instances has changed.
	 */
	@Test
	void theConstructorOfTheEnginesInstancesIsTheOneThatIsKnown() {
		assertThat(Instantiation.isDirect()).isTrue();
	}

	/**
	 * If this fails after an update of the engine, the sentence says what became slower
	 * or is missing.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "numbers", "table_bounds", "every_kind" })
	void theEngineIsTheOneThatIsKnown(String name) throws Throwable {
		Module module = Fixtures.module(name);
		WasmModule outline = Outline.parse(module.binary());
		CompiledModule compiled = Compiling.compile(module, null);
		new Instantiation(outline, compiled.machines(), compiled.imports()).instantiate(memories(outline),
				InstantiationTests::table);
		assertThat(EngineInternals.differences()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "initialize_all", "numbers", "large_table", "elem_drop", "data_drop", "counter",
			"table_grow", "indirect" })
	void anInstanceMadeDirectlyIsTheOneThatTheBuilderMakes(String name) throws Throwable {
		Module module = Fixtures.module(name);
		WasmModule outline = Outline.parse(module.binary());
		CompiledModule compiled = Compiling.compile(module, null);
		Instantiation instantiation = new Instantiation(outline, compiled.machines(), compiled.imports());
		List<String> built = behaviour(instantiation.build(memories(outline), InstantiationTests::table), module);
		// Twice, since nothing that an instance does may reach what it was made from
		for (int i = 0; i < 2; i++) {
			Instance direct = instantiation.instantiate(memories(outline), InstantiationTests::table);
			assertThat(behaviour(direct, module)).isNotEmpty().isEqualTo(built);
		}
	}

	private static Memory[] memories(WasmModule module) {
		return module.memorySection()
			.map((section) -> new Memory[] { new LinearMemory(MemoryImage.empty(section.getMemory(0).limits()), 8) })
			.orElse(new Memory[0]);
	}

	private static SandboxTable table(Table declared, int initialValue) {
		return new SandboxTable(declared, initialValue, Checkpoint.NONE);
	}

	/**
	 * What every function answers to zeros, twice in a row, in the words of the engine.
	 */
	private static List<String> behaviour(Instance instance, Module module) {
		List<String> answers = new ArrayList<>();
		for (int round = 0; round < 2; round++) {
			for (Export export : module.exports()) {
				answers.add(export.name() + ": "
						+ Guest.call(instance, export.name(), new long[export.parameters().size()]));
			}
		}
		return answers;
	}

}
