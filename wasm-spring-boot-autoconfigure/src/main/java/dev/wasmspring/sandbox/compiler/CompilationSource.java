package dev.wasmspring.sandbox.compiler;

/**
 * Where a module's compiled classes came from.
 */
public enum CompilationSource {

	/**
	 * They were compiled at this start.
	 */
	COMPILED,

	/**
	 * They were compiled at an earlier start and read from the cache directory.
	 */
	CACHE

}
