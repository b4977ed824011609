package dev.wasmspring.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.dylibso.chicory.wasm.types.MemoryLimits;
import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.limit.Outcome;
import dev.wasmspring.sandbox.limit.SandboxException;
import dev.wasmspring.sandbox.memory.LinearMemory;
import dev.wasmspring.sandbox.memory.MemoryImage;
import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.module.ModuleException;
import dev.wasmspring.sandbox.wasi.Call;
import dev.wasmspring.sandbox.wasi.Capabilities;
import dev.wasmspring.sandbox.wasi.Mount;
import dev.wasmspring.sandbox.wasi.WasiFunctions;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Runs the commands for preview 1 of a checkout of WebAssembly/wasi-testsuite: the files
 * of a case are what a scratch directory at {@code /} holds when it begins.
 */
final class WasiSuite {

	private static final String PREVIEW = "wasm32-wasip1";

	private static final Limits LIMITS = new Limits(Duration.ofSeconds(30), 64 << 20, 1 << 20, 1 << 20);

	private static final int SCRATCH = 64 << 20;

	/** The descriptor of the only mount, behind the standard streams. */
	private static final int ROOT = 3;

	private static final long WRITE = 1L << 6;

	// Places in the memory through which the mount is filled

	private static final int VECTOR = 0;

	private static final int RESULT = 8;

	private static final int NAME = 64;

	private static final int CONTENT = 8192;

	private final Engine engine;

	WasiSuite(Engine engine) {
		this.engine = engine;
	}

	SuiteResults run(Path checkout) throws IOException {
		SuiteResults results = new SuiteResults();
		for (Path folder : folders(checkout)) {
			String group = checkout.relativize(folder).toString();
			for (Path module : files(folder, ".wasm")) {
				String name = module.getFileName().toString().replace(".wasm", "");
				String failure = runCase(module);
				System.out.println(((failure != null) ? "  FAIL  " : "  ok    ") + group + "/" + name
						+ ((failure != null) ? ": " + failure : ""));
				if (failure == null) {
					results.passed(group);
				}
				else {
					results.failed(group, name, failure);
				}
			}
		}
		return results;
	}

	static List<Path> folders(Path checkout) throws IOException {
		List<Path> folders = new ArrayList<>();
		for (Path language : files(checkout.resolve("tests"), "")) {
			Path suite = language.resolve("testsuite");
			Path preview = Files.isDirectory(suite.resolve(PREVIEW)) ? suite.resolve(PREVIEW) : suite;
			if (Files.isDirectory(preview) && !files(preview, ".wasm").isEmpty()) {
				folders.add(preview);
			}
		}
		return folders;
	}

	private static List<Path> files(Path folder, String suffix) throws IOException {
		if (!Files.isDirectory(folder)) {
			return List.of();
		}
		try (Stream<Path> files = Files.list(folder)) {
			return files.filter((file) -> file.getFileName().toString().endsWith(suffix)).sorted().toList();
		}
	}

	/**
	 * Runs a case.
	 * @return what is wrong, or {@code null}
	 */
	private String runCase(Path file) throws IOException {
		Path settings = file.resolveSibling(file.getFileName().toString().replace(".wasm", ".json"));
		JsonNode expected = Files.exists(settings)
				? JsonMapper.shared().readTree(Files.readString(settings, StandardCharsets.UTF_8))
				: JsonMapper.shared().createObjectNode();
		List<String> arguments = new ArrayList<>();
		expected.path("args").forEach((argument) -> arguments.add(argument.stringValue()));
		Map<String, String> environment = new LinkedHashMap<>();
		expected.path("env")
			.properties()
			.forEach((entry) -> environment.put(entry.getKey(), entry.getValue().stringValue()));
		boolean files = expected.has("root");
		Capabilities capabilities = new Capabilities(arguments, environment,
				files ? List.of(Mount.scratch("/", SCRATCH)) : List.of(), Duration.ofNanos(1));
		int exitCode = 0;
		String output = "";
		String error = "";
		try {
			Module module = Module.parse(file.getFileName().toString(), file.toString(),
					SuiteModules.toRun(Files.readAllBytes(file)));
			Template template = this.engine.load(module, LIMITS, capabilities);
			Call call = this.engine.calls().begin(module.name(), LIMITS, capabilities);
			if (files) {
				fill(call, "", file.resolveSibling(expected.path("root").stringValue()));
			}
			try (Sandbox sandbox = template.open(module.exports().get(0), LIMITS, call)) {
				try {
					output = new String(sandbox.call(new byte[0]), StandardCharsets.UTF_8);
				}
				catch (SandboxException ex) {
					error = new String(sandbox.standardError(), StandardCharsets.UTF_8);
					if (ex.outcome() != Outcome.EXIT) {
						return firstLine(error.isBlank() ? String.valueOf(ex.getMessage()) : error);
					}
					exitCode = exitCode(ex);
				}
			}
		}
		catch (ModuleException ex) {
			return String.valueOf(ex.getMessage());
		}
		if (exitCode != expected.path("exit_code").intValue(0)) {
			return "exit code " + exitCode + ": " + firstLine(error);
		}
		if (expected.has("stdout") && !expected.path("stdout").stringValue().equals(output)) {
			return "printed '" + output + "'";
		}
		return null;
	}

	private static int exitCode(SandboxException exit) {
		return exit.exitCode().orElseThrow();
	}

	/** The first that says what failed, without the place. */
	private static String firstLine(String text) {
		String line = text.lines()
			.filter((candidate) -> !candidate.isBlank() && !candidate.startsWith("thread "))
			.findFirst()
			.orElse("");
		return (line.length() > 160) ? line.substring(0, 160) : line;
	}

	private static void fill(Call call, String path, Path folder) throws IOException {
		LinearMemory memory = new LinearMemory(MemoryImage.empty(new MemoryLimits(16)), 16, call);
		for (Path file : files(folder, "")) {
			String name = path + file.getFileName();
			byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
			memory.write(NAME, bytes);
			if (Files.isDirectory(file)) {
				apply("path_create_directory", call, memory, ROOT, NAME, bytes.length);
				fill(call, name + "/", file);
				continue;
			}
			apply("path_open", call, memory, ROOT, 0, NAME, bytes.length, 1, WRITE, 0, 0, RESULT);
			int created = memory.readInt(RESULT);
			byte[] content = Files.readAllBytes(file);
			memory.write(CONTENT, content);
			memory.writeI32(VECTOR, CONTENT);
			memory.writeI32(VECTOR + Integer.BYTES, content.length);
			apply("fd_write", call, memory, created, VECTOR, 1, RESULT);
			apply("fd_close", call, memory, created);
		}
	}

	private static void apply(String function, Call call, LinearMemory memory, long... arguments) {
		long errno = WasiFunctions.apply(function, call, memory, arguments);
		if (errno != 0) {
			throw new IllegalStateException(function + " answered " + errno);
		}
	}

}
