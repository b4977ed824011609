package dev.wasmspring.sandbox.limit;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class OutcomeTests {

	@Test
	void theWordsAreThoseThatAreWrittenEverywhere() {
		assertThat(Outcome.values()).extracting(Outcome::toString)
			.containsExactlyInAnyOrder("success", "unknown-function", "invalid-input", "input-limit", "rejected",
					"error", "trap", "exit", "bad-output", "timeout");
	}

}
