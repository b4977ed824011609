package dev.wasmspring.sandbox.symbols;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

import dev.wasmspring.Fixtures;
import dev.wasmspring.sandbox.Engine;
import dev.wasmspring.sandbox.Sandbox;
import dev.wasmspring.sandbox.Template;
import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.limit.SandboxException;
import dev.wasmspring.sandbox.module.Export;
import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.wasi.Capabilities;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

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
	void aTableOfFilesThatAnnouncesMoreThanItHasIsAsGoodAsNone() {
		// Entries without fields take no bytes, so that nothing but their number ends
		// them
		assertThat(SourceLines.read(withLines(new byte[] { 0 }, number(1L << 40), ""))).containsOnlyNulls();
		assertThat(SourceLines.read(withLines(new byte[] { 1, 1, 0x08 }, number(1L << 40), ""))).isEmpty();
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void debugInformationThatCannotBeReadIsSaid(CapturedOutput output) {
		assertThat(SourceLines.read(withLines(new byte[] { 1, 1, 0x08 }, number(1), "x"))).isEmpty();
		assertThat(output).contains("The debug information of a module cannot be read");
	}

	@Test
	void namesOfFilesTakeNoMoreMemoryThanTheyMay() {
		// Each entry of four bytes means the same name
		byte[] format = { 1, 1, 0x1f };
		byte[] files = bytes(number(1_000), new byte[4_000]);
		assertThat(SourceLines.read(withLines(format, files, "x".repeat(10_000)))).hasSize(1).doesNotContainNull();
		assertThat(SourceLines.read(withLines(format, files, "x".repeat(100_000)))).isEmpty();
	}

	@Test
	void theNameOfAFileIsCut() {
		byte[] files = bytes(number(2), new byte[8]);
		assertThat(SourceLines.read(withLines(new byte[] { 1, 1, 0x1f }, files, "directory/" + "x".repeat(5_000))))
			.containsExactly("x".repeat(200) + "...:2");
	}

	@Test
	void theNameOfAFunctionIsCut() {
		byte[] module = bytes(Fixtures.bytes("divide"), section("name", bytes(new byte[] { 1 }, number(5_004),
				new byte[] { 1, 0 }, number(5_000), "x".repeat(5_000).getBytes(StandardCharsets.US_ASCII))));
		assertThat(stack(Module.parse("names", "nowhere", module))).containsExactly("x".repeat(200) + "... (#0)");
	}

	/** A module of one function with debug information of version 5. */
	private static byte[] withLines(byte[] format, byte[] files, String name) {
		byte[] module = { 0, 'a', 's', 'm', 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 'f', 0, 0, 10, 5,
				1, 3, 0, 0, 0x0b };
		byte[] lengths = { 1, 1, 1, -5, 14, 1 };
		byte[] directories = { 1, 1, 0x08, 1, 'd', 0 };
		byte[] header = bytes(lengths, directories, format, files);
		// The address of the function, and its second line
		byte[] rows = { 0, 5, 2, 1, 0, 0, 0, 7 };
		byte[] program = bytes(new byte[] { 5, 0, 4, 0 }, word(header.length), header, rows);
		return bytes(module, section(".debug_line", bytes(word(program.length), program)),
				section(".debug_line_str", bytes(name.getBytes(StandardCharsets.US_ASCII), new byte[1])));
	}

	private static byte[] section(String name, byte[] content) {
		byte[] characters = name.getBytes(StandardCharsets.US_ASCII);
		byte[] section = bytes(number(characters.length), characters, content);
		return bytes(new byte[1], number(section.length), section);
	}

	private static byte[] word(int value) {
		return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
	}

	private static byte[] number(long value) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		long rest = value;
		for (; rest > 0x7f; rest >>>= 7) {
			bytes.write((int) rest & 0x7f | 0x80);
		}
		bytes.write((int) rest);
		return bytes.toByteArray();
	}

	private static byte[] bytes(byte[]... parts) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		for (byte[] part : parts) {
			bytes.writeBytes(part);
		}
		return bytes.toByteArray();
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
		byte[] wanted = text.getBytes(StandardCharsets.US_ASCII);
		for (int i = 0;; i++) {
			if (Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
				return i;
			}
		}
	}

}
