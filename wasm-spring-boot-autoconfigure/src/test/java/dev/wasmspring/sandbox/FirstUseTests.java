package dev.wasmspring.sandbox;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class FirstUseTests {

	/**
	 * A class that is first used below a guest may be broken for good, if the guest left
	 * no stack to initialise it.
	 */
	@Test
	void nothingThatAGuestCausesLoadsAClassOfTheHost(@TempDir Path directory) throws Exception {
		// Compiling uses much by itself; the second time there is nothing to compile
		for (String start : List.of("compiles", "finds what was compiled")) {
			assertThat(classesLoadedBelowGuests(directory.resolve("cache"))).as("a process that %s", start).isEmpty();
		}
	}

	private static List<String> classesLoadedBelowGuests(Path cache) throws Exception {
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-Xlog:class+load", "-Xshare:off", "-cp", System.getProperty("java.class.path"),
				FirstUseProcess.class.getName(), cache.toString())
			.redirectErrorStream(true)
			.start();
		List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines()
			.toList();
		assertThat(process.waitFor()).isZero();
		assertThat(lines).contains(FirstUseProcess.LOADED, FirstUseProcess.CALLED);
		return lines.subList(lines.indexOf(FirstUseProcess.LOADED), lines.indexOf(FirstUseProcess.CALLED))
			.stream()
			.filter((line) -> line.contains("source:"))
			.toList();
	}

}
