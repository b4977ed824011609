package dev.wasmspring.client.outside;

import dev.wasmspring.client.WasmClient;

/**
 * A client that is in no package of an application.
 */
@WasmClient("elsewhere")
public interface Outside {

	/** Answers with the text in capitals. */
	String upper(String text);

}
