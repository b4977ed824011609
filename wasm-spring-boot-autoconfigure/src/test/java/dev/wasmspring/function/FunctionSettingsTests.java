package dev.wasmspring.function;

import dev.wasmspring.sandbox.wasi.Capabilities;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.util.InvalidMimeTypeException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class FunctionSettingsTests {

	@Test
	void contentTypesAreOptional() {
		FunctionSettings settings = settings(null, null, 1);
		assertThat(settings.consumes()).isNull();
		assertThat(settings.produces()).isNull();
	}

	@Test
	void whatIsConsumedMayBeAWildcard() {
		assertThat(settings("text/*", "text/plain;charset=utf-8", 1).consumes()).isEqualTo("text/*");
	}

	@ParameterizedTest
	@ValueSource(strings = { "*/*", "text/*", "application/*+json" })
	void whatIsProducedMustNotBeAWildcard(String produces) {
		assertThatIllegalArgumentException().isThrownBy(() -> settings(null, produces, 1))
			.withMessage("The produced content type must have no wildcard, but is " + produces);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "text", "text/plain\r\nX-Header: 1", "text/ plain" })
	void whatIsNoContentTypeIsRefused(String contentType) {
		assertThatExceptionOfType(InvalidMimeTypeException.class).isThrownBy(() -> settings(contentType, null, 1));
		assertThatExceptionOfType(InvalidMimeTypeException.class).isThrownBy(() -> settings(null, contentType, 1));
	}

	@Test
	void atLeastOneCallMustBeAllowed() {
		assertThatIllegalArgumentException().isThrownBy(() -> settings(null, null, 0))
			.withMessage("The concurrency limit must be at least 1, but is 0");
	}

	private static FunctionSettings settings(String consumes, String produces, int concurrency) {
		return new FunctionSettings(null, consumes, produces, TestFunctions.LIMITS, concurrency, Capabilities.NONE);
	}

}
