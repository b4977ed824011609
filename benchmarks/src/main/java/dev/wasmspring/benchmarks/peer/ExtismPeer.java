package dev.wasmspring.benchmarks.peer;

import org.extism.sdk.chicory.CompiledPlugin;
import org.extism.sdk.chicory.Manifest;
import org.extism.sdk.chicory.ManifestWasm;
import org.extism.sdk.chicory.Plugin;

/**
 * Extism on Chicory: a plug-in that was compiled once, as its API calls it, and
 * instantiated for each call. The guest is the same source behind Extism's own functions
 * for input and output. Its plug-ins are interpreted unless told otherwise, and that is
 * the faster choice here, since compiled ones are compiled again for each instance.
 */
final class ExtismPeer implements Peer {

	private final CompiledPlugin plugin;

	ExtismPeer(Guest guest) {
		this.plugin = Plugin
			.ofManifest(Manifest.ofWasms(ManifestWasm.fromBytes(Guest.read(guest.moduleName() + "-extism")).build())
				.build())
			.compile();
	}

	@Override
	public byte[] call(byte[] input) {
		return this.plugin.instantiate().call("call", input);
	}

}
