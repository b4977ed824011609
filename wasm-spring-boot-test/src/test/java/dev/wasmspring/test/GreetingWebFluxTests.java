package dev.wasmspring.test;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.webflux.test.autoconfigure.WebFluxTest;
import org.springframework.test.web.reactive.server.WebTestClient;

/**
 * The same slice with WebFlux.
 */
@WebFluxTest(controllers = GreetingController.class, properties = "spring.main.web-application-type=reactive")
class GreetingWebFluxTests {

	@Autowired
	private WebTestClient client;

	@ParameterizedTest
	@ValueSource(strings = { "/function/Ada", "/client/Ada" })
	void functionsHaveTheTypesOfTheirController(String path) {
		this.client.get().uri(path).exchange().expectStatus().isOk().expectBody(String.class).isEqualTo("Hello, Ada");
	}

}
