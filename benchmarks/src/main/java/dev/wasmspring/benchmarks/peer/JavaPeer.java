package dev.wasmspring.benchmarks.peer;

import dev.wasmspring.benchmarks.web.Order;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the guest in Rust does, in Java.
 */
final class JavaPeer implements Peer {

	private final JsonMapper mapper = new JsonMapper();

	@Override
	public byte[] call(byte[] input) {
		return this.mapper.writeValueAsBytes(this.mapper.readValue(input, Order.class).total());
	}

}
