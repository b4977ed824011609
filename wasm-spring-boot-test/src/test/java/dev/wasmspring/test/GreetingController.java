package dev.wasmspring.test;

import java.util.function.Function;

import dev.wasmspring.test.Greetings.Greeting;
import dev.wasmspring.test.Greetings.Person;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

@RestController
class GreetingController {

	private final Function<Person, Greeting> function;

	private final Greetings client;

	GreetingController(@Qualifier("greeting") Function<Person, Greeting> function, Greetings client) {
		this.function = function;
		this.client = client;
	}

	@GetMapping("/function/{name}")
	String function(@PathVariable String name) {
		return this.function.apply(new Person(name)).greeting();
	}

	@GetMapping("/client/{name}")
	String client(@PathVariable String name) {
		return this.client.greet(new Person(name)).greeting();
	}

}
