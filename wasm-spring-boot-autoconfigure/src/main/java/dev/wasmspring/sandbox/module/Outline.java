package dev.wasmspring.sandbox.module;

import java.io.ByteArrayOutputStream;

import com.dylibso.chicory.wasm.WasmModule;
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

	private Outline() {
	}

	/**
	 * Parses and validates a module except for its functions' code.
	 * @param module the module, which passed {@link Preflight}
	 */
	public static WasmModule parse(byte[] module) {
		return ModuleParser.parse(withoutCode(module));
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
