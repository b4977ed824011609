package dev.wasmspring.test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import dev.wasmspring.sandbox.limit.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import static dev.wasmspring.test.WasmAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class ModuleUnderTestTests {

	@RegisterExtension
	static final ModuleUnderTest vat = ModuleUnderTest.of("target/test-classes/wasm/vat.wasm")
		.with("wasm.limits.timeout", "20s");

	@TempDir
	Path folder;

	@Test
	void aModuleIsTestedWithoutAnApplication() {
		assertThat(vat.function()).answers("[32693, 190]", "6212")
			.isIsolated("[32693, 190]")
			.endsWithin(Duration.ofSeconds(20), "[32693, 190]")
			.refuses("much", Outcome.INVALID_INPUT);
	}

	@Test
	void aScriptIsTestedTheSameWay() throws IOException {
		Path script = Files.writeString(this.folder.resolve("twice.js"), "function handle(input) { return 2 * input }");
		try (ModuleUnderTest twice = ModuleUnderTest.of(script)) {
			assertThat(twice.function("twice")).answers("21", "42");
		}
	}

	@Test
	void propertiesAreThoseOfApplications() throws IOException {
		Path script = Files.writeString(this.folder.resolve("spin.js"), "function handle() { for (;;) { } }");
		try (ModuleUnderTest spin = ModuleUnderTest.of(script)
			.with("wasm.limits.timeout", "100ms")
			.with("wasm.limits.input", "3B")) {
			assertThat(spin.function()).refuses("1", Outcome.TIMEOUT)
				.endsWithin(Duration.ofSeconds(20), "1")
				.refuses("1234", Outcome.INPUT_LIMIT);
			assertThatIllegalStateException().isThrownBy(() -> spin.with("wasm.limits.timeout", "1s"))
				.withMessageContaining("already");
		}
	}

	@Test
	void aFileThatIsNotThereIsSaidWithItsWholePath() {
		assertThatIllegalStateException()
			.isThrownBy(() -> ModuleUnderTest.of(this.folder.resolve("none.wasm")).function())
			.withMessageContaining(this.folder.resolve("none.wasm").toString())
			.withMessageContaining("Build the module first");
	}

	@Test
	void aNameThatTheModuleDoesNotHaveIsSaidWithThoseThatItHas() {
		assertThatIllegalStateException().isThrownBy(() -> vat.function("tax"))
			.withMessageContainingAll("'tax'", "[vat]");
	}

}
