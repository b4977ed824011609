package dev.wasmspring.sandbox;

/**
 * What the handler of a script is given, and what it gives. The order is that of the
 * numbers that runtimes use.
 */
public enum ContentKind {

	/**
	 * Nothing at all: {@code null}, {@code None}, {@code nil}.
	 */
	NOTHING,

	/**
	 * A value that is written in JSON.
	 */
	JSON,

	/**
	 * A string.
	 */
	TEXT,

	/**
	 * Bytes.
	 */
	BYTES

}
