package dev.wasmspring.benchmarks.script;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

import tools.jackson.databind.json.JsonMapper;

/**
 * What is measured in every language: a handler that does next to nothing, and one that
 * does what people write scripts for. A closed set, shared by all threads.
 */
enum Script {

	/**
	 * Greets somebody.
	 */
	TRIVIAL("{\"name\":\"Ada\"}", "{\"greeting\":\"Hello, Ada\"}"),

	/**
	 * Prices an order of 20 lines.
	 */
	ORDER(read("order.json"), read("answer.json"));

	private final String input;

	private final String answer;

	Script(String input, String answer) {
		this.input = input;
		this.answer = answer;
	}

	private static String read(String file) {
		try (InputStream stream = Script.class.getResourceAsStream("/scripts/" + file)) {
			return new String(Objects.requireNonNull(stream, file).readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	String label() {
		return name().toLowerCase(java.util.Locale.ROOT);
	}

	String source(String extension) {
		return read(label() + "." + extension);
	}

	String input() {
		return this.input;
	}

	/**
	 * Whoever answers something else is not measured.
	 */
	void requireAnswer(String given) {
		JsonMapper json = JsonMapper.shared();
		if (!json.readTree(given).equals(json.readTree(this.answer))) {
			throw new IllegalStateException("Answered " + given + " instead of " + this.answer);
		}
	}

}
