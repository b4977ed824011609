package dev.wasmspring.web;

class JettyRequestBodyTests extends AbstractRequestBodyTests {

	JettyRequestBodyTests() {
		super("jetty");
	}

}
