package dev.wasmspring.ai;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A model has called a tool of ours, or code that it wrote has. Published as an event of
 * the application when the call has ended, on the thread that called; immutable.
 *
 * @param tool the function's name, or {@code run_code}
 * @param conversation in which conversation, {@code null} if nobody said
 * @param user on whose behalf as Spring Security knows it, {@code null} if there is none
 * @param digest the SHA-256 of the code that ran, or of the code that called the
 * function; {@code null} if there was none
 * @param language the language of that code
 * @param outcome how it ended: a word as in problem documents, or {@code not-compiled}
 * @param duration how long it took
 * @param memory the linear memory that the code held in the end, in bytes; 0 if none ran
 * @param code the code itself, where {@code wasm.ai.audit.include-code} is set
 */
public record WasmToolEvent(String tool, @Nullable String conversation, @Nullable String user, @Nullable String digest,
		@Nullable String language, String outcome, Duration duration, long memory, @Nullable String code) {

	/**
	 * What there is to tell, by names.
	 * @return only what is known
	 */
	public Map<String, Object> details() {
		Map<String, Object> details = new LinkedHashMap<>();
		details.put("tool", this.tool);
		put(details, "conversation", this.conversation);
		put(details, "digest", this.digest);
		put(details, "language", this.language);
		details.put("outcome", this.outcome);
		details.put("millis", this.duration.toNanos() / 1e6);
		if (this.memory > 0) {
			details.put("memory", this.memory);
		}
		put(details, "code", this.code);
		return details;
	}

	private static void put(Map<String, Object> details, String name, @Nullable Object value) {
		if (value != null) {
			details.put(name, value);
		}
	}

}
