package dev.wasmspring.sandbox.module.preflight;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import dev.wasmspring.sandbox.binary.BinaryFormat;

/**
 * Checks the first bytes of a file, and says what it is if it is no module. Stateless.
 */
public final class HeaderCheck {

	private static final byte[] MAGIC = { 0, 'a', 's', 'm' };

	private HeaderCheck() {
	}

	/**
	 * Refuses what does not begin as a module of the version that is understood.
	 * @param bytes the file
	 * @throws UnusableModuleException if the file is no core module
	 */
	public static void check(byte[] bytes) {
		if (bytes.length < BinaryFormat.HEADER_SIZE || !begins(bytes, MAGIC)) {
			throw notAModule(bytes);
		}
		if (bytes[6] == 1) {
			throw new UnusableModuleException("It is a component, not a core module.",
					"Build a core module: for Rust the target wasm32-wasip1, for other toolchains WASI preview 1;"
							+ " or take the core module out of the component with 'wasm-tools component unbundle'.");
		}
		if (bytes[4] != 1 || bytes[5] != 0 || bytes[6] != 0 || bytes[7] != 0) {
			throw new UnusableModuleException("It is written in an unknown version of the binary format.",
					"Build the module for version 1 of WebAssembly's binary format.");
		}
	}

	/**
	 * Says what a file is that is no module, as far as its first bytes tell.
	 */
	private static UnusableModuleException notAModule(byte[] bytes) {
		String remedy = "Put a WebAssembly module in the binary format (.wasm) there; text (.wat) must be translated first.";
		if (bytes.length == 0) {
			return new UnusableModuleException("The file is empty.", remedy);
		}
		if (begins(bytes, MAGIC) || Arrays.equals(bytes, Arrays.copyOf(MAGIC, bytes.length))) {
			return new UnusableModuleException("It ends within its first eight bytes.",
					"Build the module again, and check that the file was copied completely and unchanged.");
		}
		if (begins(bytes, ascii("version https://git-lfs"))) {
			return new UnusableModuleException("It is a pointer to a file in Git LFS, not the file.",
					"Fetch the file with 'git lfs pull'.");
		}
		String text = new String(bytes, 0, Math.min(bytes.length, 100), StandardCharsets.ISO_8859_1).strip();
		if (text.startsWith("(") || text.startsWith(";;")) {
			return new UnusableModuleException("It is a module in the text format.", "Translate it with wat2wasm.");
		}
		if (text.startsWith("<")) {
			return new UnusableModuleException("It is a page of HTML or XML, not a module.",
					"Look at how the file was downloaded: the page may say what went wrong.");
		}
		if (begins(bytes, new byte[] { 0x1f, (byte) 0x8b }) || begins(bytes, ascii("PK\003\004"))
				|| begins(bytes, new byte[] { 0x28, (byte) 0xb5, 0x2f, (byte) 0xfd })) {
			return new UnusableModuleException("It is compressed.",
					"Put the module there as it was before (gunzip, unzip, unzstd).");
		}
		if (begins(bytes, ascii("\177ELF"))) {
			return new UnusableModuleException("It is machine code, not a module.",
					"Put the module there that it was compiled from: no other engine's compiled form can be used.");
		}
		return new UnusableModuleException("It does not begin like a module.", remedy);
	}

	private static boolean begins(byte[] bytes, byte[] start) {
		return bytes.length >= start.length && Arrays.equals(bytes, 0, start.length, start, 0, start.length);
	}

	private static byte[] ascii(String text) {
		return text.getBytes(StandardCharsets.US_ASCII);
	}

}
