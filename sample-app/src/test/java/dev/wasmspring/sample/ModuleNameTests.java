package dev.wasmspring.sample;

import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

import dev.wasmspring.function.WasmFunction;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * What the modules of Java see of the jar that the application uses.
 */
class ModuleNameTests {

	@Test
	void theJarHasTheModuleNameOfTheReference() throws URISyntaxException {
		Path jar = Path.of(WasmFunction.class.getProtectionDomain().getCodeSource().getLocation().toURI());
		assumeThat(jar).as("built as far as the jar, as verify does").matches(Files::isRegularFile);
		assertThat(ModuleFinder.of(jar).findAll()).singleElement()
			.extracting(ModuleReference::descriptor)
			.satisfies((module) -> {
				assertThat(module.name()).isEqualTo("dev.wasmspring");
				assertThat(module.isAutomatic()).isTrue();
				assertThat(module.packages()).contains("dev.wasmspring.function", "dev.wasmspring.autoconfigure");
			});
	}

}
