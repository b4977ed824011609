package dev.wasmspring.test;

import dev.wasmspring.function.WasmFunction;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;

import static dev.wasmspring.test.WasmAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A test for one function of an application with a client for another.
 */
@WasmFunctionTest("vat")
class OtherClientsTests {

	@Autowired
	private WasmFunction vat;

	@Autowired
	private ApplicationContext context;

	@Test
	void aClientOfFunctionsThatAreNotLoadedIsNotThere() {
		assertThat(this.vat).answers("[32693, 190]", "6212");
		assertThat(this.context.getBeanNamesForType(Greetings.class)).isEmpty();
	}

}
