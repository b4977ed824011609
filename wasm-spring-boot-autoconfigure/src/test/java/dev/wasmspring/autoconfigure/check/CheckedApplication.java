package dev.wasmspring.autoconfigure.check;

import org.springframework.beans.factory.InitializingBean;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;

/**
 * An application that cannot start, since something that it needs is not there. Runs in a
 * process of its own.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
class CheckedApplication {

	public static void main(String[] arguments) {
		SpringApplication.run(CheckedApplication.class, arguments);
	}

	@Bean
	InitializingBean database() {
		return () -> {
			throw new IllegalStateException("there is no database");
		};
	}

}
