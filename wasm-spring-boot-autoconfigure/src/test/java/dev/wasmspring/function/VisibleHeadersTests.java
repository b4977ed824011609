package dev.wasmspring.function;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import dev.wasmspring.sandbox.Engine;
import dev.wasmspring.sandbox.wasi.Capabilities;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.support.MessageBuilder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link VisibleHeaders}.
 */
class VisibleHeadersTests {

	private static final Engine ENGINE = new Engine();

	private static final Message<String> MESSAGE = MessageBuilder.withPayload("")
		.setHeader("X-Tenant", "acme")
		.setHeader("secret", "s3cret")
		.setHeader("count", 3)
		.setHeader("raw", "raw".getBytes(StandardCharsets.UTF_8))
		.setHeader("binary", new byte[] { (byte) 0xff })
		.setHeader("zero", "a\0b")
		.setHeader("long", "x".repeat(8 * 1024 + 1))
		.setHeader("object", new Object())
		.setHeader(MessageHeaders.CONTENT_TYPE, "application/json")
		.build();

	@Test
	void aCommandSeesNoHeaderUnlessItIsNamed() {
		assertThat(output(VisibleHeaders.UNNAMED)).isEmpty();
	}

	@Test
	void aCommandSeesTheHeadersThatAreNamedAsVariables() {
		assertThat(output(new VisibleHeaders(Set.of("x-tenant", "COUNT", "raw", "content-type", "absent"))).lines())
			.containsExactlyInAnyOrder("HEADER_X_TENANT=acme", "HEADER_COUNT=3", "HEADER_RAW=raw",
					"HEADER_CONTENT_TYPE=application/json");
	}

	@Test
	void whatNoVariableCanBeIsLeftOut() {
		assertThat(output(new VisibleHeaders(Set.of("binary", "zero", "long", "object", "count"))).lines())
			.containsExactly("HEADER_COUNT=3");
	}

	@Test
	void whatTheApplicationSetsNoMessageChanges() {
		Capabilities capabilities = new Capabilities(List.of(), Map.of("HEADER_X_TENANT", "ours"), List.of(),
				Capabilities.NONE.clockResolution());
		assertThat(output(new VisibleHeaders(Set.of("x-tenant")), capabilities).lines())
			.containsExactly("HEADER_X_TENANT=ours");
	}

	@Test
	void aScriptThatNamesNoneSeesAllOfTheApplicationsMessagesAndNothingOfABrokers() {
		MessageHeaders headers = MESSAGE.getHeaders();
		assertThat(VisibleHeaders.UNNAMED.script(headers)).isEqualTo(headers);
		BrokerMessage.handle(headers, () -> {
			assertThat(VisibleHeaders.UNNAMED.script(headers)).containsOnlyKeys(MessageHeaders.CONTENT_TYPE);
			BrokerMessage.handle(headers, () -> {
			});
			assertThat(VisibleHeaders.UNNAMED.script(headers)).containsOnlyKeys(MessageHeaders.CONTENT_TYPE);
		});
		assertThat(VisibleHeaders.UNNAMED.script(headers)).isEqualTo(headers);
	}

	@Test
	void aScriptThatNamesSomeSeesNoOther() {
		assertThat(new VisibleHeaders(Set.of("X-TENANT")).script(MESSAGE.getHeaders())).containsOnlyKeys("X-Tenant",
				MessageHeaders.CONTENT_TYPE);
	}

	@Test
	void aPayloadOfABrokersMessageHasItsHeadersAndWhatAnswersItKeepsItsContentType() {
		WasmFunction env = function("text/plain", new VisibleHeaders(Set.of("x-tenant", "content-type")));
		byte[] input = {};
		BrokerMessage.handle(MESSAGE.getHeaders(), () -> {
			byte[] output = (byte[]) env.apply(input);
			assertThat(new String(output, StandardCharsets.UTF_8).lines())
				.containsExactlyInAnyOrder("HEADER_X_TENANT=acme", "HEADER_CONTENT_TYPE=application/json");
			assertThat(BrokerMessage.contentTypeOf(output)).isEqualTo("text/plain");
			assertThat(BrokerMessage.contentTypeOf(input)).isNull();
			// The next one of a composition gets that type with it
			byte[] next = (byte[]) env.apply(output);
			assertThat(new String(next, StandardCharsets.UTF_8)).contains("HEADER_CONTENT_TYPE=text/plain");
		});
		assertThat(BrokerMessage.contentTypeOf(input)).isNull();
		assertThat((byte[]) env.apply(input)).isEmpty();
	}

	@Test
	void withoutAMessageThereIsNothingToSee() {
		assertThat(new VisibleHeaders(Set.of("x")).environment(null)).isEmpty();
		assertThat(new VisibleHeaders(Set.of("x")).script(null)).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "Authorization", "cookie" })
	void aNameThatNoFunctionSeesIsRefused(String name) {
		assertThatIllegalArgumentException().isThrownBy(() -> new VisibleHeaders(Set.of(name)));
	}

	@Test
	void namesThatWouldBeTheSameVariableAreRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> new VisibleHeaders(Set.of("a-b", "a_b")))
			.withMessageContaining("HEADER_A_B");
	}

	private static String output(VisibleHeaders headers) {
		return output(headers, Capabilities.NONE);
	}

	private static String output(VisibleHeaders headers, Capabilities capabilities) {
		WasmFunction function = function(null, capabilities, headers);
		Message<?> answer = (Message<?>) function
			.apply(MessageBuilder.fromMessage(MESSAGE).setHeader("unique", UUID.randomUUID()).build());
		return (String) answer.getPayload();
	}

	private static WasmFunction function(String produces, VisibleHeaders headers) {
		return function(produces, Capabilities.NONE, headers);
	}

	private static WasmFunction function(String produces, Capabilities capabilities, VisibleHeaders headers) {
		FunctionSettings settings = new FunctionSettings(null, null, produces, TestFunctions.LIMITS, 1,
				FunctionSettings.Queue.NONE, capabilities, true, TestFunctions.LIMITS, HttpShape.NONE, headers);
		return TestFunctions.function(ENGINE, TestFunctions.definition("env", settings));
	}

}
