package dev.wasmspring.sandbox.compiler;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

import org.jspecify.annotations.Nullable;

/**
 * A function of a module that is compiled to a larger method than HotSpot's compilers
 * accept. Immutable; lives as long as its {@code Module} and may be shared by all
 * threads.
 *
 * @param index the function's index in the module, imported functions counted first, or
 * {@value #OF_THE_ENGINE} for a method of the engine's own
 * @param name what the module's name section calls it, or {@code null} if it has no name
 * there; chosen by whoever built the module
 * @param bytecodeSize the size of its method in bytes of bytecode, more than
 * {@value #LIMIT}
 */
public record HugeFunction(int index, @Nullable String name, int bytecodeSize) {

	/**
	 * The index of methods that are no functions of the module: those with which the
	 * engine finds a function that is called indirectly.
	 */
	public static final int OF_THE_ENGINE = -1;

	/**
	 * The size in bytes up to which HotSpot compiles a method (its
	 * {@code HugeMethodLimit}).
	 */
	public static final int LIMIT = 8_000;

	/**
	 * What helps, for the owner of the module and of the application.
	 */
	public static final String ADVICE = "HotSpot only interprets methods of more than 8,000 bytes of bytecode, which is"
			+ " 10 to 100 times slower. Build the module for size (-Oz), keep the optimizer from inlining into the"
			+ " function, or start the JVM with -XX:-DontCompileHugeMethods.";

	void write(DataOutput to) throws IOException {
		to.writeInt(this.index);
		to.writeBoolean(this.name != null);
		if (this.name != null) {
			to.writeUTF(this.name);
		}
		to.writeInt(this.bytecodeSize);
	}

	static HugeFunction read(DataInput from) throws IOException {
		int index = from.readInt();
		String name = from.readBoolean() ? from.readUTF() : null;
		return new HugeFunction(index, name, from.readInt());
	}

}
