package dev.wasmspring.test;

import dev.wasmspring.function.WasmFunction;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;

import static dev.wasmspring.test.WasmAssertions.assertThat;

@WasmFunctionTest("greeting")
class GreetingTests {

	@Autowired
	WasmFunction greeting;

	@Test
	void greets() {
		assertThat(this.greeting).answer("{\"name\": \"Ada\"}").contains("Hello, Ada");
	}

}
