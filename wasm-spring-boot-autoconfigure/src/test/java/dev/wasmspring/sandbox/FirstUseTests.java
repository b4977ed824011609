package dev.wasmspring.sandbox;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
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

	/**
	 * The caches of the first process are used, so that nothing but the first use itself
	 * can load the classes.
	 */
	@Test
	void whatWasCutShortIsDoneTheNextTime(@TempDir Path directory) throws Exception {
		classesLoadedBelowGuests(directory.resolve("cache"));
		assertThat(classesLoadedBelowGuests(directory.resolve("cache"), "refuse")).isEmpty();
	}

	private static List<String> classesLoadedBelowGuests(Path cache, String... arguments) throws Exception {
		List<String> command = new ArrayList<>(List.of(
				Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xlog:class+load", "-Xshare:off",
				"-cp", System.getProperty("java.class.path"), FirstUseProcess.class.getName(), cache.toString()));
		command.addAll(List.of(arguments));
		Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
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
