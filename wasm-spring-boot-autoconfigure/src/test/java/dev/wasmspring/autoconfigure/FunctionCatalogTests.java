package dev.wasmspring.autoconfigure;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Function;

import dev.wasmspring.TestModules;
import dev.wasmspring.autoconfigure.messaging.WasmMessageConverterAutoConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cloud.function.context.FunctionCatalog;
import org.springframework.cloud.function.context.catalog.SimpleFunctionRegistry.FunctionInvocationWrapper;
import org.springframework.cloud.function.context.config.ContextFunctionCatalogAutoConfiguration;
import org.springframework.cloud.function.context.config.RoutingFunction;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.converter.AbstractMessageConverter;
import org.springframework.messaging.converter.MessageConverter;
import org.springframework.messaging.support.MessageBuilder;
import org.springframework.util.MimeType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What Spring Cloud Function and plain injection make of the functions' beans.
 */
class FunctionCatalogTests {

	private static final byte[] ALL_BYTES = allBytes();

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(ContextFunctionCatalogAutoConfiguration.class,
				WasmAutoConfiguration.class, WasmMessageConverterAutoConfiguration.class))
		// Spring Cloud Stream sets it for the whole JVM when an application starts, and
		// so
		// do our own tests
		.withPropertyValues("spring.cloud.function.configuration.default.copy-input-headers=false")
		.withPropertyValues(TestModules.locations("echo", "cat", "reverse", "upper"));

	@Test
	void functionsAreFoundByName() {
		this.contextRunner.run((context) -> {
			Function<byte[], byte[]> upper = catalog(context).lookup("upper");
			assertThat(upper.apply(bytes("abc"))).isEqualTo(bytes("ABC"));
		});
	}

	@Test
	void functionsAnswerInTheKindTheyWereAsked() {
		this.contextRunner.run((context) -> {
			Function<Object, Object> upper = catalog(context).lookup("upper");
			assertThat(upper.apply(bytes("abc"))).isEqualTo(bytes("ABC"));
			assertThat(upper.apply("abc")).isEqualTo("ABC");
			assertThat(upper.apply(MessageBuilder.withPayload(bytes("abc")).build())).isInstanceOfSatisfying(
					Message.class, (message) -> assertThat(message.getPayload()).isEqualTo(bytes("ABC")));
		});
	}

	@Test
	void textInAMessageIsAnsweredWithAMessageIfInputHeadersAreCopied() {
		Message<String> input = MessageBuilder.withPayload("abc").build();
		this.contextRunner
			.run((context) -> assertThat(catalog(context).<Function<Object, Object>>lookup("upper").apply(input))
				.isEqualTo("ABC"));
		this.contextRunner.withPropertyValues("spring.cloud.function.configuration.default.copy-input-headers=true")
			.run((context) -> assertThat(catalog(context).<Function<Object, Object>>lookup("upper").apply(input))
				.isInstanceOfSatisfying(Message.class, (message) -> assertThat(message.getPayload()).isEqualTo("ABC")));
	}

	@Test
	void functionsAreComposed() {
		this.contextRunner.run((context) -> {
			Function<Object, Object> composed = catalog(context).lookup("upper|reverse");
			assertThat(composed.apply(bytes("abc"))).isEqualTo(bytes("CBA"));
			assertThat(composed.apply("abc")).isEqualTo("CBA");
		});
	}

	@Test
	void functionsAreComposedWithThoseOfTheApplication() {
		this.contextRunner.withUserConfiguration(UserFunctions.class).run((context) -> {
			Function<Object, Object> composed = catalog(context).lookup("exclaim|upper|exclaim");
			assertThat(composed.apply("abc")).isEqualTo("ABC!!");
		});
	}

	@Test
	void functionsAreTheDefaultDefinition() {
		this.contextRunner.withPropertyValues("spring.cloud.function.definition=upper|reverse").run((context) -> {
			Function<byte[], byte[]> defined = catalog(context).lookup("");
			assertThat(defined.apply(bytes("abc"))).isEqualTo(bytes("CBA"));
		});
	}

	@Test
	void functionsAreRoutedToByDefinition() {
		this.contextRunner.withPropertyValues("spring.cloud.function.definition=upper").run((context) -> {
			Function<byte[], byte[]> router = catalog(context).lookup(RoutingFunction.FUNCTION_NAME);
			assertThat(router.apply(bytes("abc"))).isEqualTo(bytes("ABC"));
		});
	}

	@Test
	void functionsAreRoutedToByExpression() {
		this.contextRunner.withPropertyValues("spring.cloud.function.routing-expression=headers['target']")
			.run((context) -> {
				Function<Message<byte[]>, Message<byte[]>> router = catalog(context)
					.lookup(RoutingFunction.FUNCTION_NAME);
				assertThat(router.apply(MessageBuilder.withPayload(bytes("abc")).setHeader("target", "upper").build())
					.getPayload()).isEqualTo(bytes("ABC"));
				assertThat(router.apply(MessageBuilder.withPayload(bytes("abc")).setHeader("target", "reverse").build())
					.getPayload()).isEqualTo(bytes("cba"));
			});
	}

	@Test
	void functionsAreInjectedAsFunctionsOfTextAndOfBytes() {
		this.contextRunner.withUserConfiguration(Injected.class).run((context) -> {
			Injected injected = context.getBean(Injected.class);
			assertThat(injected.text.apply("abc")).isEqualTo("ABC");
			assertThat(injected.bytes.apply(bytes("abc"))).isEqualTo(bytes("ABC"));
			assertThat(injected.message.apply(MessageBuilder.withPayload("abc").build()).getPayload()).isEqualTo("ABC");
			assertThat(injected.raw.apply("abc")).isEqualTo("ABC");
		});
	}

	@Test
	void functionsDoNotStandInTheWayOfFunctionsThatFit() {
		this.contextRunner.withUserConfiguration(UserFunctions.class, InjectedByType.class)
			.run((context) -> assertThat(context.getBean(InjectedByType.class).function.apply("a")).isEqualTo("a!"));
	}

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = { "application/json", "text/plain", "image/png", "application/octet-stream",
			"application/json;type=java.util.Map", "application/x-www-form-urlencoded", "text/plain;charset=UTF-16" })
	void bytesPassUnchangedWhateverTheContentType(String contentType) {
		this.contextRunner.withPropertyValues("spring.cloud.function.routing-expression='echo'").run((context) -> {
			for (String definition : new String[] { "echo", "echo|cat", RoutingFunction.FUNCTION_NAME }) {
				for (byte[] payload : payloads()) {
					Function<Message<byte[]>, Message<byte[]>> function = catalog(context).lookup(definition);
					Message<byte[]> output = function.apply(message(payload, contentType));
					assertThat(output.getPayload()).as(definition).isEqualTo(payload);
					assertThat(output.getHeaders()).as(definition)
						.containsEntry("custom", "kept")
						.extractingByKey(MessageHeaders.CONTENT_TYPE)
						.isEqualTo(contentType);
				}
			}
		});
	}

	@Test
	void bytesPassUnchangedWithoutMessage() {
		this.contextRunner.withPropertyValues("spring.cloud.function.routing-expression='echo'").run((context) -> {
			for (String definition : new String[] { "echo", "echo|cat", RoutingFunction.FUNCTION_NAME }) {
				for (byte[] payload : payloads()) {
					Function<byte[], byte[]> function = catalog(context).lookup(definition);
					assertThat(function.apply(payload)).as(definition).isEqualTo(payload);
				}
			}
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "application/json", "text/plain", "image/png", "*/*" })
	void bytesPassUnchangedWhateverOutputTypeIsAccepted(String accepted) {
		this.contextRunner.run((context) -> {
			for (String definition : new String[] { "echo", "echo|cat" }) {
				for (byte[] payload : payloads()) {
					Function<Object, Message<byte[]>> function = catalog(context).lookup(definition, accepted);
					assertThat(function.apply(payload).getPayload()).as(definition).isEqualTo(payload);
					assertThat(function.apply(message(payload, "application/json")).getPayload()).as(definition)
						.isEqualTo(payload);
				}
			}
		});
	}

	@Test
	void bytesPassUnchangedThroughTheApplicationsFunctions() {
		this.contextRunner.withUserConfiguration(UserFunctions.class).run((context) -> {
			for (byte[] payload : payloads()) {
				Function<Message<byte[]>, Message<byte[]>> function = catalog(context).lookup("same|echo|same");
				assertThat(function.apply(message(payload, "application/json")).getPayload()).isEqualTo(payload);
			}
		});
	}

	@Test
	void conversionOfOtherFunctionsIsLeftAsItIs() {
		this.contextRunner.withUserConfiguration(UserFunctions.class).run((context) -> {
			Function<Message<byte[]>, Object> exclaim = catalog(context).lookup("exclaim");
			assertThat(exclaim.apply(message(bytes("abc"), "text/plain"))).isEqualTo("abc!");
			Function<Message<byte[]>, Message<byte[]>> name = catalog(context).lookup("name", "application/json");
			assertThat(name.apply(message(bytes("{\"name\":\"abc\"}"), "application/json")).getPayload())
				.isEqualTo(bytes("\"abc\""));
		});
	}

	@Test
	void convertersOfTheApplicationComeFirst() {
		this.contextRunner.withUserConfiguration(UserFunctions.class, Unscrambling.class).run((context) -> {
			Function<Message<byte[]>, Message<byte[]>> same = catalog(context).lookup("same");
			assertThat(same.apply(message(bytes("abc"), "application/scrambled")).getPayload()).isEqualTo(bytes("cba"));
		});
	}

	@Test
	@SuppressWarnings("unchecked")
	void onlyTheBeanItselfAnswersWithTheContentTypeThatItProduces() {
		this.contextRunner.withPropertyValues("wasm.functions.upper.produces=text/plain").run((context) -> {
			Message<byte[]> input = message(bytes("abc"), "image/png");
			Function<Message<byte[]>, Message<byte[]>> bean = context.getBean("upper", Function.class);
			assertThat(bean.apply(input).getHeaders()).containsEntry(MessageHeaders.CONTENT_TYPE, "text/plain");
			// The catalog hands the payload alone to functions that are not declared with
			// messages, and gives the output the headers of the input
			Function<Message<byte[]>, Message<byte[]>> function = catalog(context).lookup("upper");
			assertThat(function.apply(input).getHeaders()).containsEntry(MessageHeaders.CONTENT_TYPE, "image/png");
			Function<Message<byte[]>, Message<byte[]>> accepting = catalog(context).lookup("upper", "text/plain");
			assertThat(accepting.apply(input).getHeaders()).containsEntry(MessageHeaders.CONTENT_TYPE, "text/plain");
		});
	}

	@Test
	void functionsAreDeclaredWithWildcards() {
		this.contextRunner.run((context) -> {
			FunctionInvocationWrapper function = catalog(context).lookup("echo");
			assertThat(function.getInputType()).isEqualTo(Object.class);
			assertThat(function.getOutputType()).isEqualTo(Object.class);
		});
	}

	private static FunctionCatalog catalog(AssertableApplicationContext context) {
		return context.getBean(FunctionCatalog.class);
	}

	private static Message<byte[]> message(byte[] payload, String contentType) {
		MessageBuilder<byte[]> message = MessageBuilder.withPayload(payload).setHeader("custom", "kept");
		if (contentType != null) {
			message.setHeader(MessageHeaders.CONTENT_TYPE, contentType);
		}
		return message.build();
	}

	private static byte[][] payloads() {
		return new byte[][] { ALL_BYTES, {}, bytes("[1,2]"), bytes("{\"a\":1}"), bytes("\"text\""), bytes("12"),
				bytes("null"), { (byte) 0xC3 } };
	}

	private static byte[] allBytes() {
		byte[] bytes = new byte[256];
		for (int i = 0; i < bytes.length; i++) {
			bytes[i] = (byte) i;
		}
		return bytes;
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	@Configuration(proxyBeanMethods = false)
	static class UserFunctions {

		@Bean
		Function<String, String> exclaim() {
			return (text) -> text + "!";
		}

		@Bean
		Function<byte[], byte[]> same() {
			return (bytes) -> Arrays.copyOf(bytes, bytes.length);
		}

		@Bean
		Function<Named, String> name() {
			return Named::name;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Unscrambling {

		@Bean
		MessageConverter unscrambling() {
			return new AbstractMessageConverter(new MimeType("application", "scrambled")) {

				@Override
				protected boolean supports(Class<?> type) {
					return type == byte[].class;
				}

				@Override
				protected Object convertFromInternal(Message<?> message, Class<?> targetClass, Object conversionHint) {
					return new StringBuilder(new String((byte[]) message.getPayload(), StandardCharsets.UTF_8))
						.reverse()
						.toString()
						.getBytes(StandardCharsets.UTF_8);
				}

			};
		}

	}

	record Named(String name) {

	}

	@Configuration(proxyBeanMethods = false)
	static class Injected {

		@Autowired
		@Qualifier("upper")
		Function<String, String> text;

		@Autowired
		@Qualifier("upper")
		Function<byte[], byte[]> bytes;

		@Autowired
		@Qualifier("upper")
		Function<Message<String>, Message<String>> message;

		@Autowired
		@Qualifier("upper")
		@SuppressWarnings("rawtypes")
		Function raw;

	}

	@Configuration(proxyBeanMethods = false)
	static class InjectedByType {

		@Autowired
		Function<String, String> function;

	}

}
