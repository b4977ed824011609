package dev.wasmspring.sample.stream;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The short form of {@code scale/run.sh}: two processes, of which one is killed.
 */
class ScaleTests {

	@Test
	void noOrderIsLostWhenAnInstanceIsKilled(@TempDir Path folder) throws Exception {
		ScaleRun.Result result = ScaleRun.run(2000, folder);
		assertThat(result.missing()).as(result.text()).isZero();
		// There was something left that could have been lost
		assertThat(result.killedAt()).as(result.text()).isBetween(1000, 1999);
	}

}
