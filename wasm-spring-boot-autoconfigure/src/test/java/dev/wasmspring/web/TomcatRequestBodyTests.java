package dev.wasmspring.web;

class TomcatRequestBodyTests extends AbstractRequestBodyTests {

	TomcatRequestBodyTests() {
		super("tomcat");
	}

}
