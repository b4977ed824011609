package dev.wasmspring.sandbox.compiler;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

import dev.wasmspring.sandbox.CraftedModule;
import dev.wasmspring.sandbox.Engine;
import dev.wasmspring.sandbox.Template;
import dev.wasmspring.sandbox.limit.HostMemory;
import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.split.FunctionSplitter;
import dev.wasmspring.sandbox.split.SplitModule;
import dev.wasmspring.sandbox.split.SplitSettings;
import dev.wasmspring.sandbox.wasi.Capabilities;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class SplittingTests {

	/** Too many calls for a method of the JVM. */
	private static final int TOO_MANY = 8_000;

	private static final Limits LIMITS = new Limits(Duration.ofSeconds(20), 1 << 20, 1 << 16, 1 << 16);

	private static Module large(int answer) {
		return new CraftedModule().function(null, 0, 0).function("main_loop", TOO_MANY, answer).parse("large");
	}

	@Test
	void aFunctionThatIsTooLargeForTheJvmIsLoadedAndCalled() {
		try (Engine engine = new Engine()) {
			Template template = engine.load(large(42), LIMITS, Capabilities.NONE);
			assertThat(CraftedModule.answer(template, LIMITS)).isEqualTo(42);
			assertThat(template.hugeFunctions()).isEmpty();
			assertThat(template.splits().whole()).isEmpty();
			assertThat(template.splits().split()).singleElement().satisfies((split) -> {
				assertThat(split.function()).isEqualTo(1);
				assertThat(split.size()).isGreaterThan(65_535);
				assertThat(split.largest()).isLessThan(HugeFunction.LIMIT);
			});
		}
	}

	@Test
	void aModuleCanBeLeftWhole() {
		Module module = new CraftedModule().function(null, 0, 0).function("main_loop", 2_000, 0).parse("large");
		Splitting except = Splitting.except(Set.of("large"));
		CompiledModule compiled = Compiling.compile(module, null, except);
		assertThat(compiled.hugeFunctions()).extracting(HugeFunction::name).containsExactly("main_loop");
		assertThat(compiled.splits().split()).isEmpty();
		assertThat(Compiling.compile(module, null, Splitting.ALL).hugeFunctions()).isEmpty();
	}

	@Test
	void aSplitModuleComesFromTheCache(@TempDir Path directory) {
		CompilationCache cache = new CompilationCache(directory.resolve("cache"), CompilationCache.DEFAULT_MAX_SIZE);
		try (Engine engine = new Engine(HostMemory.ofHeap(), cache)) {
			assertThat(engine.load(large(7), LIMITS, Capabilities.NONE).compilationSource())
				.isEqualTo(CompilationSource.COMPILED);
			Template template = engine.load(large(7), LIMITS, Capabilities.NONE);
			assertThat(template.compilationSource()).isEqualTo(CompilationSource.CACHE);
			assertThat(CraftedModule.answer(template, LIMITS)).isEqualTo(7);
		}
	}

	@Test
	void splittingOtherwiseIsAnotherEntryOfTheCache(@TempDir Path directory) {
		CompilationCache cache = new CompilationCache(directory.resolve("cache"), CompilationCache.DEFAULT_MAX_SIZE);
		assertThat(Compilation.key(large(1), Splitting.ALL, cache))
			.isNotEqualTo(Compilation.key(large(1), Splitting.NONE, cache));
	}

	@Test
	void theSameModuleIsSplitAlikeEachTime() {
		byte[] binary = large(42).binary();
		SplitModule one = FunctionSplitter.split(binary, SplitSettings.DEFAULTS);
		SplitModule other = FunctionSplitter.split(binary, SplitSettings.DEFAULTS);
		assertThat(one.binary()).isNotEqualTo(binary).isEqualTo(other.binary());
		assertThat(one.report()).isEqualTo(other.report());
		assertThat(one.report().parents()).isNotEmpty().containsOnly(1);
	}

	@Test
	void theReportIsKeptWithTheClasses(@TempDir Path directory) {
		CompilationCache cache = new CompilationCache(directory.resolve("cache"), CompilationCache.DEFAULT_MAX_SIZE);
		CompiledModule compiled = Compiling.compile(large(7), cache, Splitting.ALL);
		CompiledModule cached = Compiling.compile(large(7), cache, Splitting.ALL);
		assertThat(cached.source()).isEqualTo(CompilationSource.CACHE);
		assertThat(cached.splits()).isEqualTo(compiled.splits());
		assertThat(cached.splits().split()).isNotEmpty();
	}

}
