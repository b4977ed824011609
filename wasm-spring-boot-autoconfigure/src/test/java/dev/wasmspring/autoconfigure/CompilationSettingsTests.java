package dev.wasmspring.autoconfigure;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@ExtendWith(OutputCaptureExtension.class)
class CompilationSettingsTests {

	private final WasmProperties.Compilation properties = new WasmProperties.Compilation();

	@Test
	void withoutACacheAllModulesStayLoaded() {
		assertThat(CompilationSettings.loadedMemory(this.properties)).isEqualTo(Long.MAX_VALUE);
	}

	@Test
	void withACacheTheyMayHoldAQuarterOfTheMachineAndHalfOfTheHeap() {
		assertThat(CompilationSettings.loadedMemory(1024, 256)).isEqualTo(128);
		assertThat(CompilationSettings.loadedMemory(1024, 768)).isEqualTo(256);
		this.properties.setCacheDirectory(Path.of("cache"));
		assertThat(CompilationSettings.loadedMemory(this.properties)).isPositive()
			.isLessThanOrEqualTo(Runtime.getRuntime().maxMemory() / 2);
	}

	@Test
	void whatIsSetCounts(CapturedOutput output) {
		this.properties.setCacheDirectory(Path.of("cache"));
		this.properties.setLoadedMemory(DataSize.ofMegabytes(3));
		assertThat(CompilationSettings.loadedMemory(this.properties)).isEqualTo(3 << 20);
		assertThat(output).doesNotContain("cache-directory");
	}

	@Test
	void aLimitWithoutACacheIsWarnedOf(CapturedOutput output) {
		this.properties.setLoadedMemory(DataSize.ofMegabytes(3));
		assertThat(CompilationSettings.loadedMemory(this.properties)).isEqualTo(3 << 20);
		assertThat(output).contains("Set 'wasm.compilation.cache-directory'");
	}

	@Test
	void sizesHaveToBePositive() {
		this.properties.setLoadedMemory(DataSize.ofBytes(0));
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
			.isThrownBy(() -> CompilationSettings.loadedMemory(this.properties))
			.satisfies((ex) -> assertThat(ex.getName()).isEqualTo("wasm.compilation.loaded-memory"));
		this.properties.setCacheSize(DataSize.ofBytes(-1));
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
			.isThrownBy(() -> CompilationSettings.cache(this.properties))
			.satisfies((ex) -> assertThat(ex.getName()).isEqualTo("wasm.compilation.cache-size"));
	}

}
