package dev.wasmspring.autoconfigure.types;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import dev.wasmspring.TestModules;
import dev.wasmspring.autoconfigure.WasmAutoConfiguration;
import dev.wasmspring.autoconfigure.diagnostics.Analyses;
import dev.wasmspring.autoconfigure.messaging.WasmMessageConverterAutoConfiguration;
import dev.wasmspring.conversion.UnsuitableTypeException;
import dev.wasmspring.function.WasmFunction;
import dev.wasmspring.function.WasmFunctionException;
import dev.wasmspring.sandbox.limit.Outcome;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.UnsatisfiedDependencyException;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.beans.factory.config.DependencyDescriptor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cloud.function.context.FunctionCatalog;
import org.springframework.cloud.function.context.config.ContextFunctionCatalogAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.core.MethodParameter;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.support.MessageBuilder;
import org.springframework.util.ConcurrentLruCache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Functions that are injected with the types of the application.
 */
class TypedInjectionTests {

	private static final Order ORDER = new Order("desk", 3, LocalDate.of(2026, 1, 31));

	@TempDir
	static Path scripts;

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(ContextFunctionCatalogAutoConfiguration.class, WasmAutoConfiguration.class,
						WasmTypesAutoConfiguration.class, WasmMessageConverterAutoConfiguration.class))
		.withPropertyValues(
				TestModules.locations("cat", "echo", "upper", "numbers", "hello") + "," + scripts.toUri() + "*.js",
				"wasm.compilation.cache-directory=" + scripts.resolve("cache"));

	@BeforeAll
	static void writeScripts() throws IOException {
		Files.writeString(scripts.resolve("discount.js"), """
				export function handle(order, headers) {
				  if (order === null) return null;
				  if (order.item === "text") return "desk for you";
				  if (order.item === "wrong") return { item: 1, total: "much" };
				  return { item: order.item, total: order.quantity * 9, customer: headers.customer };
				}
				""");
	}

	@Test
	void everyWayOfInjectionGetsTheDeclaredTypes() {
		this.contextRunner.withUserConfiguration(Everywhere.class).run((context) -> {
			assertThat(context).hasNotFailed();
			PricedOrder expected = new PricedOrder("desk", 27, null);
			Everywhere everywhere = context.getBean(Everywhere.class);
			assertThat(everywhere.field.apply(ORDER)).isEqualTo(expected);
			assertThat(everywhere.setter.apply(ORDER)).isEqualTo(expected);
			assertThat(everywhere.lazy.apply(ORDER)).isEqualTo(expected);
			assertThat(everywhere.optional.orElseThrow().apply(ORDER)).isEqualTo(expected);
			assertThat(everywhere.provider.getObject().apply(ORDER)).isEqualTo(expected);
			assertThat(everywhere.provider.getIfUnique().apply(ORDER)).isEqualTo(expected);
			assertThat(everywhere.provider.stream().toList()).singleElement()
				.satisfies((function) -> assertThat(function.apply(ORDER)).isEqualTo(expected));
			assertThat(everywhere.wildcards.apply(ORDER)).isEqualTo(expected);
			assertThat(context.getBean(OfConstructor.class).discount.apply(ORDER)).isEqualTo(expected);
			assertThat(context.getBean(OfRecord.class).discount().apply(ORDER)).isEqualTo(expected);
			assertThat(context.getBean(OfSuperclass.class).function.apply(ORDER)).isEqualTo(expected);
			assertThat(context.getBean(OfSuperclass.class).list.apply(List.of(ORDER))).isEqualTo(List.of(ORDER));
			assertThat(context.getBean(OfPrototype.class).discount.apply(ORDER)).isEqualTo(expected);
			assertThat(context.getBean(OfPrototype.class).discount.apply(ORDER)).isEqualTo(expected);
			assertThat(context.getBean("price", String.class)).isEqualTo(expected.toString());
			assertThat(context.getBeanFactory().getDependentBeans("discount")).contains("ofRecord");
		});
	}

	@Test
	void functionsAreInjectedAsAllThatFit() {
		this.contextRunner.withUserConfiguration(Collections.class).run((context) -> {
			Collections all = context.getBean(Collections.class);
			// Those that take numbers fit no order
			assertThat(all.map).containsOnlyKeys("cat", "echo", "upper", "hello", "discount");
			assertThat(all.map.get("cat").apply(ORDER)).isEqualTo(ORDER);
			assertThat(all.list).hasSize(5)
				.allSatisfy((function) -> assertThat(function).isNotInstanceOf(WasmFunction.class));
			assertThat(all.array).hasSize(5);
			assertThat(all.set).hasSize(5);
			assertThat(all.text).containsKeys("numbers-pair", "discount", "cat");
			assertThat(all.text.get("upper").apply("abc")).isEqualTo("ABC");
		});
	}

	/**
	 * With one function alone, whoever asks for any would be given that one: Boot's
	 * auto-configuration of Kafka asks for one that names threads.
	 */
	@Test
	void whatSpringItselfAsksForIsNoFunctionOfAModule() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(WasmAutoConfiguration.class, WasmTypesAutoConfiguration.class))
			.withPropertyValues(TestModules.locations("add"))
			.run((context) -> {
				MethodParameter ofSpring = new MethodParameter(
						ConcurrentLruCache.class.getConstructor(int.class, Function.class), 1);
				assertThat(context.getAutowireCapableBeanFactory()
					.resolveDependency(new DependencyDescriptor(ofSpring, false), "spring")).isNull();
				MethodParameter ofApplication = new MethodParameter(
						OfOneFunction.class.getDeclaredConstructor(Function.class), 0);
				assertThat(context.getAutowireCapableBeanFactory()
					.resolveDependency(new DependencyDescriptor(ofApplication, false), "application")).isNotNull();
			});
	}

	@Test
	void kindsOfTypes() {
		this.contextRunner.withUserConfiguration(Kinds.class).run((context) -> {
			assertThat(context).hasNotFailed();
			Kinds kinds = context.getBean(Kinds.class);
			JsonNode node = kinds.mapToNode.apply(Map.of("item", "desk", "quantity", 2));
			assertThat(node.path("total").intValue()).isEqualTo(18);
			assertThat(kinds.orderToText.apply(ORDER)).startsWith("{").contains("\"due\":\"2026-01-31\"");
			assertThat(kinds.orderToBytes.apply(ORDER))
				.isEqualTo(kinds.orderToText.apply(ORDER).getBytes(StandardCharsets.UTF_8));
			assertThat(kinds.textToOrder.apply("{\"item\":\"a\",\"quantity\":1}")).isEqualTo(new Order("a", 1, null));
			assertThat(kinds.bytesToText.apply("ä".getBytes(StandardCharsets.UTF_8))).isEqualTo("ä");
			assertThat(kinds.orderToObject.apply(ORDER)).isEqualTo(Map.of("item", "desk", "total", 27));
			assertThat(kinds.orders.apply(List.of(ORDER, ORDER))).containsExactly(ORDER, ORDER);
			assertThat(kinds.operator.apply(ORDER)).isEqualTo(ORDER);
			assertThat(kinds.numbers.apply(List.of(2L, 40L))).isEqualTo(42L);
			assertThat(kinds.pair.apply(new int[] { 1, 2 })).containsExactly(2, 1);
			assertThat(kinds.half.apply(3.0)).isEqualTo(1.5);
			assertThat(kinds.greeting.get())
				.isEqualTo(new String((byte[]) kinds.hello.apply(new byte[0]), StandardCharsets.UTF_8));
			assertThat(kinds.none.get()).isEqualTo(List.of());
			kinds.consumer.accept(ORDER);
			assertThat(kinds.counted.statistics().calls(Outcome.SUCCESS)).isEqualTo(1);
		});
	}

	@Test
	void whatIsNoFunctionIsInjectedByItsNameUnlessABeanOfTheApplicationFits() {
		this.contextRunner.withUserConfiguration(ByName.class).run((context) -> {
			ByName byName = context.getBean(ByName.class);
			assertThat(byName.hello.get()).isEqualTo("Hello\n");
			assertThat(byName.echo.apply(ORDER)).isEqualTo(ORDER);
			byName.cat.accept(ORDER);
			assertThat(context.getBean("cat", WasmFunction.class).statistics().calls(Outcome.SUCCESS)).isEqualTo(1);
		});
		this.contextRunner.withUserConfiguration(ByName.class)
			.withBean("own", Supplier.class, () -> () -> "the application's")
			.run((context) -> assertThat(context.getBean(ByName.class).hello.get()).isEqualTo("the application's"));
	}

	@Test
	void bytesAndTextAreTheBeanItself() {
		this.contextRunner.withUserConfiguration(Kinds.class).run((context) -> {
			Kinds kinds = context.getBean(Kinds.class);
			Object bean = context.getBean("cat");
			assertThat(kinds.bytes).isSameAs(bean);
			assertThat(kinds.text).isSameAs(bean);
			assertThat(kinds.messages).isSameAs(bean);
			assertThat(kinds.raw).isSameAs(bean);
			assertThat(kinds.anything).isSameAs(bean);
			assertThat(kinds.counted).isSameAs(bean);
		});
	}

	@Test
	void messagesKeepTheirHeaders() {
		this.contextRunner.withUserConfiguration(Messages.class).run((context) -> {
			Messages messages = context.getBean(Messages.class);
			Message<Order> order = MessageBuilder.withPayload(ORDER).setHeader("customer", "ann").build();
			Message<PricedOrder> priced = messages.both.apply(order);
			assertThat(priced.getPayload()).isEqualTo(new PricedOrder("desk", 27, "ann"));
			assertThat(priced.getHeaders()).containsEntry("customer", "ann");
			assertThat(messages.in.apply(order)).isEqualTo(new PricedOrder("desk", 27, "ann"));
			assertThat(messages.out.apply(ORDER).getPayload()).isEqualTo(new PricedOrder("desk", 27, null));
			Message<Order> text = MessageBuilder.fromMessage(order)
				.setHeader(MessageHeaders.CONTENT_TYPE, "text/plain")
				.build();
			assertThat(messages.both.apply(text).getPayload()).isEqualTo(new PricedOrder("desk", 27, "ann"));
			assertThat(messages.binary.apply(order).getPayload()).isNotEmpty();
		});
	}

	@Test
	void theMapperIsTheApplications() {
		this.contextRunner.withUserConfiguration(Kinds.class)
			.withBean("mapper", JsonMapper.class,
					() -> JsonMapper.builder()
						.propertyNamingStrategy(PropertyNamingStrategies.UPPER_CAMEL_CASE)
						.build())
			.run((context) -> assertThat(context.getBean(Kinds.class).orderToText.apply(ORDER)).contains("\"Item\""));
	}

	@Test
	void nothingIsNullAndNullIsNothing() {
		this.contextRunner.withUserConfiguration(Everywhere.class)
			.run((context) -> assertThat(context.getBean(Everywhere.class).field.apply(null)).isNull());
	}

	@Test
	void outputOfAnotherTypeIsABadOutput() {
		this.contextRunner.withUserConfiguration(Everywhere.class).run((context) -> {
			Everywhere everywhere = context.getBean(Everywhere.class);
			assertThatExceptionOfType(WasmFunctionException.class)
				.isThrownBy(() -> everywhere.field.apply(new Order("wrong", 1, null)))
				.satisfies((ex) -> {
					assertThat(ex.outcome()).isEqualTo(Outcome.BAD_OUTPUT);
					assertThat(ex.detail()).isEqualTo("The output is not the JSON that its caller reads, at 'total'.");
					assertThat(ex.getCause()).hasMessageContaining("much");
				});
			assertThatExceptionOfType(WasmFunctionException.class)
				.isThrownBy(() -> everywhere.field.apply(new Order("text", 1, null)))
				.satisfies((ex) -> assertThat(ex.outcome()).isEqualTo(Outcome.BAD_OUTPUT));
			assertThatExceptionOfType(WasmFunctionException.class).isThrownBy(() -> everywhere.hello.apply(ORDER))
				.satisfies(
						(ex) -> assertThat(ex.detail()).isEqualTo("The output is not the JSON that its caller reads."));
		});
	}

	@Test
	void anInputThatCannotBeWrittenIsAnInvalidInput() {
		this.contextRunner.withUserConfiguration(Unwritable.class)
			.run((context) -> assertThatExceptionOfType(WasmFunctionException.class)
				.isThrownBy(() -> context.getBean(Unwritable.class).discount.apply(new Broken()))
				.satisfies((ex) -> {
					assertThat(ex.outcome()).isEqualTo(Outcome.INVALID_INPUT);
					assertThat(ex.detail()).isEqualTo("The input cannot be written as JSON.");
					assertThat(ex.getCause()).hasMessageContaining("broken");
				}));
	}

	@Test
	void textOfAScriptIsAValue() {
		this.contextRunner.withUserConfiguration(Kinds.class).run((context) -> {
			assertThat(context.getBean(Kinds.class).mapToNode.apply(Map.of("item", "text")).stringValue())
				.isEqualTo("desk for you");
			assertThat(context.getBean(Kinds.class).orderToObject.apply(new Order("text", 1, null)))
				.isEqualTo("desk for you");
		});
	}

	@ParameterizedTest
	@ValueSource(classes = { AbstractOutput.class, NestedAbstractOutput.class, NoConstructor.class,
			OrderForNumbers.class, OneNumberForTwo.class, NothingForNumbers.class, MapOfNumber.class,
			ListOfNumber.class, Reactive.class, Stream.class, OfFutures.class, ProducesImage.class, ConsumesText.class,
			NoneFits.class })
	void typesThatCannotWorkStopTheStart(Class<?> configuration) {
		this.contextRunner
			.withPropertyValues(TestModules.locations("cat", "echo", "upper", "numbers"),
					"wasm.functions.upper.produces=image/png", "wasm.functions.echo.consumes=text/plain")
			.withUserConfiguration(configuration)
			.run((context) -> {
				assertThat(context).hasFailed();
				UnsuitableTypeException cause = (UnsuitableTypeException) org.springframework.core.NestedExceptionUtils
					.getMostSpecificCause(context.getStartupFailure());
				assertThat(context.getStartupFailure()).isInstanceOf(UnsatisfiedDependencyException.class);
				FailureAnalysis analysis = Analyses.of(context.getStartupFailure());
				assertThat(analysis.getDescription()).contains("'" + cause.function() + "'", cause.type(),
						cause.reason(), configuration.getSimpleName());
				assertThat(analysis.getAction()).isNotEmpty();
			});
	}

	@Test
	void typedBeansAreComposedWithFunctions() {
		this.contextRunner.withUserConfiguration(Composed.class).run((context) -> {
			FunctionCatalog catalog = context.getBean(FunctionCatalog.class);
			Function<Object, Object> composed = catalog.lookup("parse|discount|store");
			assertThat(composed.apply("desk;3")).isEqualTo("stored desk for 27");
			for (String contentType : List.of("text/plain", "application/json")) {
				Message<byte[]> message = MessageBuilder.withPayload("desk;3".getBytes(StandardCharsets.UTF_8))
					.setHeader(MessageHeaders.CONTENT_TYPE, contentType)
					.build();
				Object stored = composed.apply(message);
				assertThat((stored instanceof Message<?> answer) ? answer.getPayload() : stored).as(contentType)
					.isEqualTo("stored desk for 27");
			}
			Consumer<Object> kept = catalog.lookup(Consumer.class, "parse|discount|keep");
			kept.accept("desk;2");
			assertThat(context.getBean(Composed.class).kept).containsExactly(new PricedOrder("desk", 18, null));
			Supplier<Object> supplied = catalog.lookup(Supplier.class, "supply|discount|store");
			assertThat(supplied.get()).isEqualTo("stored chair for 9");
			Function<Order, Object> alone = catalog.lookup("discount");
			assertThat(alone.apply(ORDER)).isEqualTo("{\"item\":\"desk\",\"total\":27}");
			Supplier<Object> hello = catalog.lookup(Supplier.class, "hello");
			assertThat(hello.get()).asString().isNotEmpty();
			Function<Message<byte[]>, Message<byte[]>> json = catalog.lookup("discount|store", "application/json");
			assertThat(json.apply(MessageBuilder.withPayload("{\"item\":\"desk\",\"quantity\":1}".getBytes()).build())
				.getPayload()).isEqualTo("\"stored desk for 9\"".getBytes());
		});
	}

	@Test
	void functionsAboveAreInjectedBelow() {
		this.contextRunner
			.run((parent) -> new ApplicationContextRunner().withParent(parent)
				.withConfiguration(AutoConfigurations.of(WasmAutoConfiguration.class, WasmTypesAutoConfiguration.class))
				.withPropertyValues(TestModules.locations("cat", "echo", "upper", "numbers", "hello") + ","
						+ scripts.toUri() + "*.js", "wasm.compilation.cache-directory=" + scripts.resolve("cache"))
				.withUserConfiguration(Everywhere.class)
				.run((child) -> assertThat(child.getBean(Everywhere.class).field.apply(ORDER))
					.isEqualTo(new PricedOrder("desk", 27, null))));
	}

	static class Broken {

		public String getItem() {
			throw new IllegalStateException("broken");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Unwritable {

		@Autowired
		@Qualifier("discount")
		Function<Broken, Object> discount;

	}

	record Order(String item, int quantity, LocalDate due) {

	}

	record PricedOrder(String item, int total, String customer) {

	}

	interface Shape {

	}

	record Drawing(List<Shape> shapes) {

	}

	static final class Closed {

		private Closed(Order order) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Everywhere {

		@Autowired
		@Qualifier("discount")
		Function<Order, PricedOrder> field;

		Function<Order, PricedOrder> setter;

		@Autowired
		@Lazy
		@Qualifier("discount")
		Function<Order, PricedOrder> lazy;

		@Autowired
		@Qualifier("discount")
		Optional<Function<Order, PricedOrder>> optional;

		@Autowired
		@Qualifier("discount")
		ObjectProvider<Function<Order, PricedOrder>> provider;

		@Autowired
		@Qualifier("discount")
		Function<? super Order, ? extends PricedOrder> wildcards;

		@Autowired
		Function<Order, Order> hello;

		@Autowired
		void set(@Qualifier("discount") Function<Order, PricedOrder> discount) {
			this.setter = discount;
		}

		@Bean
		String price(@Qualifier("discount") Function<Order, PricedOrder> discount) {
			return String.valueOf(discount.apply(ORDER));
		}

		@Bean
		OfConstructor ofConstructor(@Qualifier("discount") Function<Order, PricedOrder> discount) {
			return new OfConstructor(discount);
		}

		@Bean
		OfRecord ofRecord(@Qualifier("discount") Function<Order, PricedOrder> discount) {
			return new OfRecord(discount);
		}

		@Bean
		OfSuperclass ofSuperclass() {
			return new OfSuperclass();
		}

		@Bean
		@Scope(ConfigurableBeanFactory.SCOPE_PROTOTYPE)
		OfPrototype ofPrototype() {
			return new OfPrototype();
		}

	}

	static class OfConstructor {

		final Function<Order, PricedOrder> discount;

		OfConstructor(Function<Order, PricedOrder> discount) {
			this.discount = discount;
		}

	}

	record OfRecord(Function<Order, PricedOrder> discount) {

	}

	static class OfPrototype {

		@Autowired
		@Qualifier("discount")
		Function<Order, PricedOrder> discount;

	}

	abstract static class Generic<I, O> {

		@Autowired
		@Qualifier("discount")
		Function<I, O> function;

		@Autowired
		@Qualifier("cat")
		Function<List<I>, List<I>> list;

	}

	static class OfSuperclass extends Generic<Order, PricedOrder> {

	}

	@Configuration(proxyBeanMethods = false)
	static class Collections {

		@Autowired
		Map<String, Function<Order, Order>> map;

		@Autowired
		List<Function<Order, Order>> list;

		@Autowired
		Set<Function<Order, Order>> set;

		@Autowired
		Function<Order, Order>[] array;

		@Autowired
		Map<String, Function<String, String>> text;

	}

	@Configuration(proxyBeanMethods = false)
	static class Kinds {

		@Autowired
		@Qualifier("discount")
		Function<Map<String, Object>, JsonNode> mapToNode;

		@Autowired
		@Qualifier("echo")
		Function<Order, String> orderToText;

		@Autowired
		@Qualifier("echo")
		Function<Order, byte[]> orderToBytes;

		@Autowired
		@Qualifier("echo")
		Function<String, Order> textToOrder;

		@Autowired
		@Qualifier("echo")
		Function<byte[], String> bytesToText;

		@Autowired
		@Qualifier("discount")
		Function<Order, Object> orderToObject;

		@Autowired
		@Qualifier("echo")
		Function<List<Order>, List<Order>> orders;

		@Autowired
		@Qualifier("echo")
		UnaryOperator<Order> operator;

		@Autowired
		@Qualifier("numbers-add64")
		Function<List<Long>, Long> numbers;

		@Autowired
		@Qualifier("numbers-pair")
		Function<int[], int[]> pair;

		@Autowired
		@Qualifier("numbers-half")
		Function<Double, Double> half;

		@Autowired
		@Qualifier("hello")
		Supplier<String> greeting;

		@Autowired
		@Qualifier("hello")
		Function<Object, Object> hello;

		@Autowired
		@Qualifier("numbers-none")
		Supplier<Object> none;

		@Autowired
		@Qualifier("cat")
		Consumer<Order> consumer;

		@Autowired
		@Qualifier("cat")
		WasmFunction counted;

		@Autowired
		@Qualifier("cat")
		Function<byte[], byte[]> bytes;

		@Autowired
		@Qualifier("cat")
		Function<String, String> text;

		@Autowired
		@Qualifier("cat")
		Function<Message<byte[]>, Message<byte[]>> messages;

		@Autowired
		@Qualifier("cat")
		@SuppressWarnings("rawtypes")
		Function raw;

		@Autowired
		@Qualifier("cat")
		Function<?, ?> anything;

	}

	@Configuration(proxyBeanMethods = false)
	static class ByName {

		@Autowired
		Supplier<String> hello;

		@Autowired
		UnaryOperator<Order> echo;

		@Autowired
		Consumer<Order> cat;

	}

	@Configuration(proxyBeanMethods = false)
	static class Messages {

		@Autowired
		@Qualifier("discount")
		Function<Message<Order>, Message<PricedOrder>> both;

		@Autowired
		@Qualifier("discount")
		Function<Message<Order>, PricedOrder> in;

		@Autowired
		@Qualifier("discount")
		Function<Order, Message<PricedOrder>> out;

		@Autowired
		@Qualifier("discount")
		Function<Message<Order>, Message<byte[]>> binary;

	}

	@Configuration(proxyBeanMethods = false)
	static class Composed {

		final List<PricedOrder> kept = new ArrayList<>();

		@Bean
		Function<String, Order> parse() {
			return (text) -> new Order(text.split(";")[0], Integer.parseInt(text.split(";")[1]), null);
		}

		@Bean
		Supplier<Order> supply() {
			return () -> new Order("chair", 1, null);
		}

		@Bean
		Function<PricedOrder, String> store() {
			return (order) -> "stored " + order.item() + " for " + order.total();
		}

		@Bean
		Consumer<PricedOrder> keep() {
			return this.kept::add;
		}

	}

	record AbstractOutput(@Qualifier("cat") Function<Order, Shape> function) {

	}

	record NestedAbstractOutput(@Qualifier("cat") Function<Order, Drawing> function) {

	}

	record NoConstructor(@Qualifier("cat") Function<Order, Closed> function) {

	}

	record OrderForNumbers(@Qualifier("numbers-pair") Function<Order, List<Integer>> function) {

	}

	record OneNumberForTwo(@Qualifier("numbers-pair") Function<Integer, List<Integer>> function) {

	}

	record NothingForNumbers(@Qualifier("numbers-pair") Supplier<List<Integer>> function) {

	}

	record MapOfNumber(@Qualifier("numbers-half") Function<Double, Map<String, Object>> function) {

	}

	record ListOfNumber(@Qualifier("numbers-half") Function<Double, PricedOrder> function) {

	}

	record Reactive(@Qualifier("cat") Function<Flux<Order>, Flux<Order>> function) {

	}

	record Stream(@Qualifier("cat") Consumer<InputStream> function) {

	}

	record OfFutures(@Qualifier("cat") Function<Order, java.util.concurrent.CompletableFuture<Order>> function) {

	}

	record ProducesImage(@Qualifier("upper") Function<String, Order> function) {

	}

	record ConsumesText(@Qualifier("echo") Function<Order, String> function) {

	}

	record NoneFits(List<Function<Order, Shape>> functions) {

	}

	record OfOneFunction(Function<Object, Object> function) {

	}

}
