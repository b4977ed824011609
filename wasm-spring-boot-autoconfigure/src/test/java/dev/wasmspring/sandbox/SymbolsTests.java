package dev.wasmspring.sandbox;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;

import dev.wasmspring.Fixtures;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class SymbolsTests {

	private static final Limits LIMITS = new Limits(Duration.ofSeconds(30), 1 << 20, 1 << 20, 1 << 20);

	private final Engine engine = new Engine();

	@AfterEach
	void closeEngine() {
		this.engine.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "lines_dwarf4", "lines_dwarf5" })
	void aTrapNamesTheFunctionsOfTheGuestAndTheLinesWhereTheyBegin(String name) {
		assertThat(stack(Fixtures.module(name))).containsExactly("inner (#2, lines.c:7)", "outer (#1, lines.c:12)",
				"run (#0, lines.c:16)");
	}

	@Test
	void aModuleWithoutNamesAndDebugInformationHasTheIndicesOfItsFunctions() {
		assertThat(stack(Fixtures.module("divide"))).containsExactly("function (#0)");
	}

	@Test
	void aStackThatIsTooDeepIsCut() {
		List<String> stack = stack(Fixtures.module("recurse"));
		assertThat(stack).hasSize(21).endsWith("...");
	}

	@Test
	void brokenDebugInformationIsAsGoodAsNone() {
		byte[] module = Fixtures.bytes("lines_dwarf5");
		for (int i = indexOf(module, ".debug_line") + 11; i < indexOf(module, ".debug_addr"); i++) {
			for (int value : new int[] { 0, 0x7f, 0xff, module[i] ^ 0x55 }) {
				byte[] broken = module.clone();
				broken[i] = (byte) value;
				// Never an exception, and it ends
				assertThat(SourceLines.read(broken)).isNotNull();
			}
		}
	}

	@Test
	void aModuleThatCannotBeReadAnyMoreTrapsWithoutAStack() {
		byte[] bytes = Fixtures.bytes("divide");
		byte[][] current = { bytes };
		Module module = Module.parse("divide", "a file", () -> current[0]);
		Template template = this.engine.load(module, LIMITS, Capabilities.NONE);
		current[0] = Fixtures.bytes("echo");
		assertThat(template.stackOf(trap(template))).isEmpty();
	}

	private List<String> stack(Module module) {
		Template template = this.engine.load(module, LIMITS, Capabilities.NONE);
		SandboxException trap = trap(template);
		assertThat(template.stackOf(trap)).isEqualTo(template.stackOf(trap));
		return template.stackOf(trap);
	}

	private static SandboxException trap(Template template) {
		Export export = template.module().exports().get(0);
		try (Sandbox sandbox = template.open(export, LIMITS, Capabilities.NONE)) {
			return catchThrowableOfType(SandboxException.class,
					() -> sandbox.call(new long[export.parameters().size()]));
		}
	}

	private static int indexOf(byte[] bytes, String text) {
		byte[] wanted = text.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
		for (int i = 0;; i++) {
			if (Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
				return i;
			}
		}
	}

}
