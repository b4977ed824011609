package dev.wasmspring.test;

import dev.wasmspring.client.WasmClient;
import dev.wasmspring.client.WasmFunction;

@WasmClient
interface Greetings {

	@WasmFunction("greeting")
	Greeting greet(Person person);

	record Person(String name) {

	}

	record Greeting(String greeting, int length) {

	}

}
