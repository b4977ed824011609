package dev.wasmspring.web;

class JettyEndpointTests extends AbstractEndpointTests {

	JettyEndpointTests() {
		super("jetty");
	}

}
