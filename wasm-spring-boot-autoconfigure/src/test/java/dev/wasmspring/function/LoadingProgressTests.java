package dev.wasmspring.function;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

import dev.wasmspring.sandbox.CraftedModule;
import dev.wasmspring.sandbox.module.Module;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class LoadingProgressTests {

	private final List<String> log = new ArrayList<>();

	@Test
	void whatTakesLongIsSaidAgainAndAgainWithHowFarItIs() throws Exception {
		Module small = CraftedModule.answering(1);
		Module large = new CraftedModule().function(null, 0, 0).function("loop", 80_000, 7).parse("large");
		CompletableFuture<Object> loading = new CompletableFuture<>();
		LoadingProgress progress = new LoadingProgress(List.of(small, large), Duration.ofMillis(20), (line) -> {
			this.log.add(line);
			if (this.log.size() == 3) {
				loading.complete("done");
			}
		});
		progress.begins(small);
		progress.ends(small);
		progress.begins(large);
		progress.await(loading);
		assertThat(this.log).hasSize(3)
			.allSatisfy((line) -> assertThat(line).matches(
					"Loading WebAssembly modules: 1 of 2, 0\\.0 of 0\\.2 MB, done after \\d+ s; now large \\(0\\.2 MB, \\d+ s\\)"));
	}

	@Test
	void whatIsDoneSoonIsNotSaid() throws Exception {
		LoadingProgress progress = new LoadingProgress(List.of(), Duration.ofMinutes(1), this.log::add);
		progress.await(CompletableFuture.completedFuture("done"));
		assertThat(this.log).isEmpty();
	}

	@Test
	void aFailureIsPassedOn() {
		LoadingProgress progress = new LoadingProgress(List.of(), Duration.ofMinutes(1), this.log::add);
		assertThatExceptionOfType(ExecutionException.class)
			.isThrownBy(() -> progress.await(CompletableFuture.failedFuture(new IllegalStateException("broken"))))
			.withMessageContaining("broken");
	}

}
