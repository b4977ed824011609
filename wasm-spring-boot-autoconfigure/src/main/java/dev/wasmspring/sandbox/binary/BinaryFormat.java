package dev.wasmspring.sandbox.binary;

/**
 * Numbers of WebAssembly's binary format that several readers of it share. Stateless.
 *
 * @see <a href="https://webassembly.github.io/spec/core/binary/modules.html">Modules</a>
 */
public final class BinaryFormat {

	/** Magic number and version. */
	public static final int HEADER_SIZE = 8;

	/** The section that anybody may add to. */
	public static final int CUSTOM_SECTION = 0;

	/** The section of the functions' bodies. */
	public static final int CODE_SECTION = 10;

	private BinaryFormat() {
	}

}
