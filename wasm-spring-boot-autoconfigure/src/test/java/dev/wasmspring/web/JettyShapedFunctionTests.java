package dev.wasmspring.web;

class JettyShapedFunctionTests extends AbstractShapedFunctionTests {

	JettyShapedFunctionTests() {
		super("jetty");
	}

}
