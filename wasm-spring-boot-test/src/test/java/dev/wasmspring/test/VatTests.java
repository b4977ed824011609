package dev.wasmspring.test;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static dev.wasmspring.test.WasmAssertions.assertThat;

class VatTests {

	@RegisterExtension
	static final ModuleUnderTest vat = ModuleUnderTest.of("target/test-classes/wasm/vat.wasm");

	@Test
	void addsTheTaxAndKeepsNothing() {
		assertThat(vat.function()).answers("[32693, 190]", "6212").refuses("much").isIsolated("[32693, 190]");
	}

}
