package dev.wasmspring.sandbox.chicory;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class DifferencesTests {

	private final Differences differences = new Differences();

	@Test
	void anEngineThatIsKnownIsNotSpokenOf(CapturedOutput output) {
		assertThat(this.differences.all()).isEmpty();
		assertThat(output).doesNotContain("engine");
	}

	@Test
	void eachDifferenceIsWarnedOfOnceAndCanBeReadLater(CapturedOutput output) {
		this.differences.add("It names functions differently, so that stacks are empty.");
		this.differences.add("Its instances are made more slowly.");
		this.differences.add("It names functions differently, so that stacks are empty.");
		assertThat(this.differences.all()).containsExactly("It names functions differently, so that stacks are empty.",
				"Its instances are made more slowly.");
		assertThat(output.toString()).contains("WARN")
			.containsOnlyOnce("It names functions differently, so that stacks are empty.")
			.containsOnlyOnce("Its instances are made more slowly.");
	}

}
