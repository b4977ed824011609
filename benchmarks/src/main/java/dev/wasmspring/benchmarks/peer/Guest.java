package dev.wasmspring.benchmarks.peer;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * The functions that are run: commands of WASI preview 1, with the input that all get and
 * the answer that all must give.
 */
public enum Guest {

	/**
	 * A function that does nothing.
	 */
	EMPTY("Empty", "", ""),

	/**
	 * JSON in, JSON out, in Rust with serde: a function as one writes it.
	 */
	ORDER("Rust, JSON", """
			{"customer":"Ada","lines":[{"sku":"A-100","quantity":12,"unitPriceCents":1999},\
			{"sku":"B-200","quantity":1,"unitPriceCents":24900},\
			{"sku":"C-300","quantity":3,"unitPriceCents":1250}]}""", """
			{"customer":"Ada","lines":[{"sku":"A-100","quantity":12,"unitPriceCents":1999},\
			{"sku":"B-200","quantity":1,"unitPriceCents":24900},\
			{"sku":"C-300","quantity":3,"unitPriceCents":1250}],"pieces":16,"totalCents":52638}"""),

	/**
	 * The least that a program in Rust can do between an input and an output, without a
	 * library.
	 */
	GREETING("Rust, smallest", "{\"name\":\"Ada\"}", "{\"greeting\":\"Hello, Ada\"}"),

	/**
	 * 16 MiB of memory, three granules of it written.
	 */
	WIDE("16 MiB of memory", "", "mebibyte 05"),

	/**
	 * A table of 10,000 elements, one of them used.
	 */
	TABLE("Table of 10,000", "", "element 9"),

	/**
	 * Milliseconds of work for the processor.
	 */
	COMPUTE("Compute-bound", "", "cd2283db5ec7fef8\n");

	private final String label;

	private final byte[] input;

	private final byte[] answer;

	Guest(String label, String input, String answer) {
		this.label = label;
		this.input = input.getBytes(StandardCharsets.UTF_8);
		this.answer = answer.getBytes(StandardCharsets.UTF_8);
	}

	public String label() {
		return this.label;
	}

	public byte[] input() {
		return this.input;
	}

	public byte[] answer() {
		return this.answer;
	}

	public String moduleName() {
		return name().toLowerCase(java.util.Locale.ROOT);
	}

	public byte[] bytes() {
		return read(moduleName());
	}

	/**
	 * The module of the given name among the resources.
	 */
	static byte[] read(String module) {
		try (InputStream resource = Guest.class.getResourceAsStream("/guests/" + module + ".wasm")) {
			if (resource == null) {
				throw new IllegalArgumentException("There is no module " + module);
			}
			return resource.readAllBytes();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
