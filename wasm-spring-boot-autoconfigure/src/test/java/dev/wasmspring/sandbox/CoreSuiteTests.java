package dev.wasmspring.sandbox;

import java.nio.file.Files;
import java.nio.file.Path;

import dev.wasmspring.Fixtures;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * That the runner of the core suite sees what is wrong, on scripts as {@code wast2json}
 * writes them.
 */
class CoreSuiteTests {

	@Test
	void whatIsWrongFailsAndWhatIsRightPasses(@TempDir Path folder) throws Exception {
		Files.write(folder.resolve("add.wasm"), Fixtures.bytes("add"));
		Files.write(folder.resolve("trap.wasm"), Fixtures.bytes("trap"));
		Files.write(folder.resolve("recurse.wasm"), Fixtures.bytes("recurse"));
		Files.write(folder.resolve("body.wasm"), Fixtures.bytes("invalid_body"));
		String module = Fixtures.module("trap").exports().get(0).name();
		String recursion = Fixtures.module("recurse").exports().get(0).name();
		Files.writeString(folder.resolve("script.json"), """
				{"commands": [
				 {"type": "module", "line": 1, "name": "$add", "filename": "add.wasm"},
				 {"type": "assert_return", "line": 2, "action": {"type": "invoke", "field": "add", "args":
				  [{"type": "i32", "value": "4294967295"}, {"type": "i32", "value": "3"}]},
				  "expected": [{"type": "i32", "value": "2"}]},
				 {"type": "assert_return", "line": 3, "action": {"type": "invoke", "field": "add", "args":
				  [{"type": "i32", "value": "1"}, {"type": "i32", "value": "2"}]},
				  "expected": [{"type": "i32", "value": "4"}]},
				 {"type": "assert_trap", "line": 4, "action": {"type": "invoke", "field": "add", "args":
				  [{"type": "i32", "value": "1"}, {"type": "i32", "value": "2"}]}, "text": "never", "expected": []},
				 {"type": "module", "line": 5, "filename": "trap.wasm"},
				 {"type": "assert_trap", "line": 6, "action": {"type": "invoke", "field": "%s", "args": []},
				  "text": "unreachable", "expected": []},
				 {"type": "assert_exhaustion", "line": 7, "action": {"type": "invoke", "field": "%s", "args": []},
				  "text": "call stack exhausted", "expected": []},
				 {"type": "assert_return", "line": 8, "action": {"type": "invoke", "module": "$add", "field": "add",
				  "args": [{"type": "i32", "value": "1"}, {"type": "i32", "value": "1"}]},
				  "expected": [{"type": "i32", "value": "2"}]},
				 {"type": "module", "line": 9, "filename": "recurse.wasm"},
				 {"type": "assert_exhaustion", "line": 10, "action": {"type": "invoke", "field": "%s", "args": []},
				  "text": "call stack exhausted", "expected": []},
				 {"type": "assert_invalid", "line": 11, "filename": "body.wasm", "text": "x", "module_type": "binary"},
				 {"type": "assert_invalid", "line": 12, "filename": "add.wasm", "text": "x", "module_type": "binary"},
				 {"type": "assert_malformed", "line": 13, "filename": "none.wat", "text": "x", "module_type": "text"}
				]}
				""".formatted(module, module, recursion));
		SuiteResults results = new SuiteResults();
		try (Engine engine = new Engine()) {
			new CoreSuite(engine, "wast2json").run("own.wast", folder, results);
		}
		assertThat(results.groups().get("own.wast").failures()).extracting(SuiteResults.Failure::which)
			.containsExactly("assert_return in line 3", "assert_trap in line 4", "assert_exhaustion in line 7",
					"assert_invalid in line 12");
		assertThat(results.passed()).isEqualTo(8);
		assertThat(results.refused()).isZero();
	}

	@Test
	void aReportTakesThePlaceOfTheOneBeforeAndOfNothingElse() {
		String document = """
				Before
				<!-- core: written by conformance/run.sh -->
				old
				<!-- core: end -->
				After
				""";
		assertThat(ConformanceTests.replaced(document, "core", "new\n")).isEqualTo("""
				Before
				<!-- core: written by conformance/run.sh -->

				new

				<!-- core: end -->
				After
				""");
	}

}
