package dev.wasmspring.sandbox.compiler;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;

import dev.wasmspring.sandbox.CraftedModule;
import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.module.ModuleException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class HugeFunctionsTests {

	/** Makes more than 8,000 bytes of bytecode, and less than 64 KB. */
	private static final int MANY = 2_000;

	private static final int TOO_MANY = 16_000;

	@Test
	void aFunctionThatHotSpotWillNotCompileIsFoundByIndexAndName() {
		Module module = new CraftedModule().function("nothing", 0, 0)
			.function("main_loop", MANY, 0)
			.function("run", 10, 42)
			.parse("huge");
		CompiledModule compiled = Compiling.compile(module, null);
		assertThat(compiled.hugeFunctions()).singleElement().satisfies((function) -> {
			assertThat(function.index()).isEqualTo(1);
			assertThat(function.name()).isEqualTo("main_loop");
			assertThat(function.bytecodeSize()).isBetween(HugeFunction.LIMIT + 1, 65_535);
		});
	}

	@Test
	void theLimitIsExact() {
		int size = bytecodeSize(MANY);
		int perCall = bytecodeSize(MANY + 1) - size;
		assertThat(perCall).isPositive();
		int most = MANY - (size - HugeFunction.LIMIT + perCall - 1) / perCall;
		Module module = new CraftedModule().function(null, 0, 0)
			.function("just_small_enough", most, 0)
			.function("just_too_large", most + 1, 0)
			.parse("boundary");
		assertThat(Compiling.compile(module, null).hugeFunctions())
			.containsExactly(new HugeFunction(2, "just_too_large", size - (MANY - most - 1) * perCall));
	}

	private static int bytecodeSize(int calls) {
		Module module = new CraftedModule().function(null, 0, 0).function(null, calls, 0).parse("measured");
		return Compiling.compile(module, null).hugeFunctions().get(0).bytecodeSize();
	}

	@Test
	void aFunctionWithoutANameIsFoundByItsIndex() {
		Module module = new CraftedModule().function(null, 0, 0).function(null, MANY, 0).parse("nameless");
		assertThat(Compiling.compile(module, null).hugeFunctions()).singleElement().satisfies((function) -> {
			assertThat(function.index()).isEqualTo(1);
			assertThat(function.name()).isNull();
		});
	}

	@Test
	void importedFunctionsAreCounted() {
		Module module = new CraftedModule().importing()
			.function("small", 0, 0)
			.function("large", MANY, 0)
			.parse("importing");
		assertThat(Compiling.compile(module, null).hugeFunctions()).singleElement().satisfies((function) -> {
			assertThat(function.index()).isEqualTo(2);
			assertThat(function.name()).isEqualTo("large");
		});
	}

	@Test
	void severalAreListedByTheirIndex() {
		CraftedModule module = new CraftedModule().function(null, 0, 0);
		for (int i = 1; i <= 12; i++) {
			module.function("f" + i, (i % 2 == 0) ? MANY : 10, 0);
		}
		assertThat(Compiling.compile(module.parse("several"), null).hugeFunctions()).extracting(HugeFunction::name)
			.containsExactly("f2", "f4", "f6", "f8", "f10", "f12");
	}

	@Test
	void theNamesAreReadOnceForAllOfThem() {
		long namedBriefly = allocatedFor("f");
		// Two megabytes of names, which are read a few times and not forty
		assertThat(allocatedFor("f".repeat(50_000)) - namedBriefly).isLessThan(80_000_000);
	}

	private static long allocatedFor(String name) {
		CraftedModule crafted = new CraftedModule().function(name, 0, 0);
		for (int i = 0; i < 40; i++) {
			crafted.function(name, MANY, 0);
		}
		Module module = crafted.parse("named");
		var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
		long thread = Thread.currentThread().getId();
		long before = threads.getThreadAllocatedBytes(thread);
		assertThat(Compiling.compile(module, null).hugeFunctions()).hasSize(40);
		return threads.getThreadAllocatedBytes(thread) - before;
	}

	@Test
	void aModuleOfSmallFunctionsHasNone() {
		assertThat(Compiling.compile(CraftedModule.answering(42), null).hugeFunctions()).isEmpty();
	}

	@Test
	void theyAreKnownOfAModuleFromTheCacheToo(@TempDir Path directory) {
		Module module = new CraftedModule().function(null, 0, 0).function("main_loop", MANY, 0).parse("huge");
		CompilationCache cache = new CompilationCache(directory.resolve("cache"), CompilationCache.DEFAULT_MAX_SIZE);
		CompiledModule compiled = Compiling.compile(module, cache);
		CompiledModule cached = Compiling.compile(module, cache);
		assertThat(cached.source()).isEqualTo(CompilationSource.CACHE);
		assertThat(cached.hugeFunctions()).isNotEmpty().isEqualTo(compiled.hugeFunctions());
	}

	@Test
	void aFunctionThatCannotBeCompiledIsNamed() {
		Module module = new CraftedModule().function(null, 0, 0).function("main_loop", TOO_MANY, 0).parse("too-large");
		assertThat(rejected(module).reason())
			.isEqualTo("Function 1 ('main_loop') is too large for a method of the JVM (64 KB of bytecode).");
	}

	@Test
	void aFunctionThatCannotBeCompiledAndHasNoNameIsNamedByItsIndex() {
		Module module = new CraftedModule().function(null, 0, 0).function(null, TOO_MANY, 0).parse("too-large");
		assertThat(rejected(module).reason())
			.isEqualTo("Function 1 is too large for a method of the JVM (64 KB of bytecode).");
	}

	private static ModuleException rejected(Module module) {
		return catchThrowableOfType(ModuleException.class, () -> Compiling.compile(module, null));
	}

}
