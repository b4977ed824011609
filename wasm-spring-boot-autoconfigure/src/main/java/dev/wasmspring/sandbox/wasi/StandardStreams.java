package dev.wasmspring.sandbox.wasi;

import org.jspecify.annotations.Nullable;

/**
 * The standard streams of a call. Lives for that call and is confined to its thread.
 */
interface StandardStreams {

	StandardInput standardInput();

	BoundedOutput standardOutput();

	BoundedOutput standardError();

	/**
	 * Where the guest can ask its host.
	 * @return {@code null} if it cannot
	 */
	default @Nullable HostLine hostLine() {
		return null;
	}

}
