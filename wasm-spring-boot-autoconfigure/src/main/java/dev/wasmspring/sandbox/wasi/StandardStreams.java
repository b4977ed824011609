package dev.wasmspring.sandbox.wasi;

/**
 * The standard streams of a call. Lives for that call and is confined to its thread.
 */
interface StandardStreams {

	StandardInput standardInput();

	BoundedOutput standardOutput();

	BoundedOutput standardError();

}
