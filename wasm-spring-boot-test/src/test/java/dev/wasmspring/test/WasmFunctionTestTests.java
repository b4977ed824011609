package dev.wasmspring.test;

import java.util.List;
import java.util.Set;
import java.util.function.Function;

import dev.wasmspring.autoconfigure.WasmAutoConfiguration;
import dev.wasmspring.client.ImportWasmClients;
import dev.wasmspring.discovery.FunctionSelection;
import dev.wasmspring.function.WasmFunction;
import dev.wasmspring.function.WasmFunctions;
import dev.wasmspring.test.Greetings.Greeting;
import dev.wasmspring.test.Greetings.Person;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.web.context.WebApplicationContext;

import static dev.wasmspring.test.WasmAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

@WasmFunctionTest("greeting")
@ImportWasmClients(types = Greetings.class)
class WasmFunctionTestTests {

	@Autowired
	private WasmFunction greeting;

	@Autowired
	@Qualifier("greeting")
	private Function<String, String> asFunction;

	@Autowired
	@Qualifier("greeting")
	private Function<Person, Greeting> withTypes;

	@Autowired
	private Greetings client;

	@Autowired
	private WasmFunctions functions;

	@Autowired
	private ApplicationContext context;

	@Test
	void theFunctionAnswers() {
		assertThat(this.greeting).answers("{\"name\": \"Ada\"}", "{\"length\": 3, \"greeting\": \"Hello, Ada\"}")
			.refuses("{}");
		assertThat(this.asFunction.apply("{\"name\": \"Ada\"}")).contains("Hello, Ada");
	}

	@Test
	void theFunctionHasTheTypesThatAreDeclared() {
		assertThat(this.withTypes.apply(new Person("Ada"))).isEqualTo(new Greeting("Hello, Ada", 3));
		assertThat(this.client.greet(new Person("Ada"))).isEqualTo(new Greeting("Hello, Ada", 3));
	}

	@Test
	void noOtherFunctionIsLoaded() {
		assertThat(this.functions.all()).extracting(WasmFunction::name).containsExactly("greeting");
		assertThat(this.functions.modules()).hasSize(1);
		assertThat(this.context.getBeanNamesForType(WasmFunction.class)).containsExactly("greeting");
	}

	@Test
	void theFunctionHasTheSettingsOfTheApplication() {
		assertThat(this.functions.definitions()).singleElement()
			.satisfies((definition) -> assertThat(definition.settings().description()).isEqualTo("Greets"));
	}

	@Test
	void nothingElseOfTheApplicationIsThere() {
		assertThat(this.context).isNotInstanceOf(WebApplicationContext.class);
		assertThat(this.context.getBeanNamesForType(TaxController.class)).isEmpty();
		assertThat(this.context.containsBean("wasmFunctionController")).isFalse();
	}

	@Test
	void aNameThatNoFunctionHasIsSaidWithThoseThatExist() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(WasmAutoConfiguration.class))
			.withInitializer((context) -> context.getBeanFactory()
				.registerSingleton(FunctionSelection.BEAN_NAME, new FunctionSelection(Set.of("greetin"))))
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContainingAll("greetin", List.of("discount", "greeting", "vat").toString()));
	}

}
