package dev.wasmspring.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A program of this module in a JVM of its own, which prints its figures as
 * {@code name=number}. Ended when closed.
 */
final class Jvm implements AutoCloseable {

	private final String mainClass;

	private final Process process;

	private final BufferedReader output;

	private final Map<String, Long> figures = new HashMap<>();

	private Jvm(String mainClass, Process process) {
		this.mainClass = mainClass;
		this.process = process;
		this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
	}

	/**
	 * What every JVM that measures is started with.
	 */
	static String[] options() {
		List<String> options = new ArrayList<>(List.of("-Xms1g", "-Xmx1g"));
		options.addAll(access());
		String program = System.getProperty("benchmarks.program");
		if (program != null) {
			options.add("-Dbenchmarks.program=" + program);
		}
		return options.toArray(String[]::new);
	}

	/**
	 * For Truffle and JNI, which newer JDKs warn of.
	 */
	private static List<String> access() {
		return (Runtime.version().feature() >= 24)
				? List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow") : List.of();
	}

	static Jvm start(String heap, String mainClass, List<String> arguments) throws IOException {
		return start(List.of("-Xmx" + heap), mainClass, arguments);
	}

	static Jvm start(List<String> options, String mainClass, List<String> arguments) throws IOException {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(options);
		command.addAll(access());
		command.add("-cp");
		command.add(System.getProperty("java.class.path"));
		command.add(mainClass);
		command.addAll(arguments);
		return new Jvm(mainClass, new ProcessBuilder(command).redirectErrorStream(true).start());
	}

	/**
	 * Reads what the program prints until it has printed a figure.
	 * @throws IOException if it ends before it has
	 */
	long await(String name) throws IOException {
		StringBuilder printed = new StringBuilder();
		while (!this.figures.containsKey(name)) {
			String line = this.output.readLine();
			if (line == null) {
				throw new IOException(this.mainClass + " ended without '" + name + "'\n" + printed);
			}
			printed.append(line).append('\n');
			if (line.matches("[a-z-]+=\\d+")) {
				int equals = line.indexOf('=');
				this.figures.put(line.substring(0, equals), Long.valueOf(line.substring(equals + 1)));
			}
		}
		return this.figures.get(name);
	}

	@Override
	public void close() throws IOException {
		this.process.getOutputStream().close();
		try {
			this.process.onExit().get(10, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException | TimeoutException ex) {
			throw new IOException("The program did not end", ex);
		}
		finally {
			this.process.destroyForcibly();
		}
	}

}
