package dev.wasmspring.ai;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * Where in a model's code something went wrong. Immutable; lives for a call.
 *
 * @param line from 1
 * @param column from 1, or 0 if it is not known
 * @param source the line itself
 * @param function the function in which it was, {@code null} if it was in none
 */
record CodePlace(int line, int column, String source, @Nullable String function) {

	void write(JsonGenerator generator) {
		generator.writeNumberProperty("line", this.line);
		if (this.column > 0) {
			generator.writeNumberProperty("column", this.column);
		}
		if (!this.source.isEmpty()) {
			generator.writeStringProperty("source", this.source);
		}
		if (this.function != null) {
			generator.writeStringProperty("function", this.function);
		}
	}

}
