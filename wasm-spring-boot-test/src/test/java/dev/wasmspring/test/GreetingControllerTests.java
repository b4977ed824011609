package dev.wasmspring.test;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A slice of Spring MVC with a controller that uses a function by its types, and through
 * a client.
 */
@WebMvcTest(GreetingController.class)
class GreetingControllerTests {

	@Autowired
	private MockMvcTester mvc;

	@ParameterizedTest
	@ValueSource(strings = { "/function/Ada", "/client/Ada" })
	void functionsHaveTheTypesOfTheirController(String path) {
		assertThat(this.mvc.get().uri(path)).hasStatusOk().hasBodyTextEqualTo("Hello, Ada");
	}

}
