package dev.wasmspring.sandbox.module;

import java.io.ByteArrayOutputStream;

import com.dylibso.chicory.wasm.WasmModule;

/**
 * Parses a module without the code of its functions, which is most of the work of parsing
 * and nearly all of what the result would hold: a body of one instruction stands in for
 * each. Custom sections are left out. Stateless.
 * <p>
 * What a template and its sandboxes are made from is an outline. The whole module is
 * parsed where it is compiled, and only there.
 */
public final class Outline {

	private static final int CUSTOM = 0;

	private static final int CODE = 10;

	/** A body's length, that it has no locals, {@code unreachable} and {@code end}. */
	private static final byte[] BODY = { 3, 0, 0x00, 0x0b };

	private final byte[] module;

	private int position = BinaryFormat.HEADER_SIZE;

	private Outline(byte[] module) {
		this.module = module;
	}

	/**
	 * Parses and validates a module except for its functions' code.
	 * @param module the module, which passed {@link Preflight}
	 */
	public static WasmModule parse(byte[] module) {
		return ModuleParser.parse(new Outline(module).withoutCode());
	}

	private byte[] withoutCode() {
		ByteArrayOutputStream outline = new ByteArrayOutputStream(this.module.length / 4);
		outline.write(this.module, 0, BinaryFormat.HEADER_SIZE);
		while (this.position < this.module.length) {
			int start = this.position;
			int section = this.module[this.position++];
			int length = number();
			int end = this.position + length;
			if (section == CODE) {
				writeBodies(number(), outline);
			}
			else if (section != CUSTOM) {
				outline.write(this.module, start, end - start);
			}
			this.position = end;
		}
		return outline.toByteArray();
	}

	private static void writeBodies(int count, ByteArrayOutputStream outline) {
		ByteArrayOutputStream bodies = new ByteArrayOutputStream(5 + count * BODY.length);
		writeNumber(count, bodies);
		for (int i = 0; i < count; i++) {
			bodies.write(BODY, 0, BODY.length);
		}
		outline.write(CODE);
		writeNumber(bodies.size(), outline);
		outline.writeBytes(bodies.toByteArray());
	}

	/**
	 * Reads a length or a count: an unsigned number in LEB128, which is below 2^31 since
	 * so many bytes follow it.
	 */
	private int number() {
		int value = 0;
		for (int shift = 0;; shift += 7) {
			int part = this.module[this.position++];
			value |= (part & 0x7f) << shift;
			if (part >= 0) {
				return value;
			}
		}
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
