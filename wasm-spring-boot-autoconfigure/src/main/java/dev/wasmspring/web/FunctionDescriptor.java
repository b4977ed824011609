package dev.wasmspring.web;

import java.util.Locale;

import dev.wasmspring.function.FunctionDefinition;
import dev.wasmspring.sandbox.module.Module;
import org.jspecify.annotations.Nullable;

/**
 * A function as the endpoint lists it. Immutable; lives for one answer.
 *
 * @param name the last segment of its path
 * @param description what it does
 * @param kind {@code command}, {@code bytes}, {@code numeric} or {@code script}
 * @param consumes the content type that it takes, {@code null} for any
 * @param produces the content type that it answers with, {@code null} for that of the
 * request
 */
record FunctionDescriptor(String name, @Nullable String description, String kind, @Nullable String consumes,
		@Nullable String produces) {

	static FunctionDescriptor of(FunctionDefinition definition) {
		return new FunctionDescriptor(definition.name(), definition.settings().description(),
				definition.export().kind().name().toLowerCase(Locale.ROOT), definition.settings().consumes(),
				definition.produces());
	}

	/**
	 * The language of a script.
	 * @return {@code null} if the function is none
	 */
	static @Nullable String language(FunctionDefinition definition) {
		Module runtime = definition.module().runtime();
		return (runtime != null) ? runtime.name() : null;
	}

}
