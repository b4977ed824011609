package dev.wasmspring.howto;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

import dev.wasmspring.client.ImportWasmClients;
import dev.wasmspring.client.WasmClient;
import dev.wasmspring.client.WasmFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.stereotype.Service;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs the samples of the page on clients.
 */
class ClientsGuideTests {

	private static final Guide GUIDE = Guide.of("clients.md");

	@Test
	void everySampleIsRun() {
		assertThat(GUIDE.samples("java")).hasSize(4);
		assertThat(GUIDE.notIn(ClientsGuideTests.class)).isEmpty();
	}

	@Test
	void samplesWork(@TempDir Path directory) throws IOException {
		Files.writeString(directory.resolve("discount.js"), Guide.of("types.md").samples("javascript").get(0));
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
			.web(WebApplicationType.NONE)
			.run("--wasm.locations=classpath:/fixtures/add.wasm," + directory.toUri() + "*.js",
					"--spring.main.banner-mode=off")) {
			assertThat(context.getBean(Shop.class).total(new Order("desk", 3))).isEqualTo(27);
			Calculator calculator = context.getBean(Calculator.class);
			assertThat(calculator.add(40, 2)).isEqualTo(42);
			assertThat(calculator.addLater(40, 2).join()).isEqualTo(42);
			assertThat(calculator.twice(21)).isEqualTo(42);
		}
	}

	record Order(String item, int quantity) {

	}

	record PricedOrder(String item, int total) {

	}

	@WasmClient
	interface Pricing {

		@WasmFunction("discount")
		PricedOrder discount(Order order);

	}

	@WasmClient
	interface Calculator {

		@WasmFunction("add")
		int add(int one, int other);

		@WasmFunction("add")
		CompletableFuture<Integer> addLater(int one, int other);

		default int twice(int number) {
			return add(number, number);
		}

	}

	@Service
	static class Shop {

		private final Pricing pricing;

		Shop(Pricing pricing) {
			this.pricing = pricing;
		}

		int total(Order order) {
			return this.pricing.discount(order).total();
		}

	}

	@Configuration
	@ImportWasmClients(types = Pricing.class)
	static class PricingConfiguration {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@AutoConfigurationPackage(basePackages = "none")
	@ImportWasmClients(Calculator.class)
	@Import({ Shop.class, PricingConfiguration.class })
	static class Application {

	}

}
