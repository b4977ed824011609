package dev.wasmspring.sandbox;

import java.time.Duration;
import java.util.stream.Stream;

import dev.wasmspring.Fixtures;
import dev.wasmspring.sandbox.compiler.CompilationSource;
import dev.wasmspring.sandbox.limit.HostMemory;
import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.limit.Outcome;
import dev.wasmspring.sandbox.limit.SandboxException;
import dev.wasmspring.sandbox.module.Export;
import dev.wasmspring.sandbox.module.ModuleException;
import dev.wasmspring.sandbox.wasi.Capabilities;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Whatever index and length a guest gives, it does not go on behind an access that is out
 * of bounds.
 */
class BoundsTests {

	private static final Limits LIMITS = new Limits(Duration.ofSeconds(30), 64 << 20, 1 << 20, 1 << 20);

	private static final int LARGEST = Integer.MAX_VALUE;

	private static final int PAGE = Limits.PAGE_SIZE;

	private final Engine engine = new Engine();

	@AfterEach
	void closeEngine() {
		this.engine.close();
	}

	@ParameterizedTest
	@CsvSource({ "0,10", "10,0", "9,1", "3,0" })
	void aFillWithinATableIsDone(int index, int length) {
		assertThat(call("table_bounds", "fill", index, length)).isEqualTo(42);
	}

	@ParameterizedTest
	@MethodSource
	void whatIsOutOfBoundsOfATableTraps(String function, long[] arguments) {
		assertTrap("table_bounds", function, arguments);
	}

	static Stream<Arguments> whatIsOutOfBoundsOfATableTraps() {
		return Stream.of(traps("fill", 11, LARGEST), traps("fill", 11, 0), traps("fill", 10, 1), traps("fill", -1, 0),
				traps("fill", -1, 1), traps("fill", -1, 2), traps("fill", 0, -1), traps("fill", 1, LARGEST),
				traps("fill", -1, -1), traps("fill", Integer.MIN_VALUE, Integer.MIN_VALUE),
				traps("init", 11, 0, LARGEST), traps("init", 0, 4, LARGEST), traps("init", 0, -1, 0),
				traps("init", -1, 0, 0), traps("init", -1, 0, 1), traps("init", 0, -1, 1), traps("init", 0, -1, 2),
				traps("init", 0, 0, 4), traps("init", 8, 0, 3), traps("init", 11, 0, 0), traps("init", 0, 4, 0),
				traps("init", 0, 0, -1), traps("copy", 11, 0, LARGEST), traps("copy", 0, 11, LARGEST),
				traps("copy", -1, 0, 0), traps("copy", 0, -1, 0), traps("copy", 0, -1, 2), traps("copy", -1, 0, 2),
				traps("copy", 5, 0, 6), traps("copy", 0, 5, 6), traps("copy", 0, 0, -1), traps("copy", 11, 0, 0));
	}

	@ParameterizedTest
	@CsvSource({ "init,7,0,3", "init,10,3,0", "copy,5,0,5", "copy,0,5,5", "copy,10,10,0" })
	void aCopyWithinATableIsDone(String function, int to, int from, int length) {
		assertThat(call("table_bounds", function, to, from, length)).isEqualTo(42);
	}

	@Test
	void theChecksOfTablesAreInTheCacheAsWell(@TempDir java.nio.file.Path directory) {
		for (CompilationSource source : new CompilationSource[] { CompilationSource.COMPILED,
				CompilationSource.CACHE }) {
			try (Engine caching = new Engine(HostMemory.ofHeap(), directory)) {
				Template template = caching.load(Fixtures.module("table_bounds"), LIMITS, Capabilities.NONE);
				assertThat(template.compilationSource()).isEqualTo(source);
				SandboxException trap = catchThrowableOfType(SandboxException.class,
						() -> call(template, "fill", 11, LARGEST));
				assertThat(trap.outcome()).isEqualTo(Outcome.TRAP);
				assertThat(call(template, "fill", 0, 10)).isEqualTo(42);
			}
		}
	}

	@ParameterizedTest
	@MethodSource
	void whatIsOutOfBoundsOfMemoryTraps(String function, long[] arguments) {
		assertTrap("memory_bounds", function, arguments);
	}

	static Stream<Arguments> whatIsOutOfBoundsOfMemoryTraps() {
		return Stream.of(traps("fill", PAGE, LARGEST), traps("fill", PAGE + 1, 0), traps("fill", -1, 0),
				traps("fill", -1, 1), traps("fill", -1, 2), traps("fill", 0, -1), traps("fill", 1, LARGEST),
				traps("init", PAGE, 0, LARGEST), traps("init", 0, 4, LARGEST), traps("init", 0, -1, 0),
				traps("init", -1, 0, 0), traps("init", 0, -1, 2), traps("init", 0, 0, 4), traps("init", 0, 4, 0),
				traps("init", PAGE + 1, 0, 0), traps("copy", PAGE, 0, LARGEST), traps("copy", 0, PAGE, LARGEST),
				traps("copy", -1, 0, 0), traps("copy", 0, -1, 0), traps("copy", 0, -1, 2), traps("copy", -1, 0, 2),
				traps("copy", PAGE + 1, 0, 0), traps("copy", 0, 0, -1), traps("notify", PAGE - 4), traps("notify", -4),
				traps("notify", -8), traps("notify", 2), traps("notify", 1), traps("notify", LARGEST - 3),
				traps("wait32", PAGE), traps("wait32", 2), traps("wait64", PAGE), traps("wait64", 4),
				traps("load16", PAGE), traps("load16", 1), traps("load16", -1), traps("add64", PAGE), traps("add64", 4),
				traps("add64", -8), traps("add64", PAGE - 4));
	}

	@ParameterizedTest
	@CsvSource({ "fill,65536,0", "fill,65535,1", "notify,65528,", "notify,0,", "load16,65534,", "add64,65528," })
	void whatIsWithinMemoryIsDone(String function, int first, Integer second) {
		long[] arguments = (second != null) ? new long[] { first, second } : new long[] { first };
		assertThat(call("memory_bounds", function, arguments)).isEqualTo(42);
	}

	@Test
	void whatIsUnalignedOrOutOfBoundsIsSaidSoWhenNobodyCouldBeWaitedForEither() {
		assertThat(trapOf("memory_bounds", "notify", 1)).contains("unaligned");
		assertThat(trapOf("memory_bounds", "notify", PAGE)).contains("out of bounds");
		assertThat(trapOf("memory_bounds", "wait32", PAGE)).contains("out of bounds");
		assertThat(trapOf("memory_bounds", "wait64", 4)).contains("unaligned");
		assertThat(trapOf("memory_bounds", "wait64", 8)).contains("non-shared");
	}

	@Test
	void aFenceNeedsNoMemory() {
		assertThat(call("fence", "run")).isEqualTo(42);
	}

	@ParameterizedTest
	@CsvSource({ "start_reads_segment,memory", "start_reads_elements,table" })
	void activeSegmentsAreDroppedBeforeTheStartFunctionRuns(String module, String of) {
		for (boolean snapshot : new boolean[] { true, false }) {
			Throwable thrown = catchThrowableOfType(RuntimeException.class,
					() -> call(this.engine.load(Fixtures.module(module), LIMITS, Capabilities.NONE, snapshot), "run"));
			assertThat(thrown).isNotNull();
			assertThat((thrown instanceof ModuleException refused) ? refused.reason() : thrown.getMessage())
				.contains("out of bounds", of);
		}
	}

	private void assertTrap(String module, String function, long... arguments) {
		assertThat(trapOf(module, function, arguments)).isNotEmpty().doesNotContain("internal error");
	}

	private String trapOf(String module, String function, long... arguments) {
		SandboxException exception = catchThrowableOfType(SandboxException.class,
				() -> call(module, function, arguments));
		assertThat(exception).as("the call of '%s' traps", function).isNotNull();
		assertThat(exception.outcome()).isEqualTo(Outcome.TRAP);
		return exception.getMessage();
	}

	private long call(String module, String function, long... arguments) {
		return call(this.engine.load(Fixtures.module(module), LIMITS, Capabilities.NONE), function, arguments);
	}

	private static long call(Template template, String function, long... arguments) {
		Export export = template.module()
			.exports()
			.stream()
			.filter((candidate) -> candidate.name().equals(function))
			.findFirst()
			.orElseThrow();
		try (Sandbox sandbox = template.open(export, LIMITS, Capabilities.NONE)) {
			return sandbox.call(arguments)[0];
		}
	}

	private static Arguments traps(String function, long... arguments) {
		return arguments(function, arguments);
	}

}
