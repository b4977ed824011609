package dev.wasmspring.sample;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * Starts the application. Every module in {@code src/main/resources/wasm} is already a
 * bean and an endpoint, {@code POST /functions/<name>}; the classes beside this one show
 * how an application uses them itself.
 */
@SpringBootApplication
public class SampleApplication {

	public static void main(String[] args) {
		SpringApplication.run(SampleApplication.class, args);
	}

}
