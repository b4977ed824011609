package dev.wasmspring.sandbox.module;

/**
 * How a callable export takes its input and gives its output. Detected from the module,
 * never configured.
 */
public enum Kind {

	/**
	 * A WASI preview 1 command: exports {@code _start}, reads standard input and writes
	 * standard output.
	 */
	COMMAND,

	/**
	 * An export {@code (ptr i32, len i32) -> i64} of a module that also exports its
	 * memory and an allocator; the result is {@code ptr << 32 | len}.
	 */
	BYTES,

	/**
	 * An export whose parameters and results are all i32, i64, f32 or f64.
	 */
	NUMERIC,

	/**
	 * The handler of a script, which runs in a module that is the runtime of its
	 * language.
	 */
	SCRIPT

}
