package dev.wasmspring.script;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import dev.wasmspring.function.WasmFunction;
import dev.wasmspring.function.WasmFunctionException;
import dev.wasmspring.sandbox.limit.Outcome;
import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.module.ModuleException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * What only assemblies of .NET do. Compiles its scripts, where there is a compiler.
 */
class DotnetScriptTests {

	private static final Path FOLDER = Path.of("src/test/resources/scripts/dotnet");

	@TempDir
	Path folder;

	@BeforeEach
	void requireCompiler() {
		assumeTrue(DotnetCompiler.isThere(), "There is no mcs");
	}

	static List<String> sources() throws IOException {
		try (Stream<Path> files = Files.list(FOLDER)) {
			return files.map((file) -> file.getFileName().toString())
				.filter((name) -> name.endsWith(".cs"))
				.sorted()
				.toList();
		}
	}

	@ParameterizedTest
	@MethodSource("sources")
	void theAssembliesOfTheTestsAreTheirSources(String source) throws IOException {
		Files.copy(FOLDER.resolve(source), this.folder.resolve(source));
		List<String> options = List.of("-optimize+", "-r:System.Numerics.dll");
		if (source.equals("imports.cs")) {
			Files.createDirectory(this.folder.resolve("imports"));
			Files.copy(FOLDER.resolve("imports/tax.cs"), this.folder.resolve("imports/tax.cs"));
			byte[] library = DotnetCompiler.compile(this.folder, "imports/tax.cs", List.of());
			assertThat(library).isEqualTo(Files.readAllBytes(FOLDER.resolve("imports/tax.dll")));
			options = List.of("-optimize+", "-r:imports/tax.dll", "-r:System.Numerics.dll");
		}
		assertThat(DotnetCompiler.compile(this.folder, source, options))
			.isEqualTo(Files.readAllBytes(FOLDER.resolve(source.replace(".cs", ".dll"))));
	}

	@Test
	void whatDoesNotFitTheParameterIsInvalidAndSaysWhere() throws IOException {
		WasmFunction total = function("total", """
				using System.Collections.Generic;
				public class Line { public int Quantity { get; set; } public decimal Price; }
				public class Order { public List<Line> Lines { get; set; } public System.DateTime? Day { get; set; } }
				public static class Total {
					public static decimal Handle(Order order) {
						decimal total = 0;
						foreach (Line line in order.Lines) total += line.Quantity * line.Price;
						return total;
					}
				}
				""");
		assertThat(total.apply("{\"lines\":[{\"quantity\":3,\"price\":0.10,\"more\":[{}]}]}")).isEqualTo("0.30");
		assertInvalid(total, "{\"lines\":[{\"quantity\":1},{\"quantity\":\"many\"}]}", "Lines[1].Quantity");
		assertInvalid(total, "{\"lines\":[{\"quantity\":1.5}]}", "Lines[0].Quantity");
		assertInvalid(total, "{\"lines\":{}}", "Lines");
		assertInvalid(total, "{\"day\":\"someday\"}", "Day");
		assertInvalid(total, "[]", "Order");
	}

	private static void assertInvalid(WasmFunction function, String input, String place) {
		assertThatExceptionOfType(WasmFunctionException.class).isThrownBy(() -> function.apply(input))
			.satisfies((ex) -> {
				assertThat(ex.outcome()).isEqualTo(Outcome.INVALID_INPUT);
				assertThat(ex.detail()).contains(place);
			});
	}

	@Test
	void tasksAreAwaited() throws IOException {
		WasmFunction awaited = function("awaited", """
				using System.Threading.Tasks;
				public static class Awaited {
					static async Task<int> One() { await Task.Yield(); return 1; }
					public static async Task<object> Handle(object input) {
						return await One() + await Task.Run(() => 2);
					}
				}
				""");
		assertThat(awaited.apply("0")).isEqualTo("3");
	}

	@Test
	void aTaskThatNothingWillEndIsAnError() throws IOException {
		WasmFunction waiting = function("waiting",
				"""
						using System.Threading.Tasks;
						public static class Waiting {
							public static async Task<int> Handle(object input) { return await new TaskCompletionSource<int>().Task; }
						}
						""");
		assertThatExceptionOfType(WasmFunctionException.class).isThrownBy(() -> waiting.apply("0"))
			.satisfies((ex) -> assertThat(ex.outcome()).isEqualTo(Outcome.ERROR));
	}

	@Test
	void anAnswerIsNestedAsDeepAsJsonMayBeAndNoDeeper() throws IOException {
		WasmFunction deep = function("deep", """
				using System.Collections.Generic;
				public static class Deep {
					public static object Handle(int depth) {
						var outermost = new List<object>();
						var innermost = outermost;
						for (int i = 1; i < depth; i++) {
							var next = new List<object>();
							innermost.Add(next);
							innermost = next;
						}
						if (depth == 0) innermost.Add(outermost);
						return outermost;
					}
				}
				""");
		assertThat(deep.apply("512")).isEqualTo("[".repeat(512) + "]".repeat(512));
		for (String tooDeep : List.of("513", "100000", "0")) {
			assertThatExceptionOfType(WasmFunctionException.class).isThrownBy(() -> deep.apply(tooDeep))
				.satisfies((ex) -> {
					assertThat(ex.outcome()).isEqualTo(Outcome.ERROR);
					assertThat(ex.getCause()).hasMessageContaining("nested too deep, or contains itself");
				});
		}
		assertThat(deep.apply("1")).isEqualTo("[]");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "public static object Handle(object a, object b, object c) { return 1; }",
			"public static object Handle<T>(T input) { return 1; }", "public object Handle(object input) { return 1; }",
			"public static object Handle(object i) { return 1; } public static object Handle(int i) { return 1; }",
			"public static object Handle(System.Action input) { return 1; }",
			"public static object Handle(System.IDisposable input) { return 1; }" })
	void whatIsNoHandlerIsRefused(String method) {
		assertThatExceptionOfType(ModuleException.class)
			.isThrownBy(() -> function("refused", "public class Refused { " + method + " }"))
			.satisfies((ex) -> assertThat(ex.reason()).contains("Handle"));
	}

	@Test
	void aLibraryThatIsNotThereIsNamed() throws IOException {
		byte[] script = DotnetCompiler
			.compile("shipping",
					Map.of("shipping.cs", source(
							"public static class S { public static object Handle(int i) { return Zones.Of(i); } }"),
							"shipping/zones.cs",
							source("public static class Zones { public static int Of(int i) { return i; } }")))
			.get("shipping.dll");
		assertThatExceptionOfType(ModuleException.class).isThrownBy(() -> function("shipping", script))
			.satisfies((ex) -> assertThat(ex.reason()).contains("'zones'"));
	}

	/** The second half of an assembly is there for the loader of Windows. */
	@Test
	void aPieceOfAnAssemblyIsRefused() throws IOException {
		byte[] whole = Files.readAllBytes(FOLDER.resolve("answer.dll"));
		for (int length = 0; length < whole.length / 2; length += 127) {
			byte[] part = Arrays.copyOf(whole, length);
			assertThatExceptionOfType(ModuleException.class).as("%s bytes", length)
				.isThrownBy(() -> function("part", part));
		}
	}

	private static byte[] source(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private static WasmFunction function(String name, String source) throws IOException {
		return function(name, DotnetCompiler.compile(name, Map.of(name + ".cs", source(source))).get(name + ".dll"));
	}

	private static WasmFunction function(String name, byte[] assembly) {
		Module module = TestScripts.RUNTIMES.module(name, "test", ScriptLanguage.DOTNET,
				() -> ScriptFile.block(List.of(new ScriptFile(name + ".dll", assembly))));
		return TestScripts.function(module, name, TestScripts.LIMITS);
	}

}
