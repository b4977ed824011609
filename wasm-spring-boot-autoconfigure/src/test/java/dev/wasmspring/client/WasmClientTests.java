package dev.wasmspring.client;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import dev.wasmspring.TestModules;
import dev.wasmspring.autoconfigure.WasmAutoConfiguration;
import dev.wasmspring.autoconfigure.client.WasmClientAutoConfiguration;
import dev.wasmspring.autoconfigure.diagnostics.Analyses;
import dev.wasmspring.autoconfigure.types.WasmTypesAutoConfiguration;
import dev.wasmspring.client.outside.Outside;
import dev.wasmspring.client.outside.OutsideImports;
import dev.wasmspring.conversion.UnsuitableTypeException;
import dev.wasmspring.function.CallStatistics;
import dev.wasmspring.function.FunctionObserver;
import dev.wasmspring.function.WasmFunctionException;
import dev.wasmspring.sandbox.limit.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.aot.test.generate.TestGenerationContext;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.cloud.function.context.config.ContextFunctionCatalogAutoConfiguration;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.test.tools.CompileWithForkedClassLoader;
import org.springframework.core.test.tools.TestCompiler;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Headers;
import org.springframework.messaging.support.MessageBuilder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Interfaces whose methods are functions.
 */
class WasmClientTests {

	private static final String LOCATIONS = TestModules.locations("cat", "echo", "upper", "numbers", "exit3", "hello");

	private static final Order ORDER = new Order("desk", 3);

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(ContextFunctionCatalogAutoConfiguration.class,
				WasmAutoConfiguration.class, WasmTypesAutoConfiguration.class, WasmClientAutoConfiguration.class))
		.withPropertyValues(LOCATIONS);

	@Test
	void methodsAreFunctions() {
		this.contextRunner.withUserConfiguration(ImportsShop.class).run((context) -> {
			Shop shop = context.getBean(Shop.class);
			assertThat(context).hasBean("wasmClientTests.Shop");
			assertThat(shop.order(ORDER)).isEqualTo(ORDER);
			assertThat(shop.upper("abc")).isEqualTo("ABC");
			assertThat(shop.twice(ORDER)).containsExactly(ORDER, ORDER);
			assertThat(shop.numbersAdd64(2, 40)).isEqualTo(42);
			assertThat(shop.halved(3)).isEqualTo(1.5);
			assertThat(shop.nothing(new byte[0])).isEmpty();
			assertThat(shop.hello()).isNotEmpty();
			shop.send(ORDER);
			assertThat(shop.generic(ORDER)).isEqualTo(ORDER);
			Message<Order> answer = shop.message(MessageBuilder.withPayload(ORDER).setHeader("a", 1).build(), "c",
					Map.of("d", 2));
			assertThat(answer.getPayload()).isEqualTo(ORDER);
			assertThat(answer.getHeaders()).containsEntry("a", 1).containsEntry("b", "c").containsEntry("d", 2);
			assertThat(Shop.constant()).isEqualTo("constant");
		});
	}

	@Test
	void resultsComeLaterInFutures() {
		this.contextRunner.withUserConfiguration(ImportsShop.class).run((context) -> {
			Shop shop = context.getBean(Shop.class);
			assertThat(shop.later(ORDER).get(30, TimeUnit.SECONDS)).isEqualTo(ORDER);
			assertThat(shop.stage(ORDER)).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(ORDER);
			assertThat(shop.future(ORDER)).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(ORDER);
			assertThatExceptionOfType(CompletionException.class).isThrownBy(() -> shop.failsLater("a").join())
				.withCauseInstanceOf(WasmFunctionException.class);
		});
	}

	@Test
	void whatComesLaterIsCalledByTheApplicationsExecutor() {
		List<String> threads = new CopyOnWriteArrayList<>();
		this.contextRunner.withUserConfiguration(ImportsShop.class)
			.withBean("applicationTaskExecutor", SimpleAsyncTaskExecutor.class,
					() -> new SimpleAsyncTaskExecutor("the-applications-"))
			.withBean(FunctionObserver.class, () -> new FunctionObserver() {
				@Override
				public Calls calls(String function, CallStatistics statistics) {
					return (definition) -> {
						threads.add(Thread.currentThread().getName());
						return Call.UNOBSERVED;
					};
				}
			})
			.run((context) -> {
				assertThat(context.getBean(Shop.class).later(ORDER)).succeedsWithin(Duration.ofSeconds(30));
				assertThat(threads).singleElement().asString().startsWith("the-applications-");
			});
	}

	@ParameterizedTest
	@ValueSource(strings = { "priceOrder", "price-order" })
	void aMethodCallsTheFunctionThatIsNamedAsItIs(String function, @TempDir Path directory) {
		TestModules.copy("upper", directory.resolve(function + ".wasm"));
		this.contextRunner.withPropertyValues("wasm.locations=" + directory.toUri() + "*.wasm")
			.withInitializer((context) -> ClientBeans.register(Prices.class, (GenericApplicationContext) context))
			.run((context) -> assertThat(context.getBean(Prices.class).priceOrder("abc")).isEqualTo("ABC"));
	}

	@Test
	void onlyAnInterfaceIsAClient() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> ClientBeans.register(Order.class, new GenericApplicationContext()))
			.withMessageContaining("must be an interface");
	}

	@Test
	void exceptionsPassUnchanged() {
		this.contextRunner.withUserConfiguration(ImportsShop.class).run((context) -> {
			Shop shop = context.getBean(Shop.class);
			assertThatExceptionOfType(WasmFunctionException.class).isThrownBy(() -> shop.fails("a")).satisfies((ex) -> {
				assertThat(ex.outcome()).isEqualTo(Outcome.EXIT);
				assertThat(ex.exitCode()).hasValue(3);
			});
			assertThatExceptionOfType(WasmFunctionException.class).isThrownBy(() -> shop.count("no number"))
				.satisfies((ex) -> assertThat(ex.outcome()).isEqualTo(Outcome.BAD_OUTPUT));
		});
	}

	@Test
	void clientsAreObjects() {
		this.contextRunner.withUserConfiguration(ImportsShop.class).run((context) -> {
			Shop shop = context.getBean(Shop.class);
			assertThat(shop).isEqualTo(shop).hasSameHashCodeAs(shop).isNotEqualTo(new Object());
			assertThat(shop).hasToString("client " + Shop.class.getName());
		});
	}

	@Test
	void clientsCallTheBeanThatTheApplicationMadeOfAFunction() {
		List<Object> seen = new ArrayList<>();
		this.contextRunner.withUserConfiguration(ImportsShop.class)
			.withBean(BeanPostProcessor.class, () -> new BeanPostProcessor() {

				@Override
				public Object postProcessAfterInitialization(Object bean, String beanName) {
					if (!beanName.equals("upper")) {
						return bean;
					}
					return (java.util.function.Function<Object, Object>) (input) -> {
						seen.add(input);
						return ((dev.wasmspring.function.WasmFunction) bean).apply(input);
					};
				}

			})
			.run((context) -> {
				assertThat(context.getBean(Shop.class).upper("abc")).isEqualTo("ABC");
				assertThat(seen).hasSize(1);
			});
	}

	@Test
	void clientsOfTheApplicationsPackagesAreFound() {
		this.contextRunner.withUserConfiguration(Application.class)
			.run((context) -> assertThat(context.getBean("elsewhere", Outside.class).upper("abc")).isEqualTo("ABC"));
		for (Class<?> importing : List.of(ImportsPackage.class, ImportsPackageOfClass.class, OutsideImports.class)) {
			this.contextRunner.withUserConfiguration(importing)
				.run((context) -> assertThat(context.getBean("elsewhere", Outside.class).upper("abc"))
					.isEqualTo("ABC"));
		}
		this.contextRunner.run((context) -> assertThat(context).doesNotHaveBean(Outside.class));
	}

	@ParameterizedTest
	@ValueSource(classes = { Misspelt.class, TwoParameters.class, TooManyNumbers.class, Unmade.class, Reactive.class,
			NoInput.class })
	void whatCannotWorkStopsTheStart(Class<?> client) {
		this.contextRunner.withBean(LazyInitializationBeanFactoryPostProcessor.class)
			.withInitializer((context) -> ClientBeans.register(client, (GenericApplicationContext) context))
			.run((context) -> {
				assertThat(context).hasFailed();
				assertThat(NestedExceptionUtils.getMostSpecificCause(context.getStartupFailure()))
					.isInstanceOfAny(InvalidClientException.class, UnsuitableTypeException.class);
				FailureAnalysis analysis = Analyses.of(context.getStartupFailure());
				assertThat(analysis.getDescription()).contains(client.getSimpleName());
				assertThat(analysis.getAction()).isNotEmpty();
			});
	}

	@Test
	void aFunctionThatDoesNotExistIsNamedWithThoseThatDo() {
		this.contextRunner
			.withInitializer((context) -> ClientBeans.register(Misspelt.class, (GenericApplicationContext) context))
			.run((context) -> assertThat(Analyses.of(context.getStartupFailure()).getDescription())
				.contains("there is no function 'uper'", "cat, echo, exit3"));
	}

	@Test
	@CompileWithForkedClassLoader
	void clientsAreMadeAheadOfTime() {
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		TestPropertyValues.of(LOCATIONS).applyTo(context);
		context.register(Processed.class);
		TestGenerationContext generation = new TestGenerationContext();
		String initializer = new ApplicationContextAotGenerator().processAheadOfTime(context, generation).toString();
		generation.writeGeneratedContent();
		assertThat(RuntimeHintsPredicates.proxies().forInterfaces(Shop.class)).accepts(generation.getRuntimeHints());
		assertThat(RuntimeHintsPredicates.reflection().onType(Order.class)).accepts(generation.getRuntimeHints());
		TestCompiler.forSystem().with(generation).compile((compiled) -> {
			try (GenericApplicationContext started = new GenericApplicationContext()) {
				TestPropertyValues.of(LOCATIONS).applyTo(started);
				compiled.getInstance(ApplicationContextInitializer.class, initializer).initialize(started);
				started.refresh();
				assertThat(started.getBean(Shop.class).order(ORDER)).isEqualTo(ORDER);
				assertThat(started.getBean(Outside.class).upper("abc")).isEqualTo("ABC");
				assertThat(started.getBean("typed")).isEqualTo(ORDER);
			}
		});
	}

	public record Order(String item, int quantity) {

	}

	interface Generic<T> {

		@WasmFunction("echo")
		T generic(T value);

	}

	@WasmClient
	interface Shop extends Generic<Order> {

		@WasmFunction("cat")
		Order order(Order order);

		String upper(String text);

		@WasmFunction("echo")
		List<Order> orders(List<Order> orders);

		default List<Order> twice(Order order) {
			return orders(List.of(order, order));
		}

		long numbersAdd64(long one, long other);

		@WasmFunction("numbers-half")
		double halved(float number);

		@WasmFunction("cat")
		Optional<Order> nothing(byte[] input);

		String hello();

		@WasmFunction("cat")
		void send(Order order);

		@WasmFunction("cat")
		Message<Order> message(Message<Order> order, @Header("b") String text, @Headers Map<String, Object> more);

		@WasmFunction("cat")
		CompletableFuture<Order> later(Order order);

		@WasmFunction("cat")
		CompletionStage<Order> stage(Order order);

		@WasmFunction("cat")
		Future<Order> future(Order order);

		@WasmFunction("exit3")
		CompletableFuture<String> failsLater(String input);

		@WasmFunction("exit3")
		String fails(String input);

		@WasmFunction("cat")
		int count(String text);

		static String constant() {
			return "constant";
		}

	}

	interface Prices {

		String priceOrder(String text);

	}

	interface Misspelt {

		String uper(String text);

	}

	interface TwoParameters {

		String upper(String text, String more);

	}

	interface TooManyNumbers {

		@WasmFunction("numbers-add64")
		long add(long one, long two, long three);

	}

	interface Unmade {

		@WasmFunction("cat")
		Runnable order(Order order);

	}

	interface Reactive {

		@WasmFunction("cat")
		Mono<Order> order(Order order);

	}

	interface NoInput {

		@WasmFunction("numbers-add64")
		long sum();

	}

	@Configuration(proxyBeanMethods = false)
	@ImportWasmClients(Shop.class)
	static class ImportsShop {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportWasmClients(basePackages = "dev.wasmspring.client.outside")
	static class ImportsPackage {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportWasmClients(basePackageClasses = Outside.class)
	static class ImportsPackageOfClass {

	}

	@Configuration(proxyBeanMethods = false)
	@AutoConfigurationPackage(basePackages = "dev.wasmspring.client.outside")
	static class Application {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportWasmClients(types = { Shop.class, Outside.class })
	@ImportAutoConfiguration({ ContextFunctionCatalogAutoConfiguration.class, WasmAutoConfiguration.class,
			WasmTypesAutoConfiguration.class, WasmClientAutoConfiguration.class })
	static class Processed {

		@Bean
		Order typed(
				@org.springframework.beans.factory.annotation.Qualifier("cat") java.util.function.Function<Order, Order> cat) {
			return cat.apply(ORDER);
		}

	}

}
