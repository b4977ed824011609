package dev.wasmspring.sandbox.module;

/**
 * A number type of WebAssembly: what a parameter or result of a {@link Kind#NUMERIC}
 * export may be.
 */
public enum NumberType {

	/**
	 * 32-bit integer.
	 */
	I32,

	/**
	 * 64-bit integer.
	 */
	I64,

	/**
	 * 32-bit IEEE 754 float.
	 */
	F32,

	/**
	 * 64-bit IEEE 754 float.
	 */
	F64

}
