package dev.wasmspring.sandbox.module;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.List;

import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.CodeSection;
import com.dylibso.chicory.wasm.types.FunctionBody;
import dev.wasmspring.sandbox.binary.BinaryFormat;
import dev.wasmspring.sandbox.binary.BinaryReader;
import dev.wasmspring.sandbox.module.preflight.Preflight;

/**
 * Parses a module without the code of its functions, which is most of the work of parsing
 * and nearly all of what the result would hold: a body of one instruction stands in for
 * each. Custom sections are left out. Stateless.
 * <p>
 * What a template and its sandboxes are made from is an outline. The whole module is
 * parsed where it is compiled, and only there.
 */
public final class Outline {

	/** A body's length, that it has no locals, {@code unreachable} and {@code end}. */
	private static final byte[] BODY = { 3, 0, 0x00, 0x0b };

	private static final FunctionBody SHARED_BODY = new FunctionBody(List.of(), List.of());

	private Outline() {
	}

	/**
	 * Parses and validates a module except for its functions' code.
	 * @param module the module, which passed {@link Preflight}
	 */
	public static WasmModule parse(byte[] module) {
		return ModuleParser.parse(withoutCode(module));
	}

	/**
	 * What is left of a module without code, to be kept and parsed later.
	 * @param module a module that was parsed and validated
	 * @return what {@link #parseStripped} takes
	 */
	public static byte[] strip(byte[] module) {
		return withoutCode(module);
	}

	/**
	 * Parses what is left of a module. All of its functions share one body, which nobody
	 * looks at: most of an outline would be bodies.
	 * @param outline what {@link #strip} made; not validated again
	 */
	public static WasmModule parseStripped(byte[] outline) {
		WasmModule parsed = Parser.builder()
			.withValidation(false)
			.build()
			.parse(() -> new ByteArrayInputStream(outline));
		CodeSection.Builder bodies = CodeSection.builder();
		for (int i = parsed.functionSection().functionCount(); i > 0; i--) {
			bodies.addFunctionBody(SHARED_BODY);
		}
		return ModuleParser.copyOf(parsed).withValidation(false).setCodeSection(bodies.build()).build();
	}

	private static byte[] withoutCode(byte[] module) {
		ByteArrayOutputStream outline = new ByteArrayOutputStream(module.length / 4);
		outline.write(module, 0, BinaryFormat.HEADER_SIZE);
		BinaryReader reader = BinaryReader.ofSections(module);
		while (reader.hasMore()) {
			int start = reader.position();
			int section = reader.next();
			BinaryReader content = reader.slice(reader.count());
			if (section == BinaryFormat.CODE_SECTION) {
				writeBodies(content.count(), outline);
			}
			else if (section != BinaryFormat.CUSTOM_SECTION) {
				outline.write(module, start, reader.position() - start);
			}
		}
		return outline.toByteArray();
	}

	private static void writeBodies(int count, ByteArrayOutputStream outline) {
		ByteArrayOutputStream bodies = new ByteArrayOutputStream(5 + count * BODY.length);
		writeNumber(count, bodies);
		for (int i = 0; i < count; i++) {
			bodies.write(BODY, 0, BODY.length);
		}
		outline.write(BinaryFormat.CODE_SECTION);
		writeNumber(bodies.size(), outline);
		outline.writeBytes(bodies.toByteArray());
	}

	private static void writeNumber(int value, ByteArrayOutputStream bytes) {
		int rest = value;
		while (rest >= 0x80) {
			bytes.write(rest & 0x7f | 0x80);
			rest >>>= 7;
		}
		bytes.write(rest);
	}

}
