package dev.wasmspring.sample;

import dev.wasmspring.sample.shop.Shop;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;

/**
 * Starts the application. Every module in {@code src/main/resources/wasm} is a bean and
 * an endpoint, {@code POST /functions/<name>}, without a line of code; the {@link Shop}
 * shows what an application does with them.
 */
@SpringBootConfiguration
@EnableAutoConfiguration
@Import(Shop.class)
public class SampleApplication {

	public static void main(String[] args) {
		SpringApplication.run(SampleApplication.class, args);
	}

}
