package dev.wasmspring.howto;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.function.Supplier;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.cloud.function.context.FunctionCatalog;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.stereotype.Service;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs the samples of the pages on types and on clients in applications of their own.
 */
class TypesGuideTests {

	private static final Guide GUIDE = Guide.of("types.md");

	@Test
	void everySampleIsRun() {
		assertThat(GUIDE.samples("java")).hasSizeGreaterThan(5);
		assertThat(GUIDE.notIn(TypesGuideTests.class)).isEmpty();
	}

	@Test
	void samplesWork(@TempDir Path directory) throws IOException {
		Files.writeString(directory.resolve("discount.js"), GUIDE.samples("javascript").get(0));
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
			.web(WebApplicationType.NONE)
			.run("--wasm.locations=classpath:/fixtures/hello.wasm," + directory.toUri() + "*.js",
					"--spring.main.banner-mode=off")) {
			assertThat(context.getBean(Checkout.class).price(new Order("desk", 3)))
				.isEqualTo(new PricedOrder("desk", 27));
			assertThat(context.getBean("motd")).isEqualTo("Hello\n");
			FunctionCatalog catalog = context.getBean(FunctionCatalog.class);
			Function<String, String> all = catalog.lookup("parse|discount|store");
			assertThat(all.apply("desk;2")).isEqualTo("stored desk for 18");
		}
	}

	record Order(String item, int quantity) {

	}

	record PricedOrder(String item, int total) {

	}

	@Service
	static class Checkout {

		private final Function<Order, PricedOrder> discount;

		Checkout(@Qualifier("discount") Function<Order, PricedOrder> discount) {
			this.discount = discount;
		}

		PricedOrder price(Order order) {
			return this.discount.apply(order);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@AutoConfigurationPackage(basePackages = "none")
	@Import(Checkout.class)
	static class Application {

		@Bean
		String motd(@Qualifier("hello") Supplier<String> hello) {
			return hello.get();
		}

		@Bean
		Function<String, Order> parse() {
			return (line) -> new Order(line.split(";")[0], Integer.parseInt(line.split(";")[1]));
		}

		@Bean
		Function<PricedOrder, String> store() {
			return (order) -> "stored " + order.item() + " for " + order.total();
		}

	}

}
