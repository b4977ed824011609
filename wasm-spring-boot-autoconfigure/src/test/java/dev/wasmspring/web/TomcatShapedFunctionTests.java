package dev.wasmspring.web;

class TomcatShapedFunctionTests extends AbstractShapedFunctionTests {

	TomcatShapedFunctionTests() {
		super("tomcat");
	}

}
