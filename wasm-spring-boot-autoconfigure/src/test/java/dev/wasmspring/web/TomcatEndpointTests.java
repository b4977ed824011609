package dev.wasmspring.web;

class TomcatEndpointTests extends AbstractEndpointTests {

	TomcatEndpointTests() {
		super("tomcat");
	}

}
