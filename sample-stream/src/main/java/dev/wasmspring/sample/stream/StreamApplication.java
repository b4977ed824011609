package dev.wasmspring.sample.stream;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;

/**
 * Starts the application. What it does with which messages is in
 * {@code application.properties}, and nothing of it is code: orders are priced and
 * written as invoices, and their points are counted.
 */
@SpringBootConfiguration
@EnableAutoConfiguration
@Import(Customers.class)
public class StreamApplication {

	public static void main(String[] args) {
		application().run(args);
	}

	static SpringApplication application() {
		SpringApplication application = new SpringApplication(StreamApplication.class);
		application.addListeners(new EmbeddedBroker());
		return application;
	}

}
