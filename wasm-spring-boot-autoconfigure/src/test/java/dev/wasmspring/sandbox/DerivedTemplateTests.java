package dev.wasmspring.sandbox;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import dev.wasmspring.Fixtures;
import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.limit.Outcome;
import dev.wasmspring.sandbox.limit.SandboxException;
import dev.wasmspring.sandbox.module.Derivation;
import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.module.ModuleException;
import dev.wasmspring.sandbox.wasi.Capabilities;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Templates that are derived from others, with a runtime that leaves behind what real
 * ones do not.
 */
class DerivedTemplateTests {

	private static final byte[] NOTHING = {};

	private static final Limits LIMITS = new Limits(Duration.ofSeconds(5), 1 << 20, 1_000, 1_000);

	private final Module runtime = Module.parseRuntime("letters", "test", () -> Fixtures.bytes("runtime"));

	private final List<String> reports = new ArrayList<>();

	private final Derivation derivation = new Derivation() {

		@Override
		public Limits runtimeLimits() {
			return LIMITS;
		}

		@Override
		public ModuleException rejected(String script, String origin, byte[] report) {
			DerivedTemplateTests.this.reports.add(new String(report, StandardCharsets.UTF_8));
			return ModuleException.ofScript(script, origin, "Rejected.", "Mend it.", false);
		}

		@Override
		public void printed(String script, byte[] text) {
			assertThat(text).isEmpty();
		}

	};

	private Template load(Engine engine, String script) {
		return engine.load(script(script), LIMITS, Capabilities.NONE);
	}

	private Module script(String script) {
		byte[] block = script.getBytes(StandardCharsets.UTF_8);
		return Module.derived(script, "test", () -> block, this.runtime, this.derivation);
	}

	private static String call(Template template, byte[] content) {
		try (Sandbox sandbox = template.open(template.module().exports().get(0), LIMITS, Capabilities.NONE)) {
			ScriptOutput output = sandbox.call(new ScriptInput(ContentKind.BYTES, NOTHING, content));
			assertThat(output.kind()).isEqualTo(ContentKind.TEXT);
			return new String(output.content(), StandardCharsets.UTF_8);
		}
	}

	@Test
	void aScriptBeginsWithTheGlobalsTablesAndMemoryThatLoadingLeft() {
		try (Engine engine = new Engine()) {
			Template a = load(engine, "a");
			Template b = load(engine, "b");
			for (int i = 0; i < 3; i++) {
				assertThat(call(a, NOTHING)).isEqualTo("a21o");
				assertThat(call(b, NOTHING)).isEqualTo("b21o");
			}
		}
	}

	@Test
	void aScriptThatChangedNothingBeginsAsItsRuntime() {
		try (Engine engine = new Engine()) {
			Template same = load(engine, "s");
			assertThat(call(same, NOTHING)).isEqualTo("!11\0");
			assertThat(call(load(engine, "a"), NOTHING)).isEqualTo("a21o");
			assertThat(call(same, new byte[1])).isEqualTo("!11o");
		}
	}

	@Test
	void aSegmentThatLoadingDroppedStaysDropped() {
		try (Engine engine = new Engine()) {
			Template a = load(engine, "a");
			assertThatExceptionOfType(SandboxException.class).isThrownBy(() -> call(a, new byte[1]))
				.satisfies((ex) -> assertThat(ex.outcome()).isEqualTo(Outcome.TRAP));
			assertThat(call(a, NOTHING)).isEqualTo("a21o");
		}
	}

	@Test
	void theRuntimeIsLoadedOnceForAllScripts() {
		int[] reads = { 0 };
		Module counted = Module.parseRuntime("letters", "test", () -> {
			reads[0]++;
			return Fixtures.bytes("runtime");
		});
		Derivation derivation = new Derivation() {

			@Override
			public Limits runtimeLimits() {
				return LIMITS;
			}

			@Override
			public ModuleException rejected(String script, String origin, byte[] report) {
				throw new IllegalStateException();
			}

			@Override
			public void printed(String script, byte[] text) {
			}

		};
		try (Engine engine = new Engine()) {
			for (String script : List.of("a", "b", "c")) {
				byte[] block = script.getBytes(StandardCharsets.UTF_8);
				engine.load(Module.derived(script, "test", () -> block, counted, derivation), LIMITS,
						Capabilities.NONE);
			}
		}
		// To look at it, and to load it
		assertThat(reads[0]).isEqualTo(2);
	}

	@Test
	void aScriptHoldsWhatItWroteAndNoMore() {
		try (Engine engine = new Engine()) {
			assertThat(load(engine, "a").heldMemory()).isBetween(4_096L, 8_000L);
			// The block lies in the memory
			assertThat(load(engine, "s").heldMemory()).isBetween(4_096L, 8_000L);
		}
	}

	@Test
	void theRuntimeSaysWhyItRefusesAScript() {
		try (Engine engine = new Engine()) {
			assertThatExceptionOfType(ModuleException.class).isThrownBy(() -> load(engine, "e"))
				.withMessage("Script 'e' from test cannot be used: Rejected.");
			assertThat(this.reports).singleElement().asString().startsWith("{\"kind\":\"syntax\"").endsWith("}");
		}
	}

	@Test
	void aTrapWhileItIsLoadedIsNamed() {
		try (Engine engine = new Engine()) {
			assertThatExceptionOfType(ModuleException.class).isThrownBy(() -> load(engine, "t"))
				.withMessageStartingWith("Script 't' from test cannot be used: Loading it failed (trap): ")
				.satisfies((ex) -> assertThat(ex.isTemporary()).isFalse());
			assertThat(call(load(engine, "a"), NOTHING)).isEqualTo("a21o");
		}
	}

	@Test
	void theDigestIsThatOfTheScript() {
		assertThat(script("a").digest()).isEqualTo(Module.digestOf(new byte[] { 'a' }))
			.isNotEqualTo(script("b").digest());
		assertThat(script("a").size()).isEqualTo(1);
	}

	@Test
	void aRuntimeIsNoFunctionAndNoOtherModuleIsARuntime() {
		assertThatExceptionOfType(ModuleException.class).isThrownBy(() -> Fixtures.module("runtime"))
			.satisfies((ex) -> assertThat(ex.reason()).contains("runtime of a script language"));
		assertThatExceptionOfType(ModuleException.class)
			.isThrownBy(() -> Module.parseRuntime("echo", "test", () -> Fixtures.bytes("echo")))
			.satisfies((ex) -> assertThat(ex.reason()).contains("no runtime", "_load"));
	}

}
