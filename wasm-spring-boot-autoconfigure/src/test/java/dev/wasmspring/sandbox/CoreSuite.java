package dev.wasmspring.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import com.dylibso.chicory.runtime.GlobalInstance;
import com.dylibso.chicory.runtime.ImportFunction;
import com.dylibso.chicory.runtime.ImportGlobal;
import com.dylibso.chicory.runtime.ImportMemory;
import com.dylibso.chicory.runtime.ImportTable;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Store;
import com.dylibso.chicory.runtime.TableInstance;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import com.dylibso.chicory.wasm.types.MutabilityType;
import com.dylibso.chicory.wasm.types.Table;
import com.dylibso.chicory.wasm.types.TableLimits;
import com.dylibso.chicory.wasm.types.ValType;
import com.dylibso.chicory.wasm.types.Value;
import dev.wasmspring.sandbox.chicory.EngineFailures;
import dev.wasmspring.sandbox.compiler.CompactMachines;
import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.memory.LinearMemory;
import dev.wasmspring.sandbox.memory.MemoryImage;
import dev.wasmspring.sandbox.memory.SandboxTable;
import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.module.ModuleException;
import dev.wasmspring.sandbox.module.preflight.Preflight;
import dev.wasmspring.sandbox.module.preflight.UnusableModuleException;
import dev.wasmspring.sandbox.split.FunctionSplitter;
import dev.wasmspring.sandbox.split.SplitSettings;
import dev.wasmspring.sandbox.wasi.Call;
import dev.wasmspring.sandbox.wasi.Capabilities;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Runs the scripts of a checkout of WebAssembly/testsuite, translated by
 * {@code wast2json}, on the engine as sandboxes use it: looked through before they are
 * parsed, split, compiled, with our memories and tables.
 * <p>
 * Modules of a script may share what they export. A table of ours knows the functions of
 * one instance, since no sandbox has a function of another, so scripts that register
 * modules get tables of the engine.
 */
final class CoreSuite {

	/** A script that needs longer hangs. */
	private static final Limits LIMITS = new Limits(Duration.ofMinutes(2), 1L << 32, 1 << 20, 1 << 20);

	private static final long PROCESS_SECONDS = 120;

	/** What is in the reasons for which valid modules are refused. */
	private static final List<String> NOT_OFFERED = List.of("It exports nothing", "It imports");

	private final Engine engine;

	private final String translator;

	CoreSuite(Engine engine, String translator) {
		this.engine = engine;
		this.translator = translator;
	}

	SuiteResults run(Path checkout) throws Exception {
		SuiteResults results = new SuiteResults();
		for (Path script : scripts(checkout)) {
			String name = script.getFileName().toString();
			if (name.startsWith("simd_")) {
				results.untouched(name, "SIMD is not offered");
				continue;
			}
			Path folder = Files.createTempDirectory("conformance");
			try {
				String refusal = translate(script, folder.resolve("script.json"));
				if (refusal != null) {
					results.untouched(name, "wast2json does not know it");
					System.out.println("  -     " + name + ": wast2json does not know it: " + refusal);
					continue;
				}
				run(name, folder, results);
			}
			finally {
				try (Stream<Path> files = Files.list(folder)) {
					for (Path file : files.toList()) {
						Files.delete(file);
					}
				}
				Files.delete(folder);
			}
		}
		return results;
	}

	static List<Path> scripts(Path checkout) throws IOException {
		try (Stream<Path> files = Files.list(checkout)) {
			return files.filter((file) -> file.getFileName().toString().endsWith(".wast")).sorted().toList();
		}
	}

	private String translate(Path script, Path target) throws Exception {
		Path log = target.resolveSibling("log");
		Process process = new ProcessBuilder(this.translator, "--enable-tail-call", "--enable-extended-const",
				script.toString(), "-o", target.toString())
			.redirectErrorStream(true)
			.redirectOutput(log.toFile())
			.start();
		if (!process.waitFor(PROCESS_SECONDS, TimeUnit.SECONDS)) {
			process.destroyForcibly().waitFor();
			return "it takes too long";
		}
		String said = Files.readString(log, StandardCharsets.UTF_8);
		return (process.exitValue() == 0) ? null : said.lines().findFirst().orElse("exit code " + process.exitValue());
	}

	void run(String name, Path folder, SuiteResults results) throws Exception {
		JsonNode commands = JsonMapper.shared()
			.readTree(Files.readString(folder.resolve("script.json"), StandardCharsets.UTF_8))
			.path("commands");
		Throwable[] thrown = new Throwable[1];
		Thread thread = new Thread(() -> {
			try (Call call = this.engine.calls().begin(name, LIMITS, Capabilities.NONE)) {
				new Script(name, folder, commands, call, results).run();
			}
			catch (Throwable ex) {
				thrown[0] = ex;
			}
		}, name);
		thread.start();
		thread.join();
		if (thrown[0] != null) {
			results.failed(name, "whole script", String.valueOf(thrown[0]));
		}
		SuiteResults.Group group = results.groups().get(name);
		if (group == null) {
			results.untouched(name, "nothing in it is for an engine");
			return;
		}
		System.out.printf("  %s  %s: %d passed, %d failed, %d not offered%n",
				group.failures().isEmpty() ? "ok  " : "FAIL", name, group.passed(), group.failures().size(),
				group.refusedCount());
		group.failures()
			.stream()
			.limit(5)
			.forEach((failure) -> System.out.println("          " + failure.which() + ": " + failure.reason()));
	}

	/**
	 * One script. Lives as long as it runs.
	 */
	private static final class Script {

		private final String name;

		private final Path folder;

		private final JsonNode commands;

		private final Call call;

		private final SuiteResults results;

		private final Store store = new Store();

		private final boolean shares;

		private final Map<String, Object> modules = new HashMap<>();

		/** An instance, or the text why there is none. */
		private Object current = "no module";

		Script(String name, Path folder, JsonNode commands, Call call, SuiteResults results) {
			this.name = name;
			this.folder = folder;
			this.commands = commands;
			this.call = call;
			this.results = results;
			this.shares = commands.valueStream().anyMatch((command) -> type(command).equals("register"));
			addHost();
		}

		private static String type(JsonNode command) {
			return command.path("type").stringValue("");
		}

		/** The host module that scripts may import. */
		private void addHost() {
			Map<String, List<ValType>> prints = Map.of("print", List.of(), "print_i32", List.of(ValType.I32),
					"print_i64", List.of(ValType.I64), "print_f32", List.of(ValType.F32), "print_f64",
					List.of(ValType.F64), "print_i32_f32", List.of(ValType.I32, ValType.F32), "print_f64_f64",
					List.of(ValType.F64, ValType.F64));
			prints.forEach((print, parameters) -> this.store.addFunction(new ImportFunction("spectest", print,
					FunctionType.of(parameters, List.of()), (instance, arguments) -> null)));
			this.store.addGlobal(
					new ImportGlobal("spectest", "global_i32",
							new GlobalInstance(666, 0, ValType.I32, MutabilityType.Const)),
					new ImportGlobal("spectest", "global_i64",
							new GlobalInstance(666, 0, ValType.I64, MutabilityType.Const)),
					new ImportGlobal("spectest", "global_f32",
							new GlobalInstance(Float.floatToRawIntBits(666.6f), 0, ValType.F32, MutabilityType.Const)),
					new ImportGlobal("spectest", "global_f64", new GlobalInstance(Double.doubleToRawLongBits(666.6), 0,
							ValType.F64, MutabilityType.Const)));
			this.store.addMemory(new ImportMemory("spectest", "memory", memory(new MemoryLimits(1, 2))));
			this.store.addTable(new ImportTable("spectest", "table",
					new TableInstance(new Table(ValType.FuncRef, new TableLimits(10, 20)), Value.REF_NULL_VALUE)));
		}

		private LinearMemory memory(MemoryLimits declared) {
			return new LinearMemory(MemoryImage.empty(declared), Math.min(declared.maximumPages(), LIMITS.pages()),
					this.call);
		}

		void run() throws IOException {
			for (JsonNode command : this.commands) {
				String which = type(command) + " in line " + command.path("line").intValue();
				switch (type(command)) {
					case "module" -> module(command, which);
					case "register" -> register(command);
					case "action" -> action(command, which);
					case "assert_return" -> assertReturn(command, which);
					case "assert_trap", "assert_exhaustion", "assert_exception" -> assertEnds(command, which);
					case "assert_invalid", "assert_malformed" -> assertRefused(command, which);
					case "assert_unlinkable", "assert_uninstantiable" -> assertNotInstantiated(command, which);
					default -> this.results.failed(this.name, which, "not known to the runner");
				}
			}
		}

		private byte[] binary(JsonNode command) throws IOException {
			return Files.readAllBytes(this.folder.resolve(command.path("filename").stringValue()));
		}

		private void module(JsonNode command, String which) throws IOException {
			try {
				this.current = instantiate(binary(command));
				this.results.passed(this.name);
			}
			catch (Throwable ex) {
				this.current = reason(ex);
				count(ex, which);
			}
			if (command.has("name")) {
				this.modules.put(command.path("name").stringValue(), this.current);
			}
		}

		private Instance instantiate(byte[] original) {
			byte[] binary = SuiteModules.toRun(original);
			Preflight.check(binary);
			WasmModule module = Parser.parse(FunctionSplitter.split(binary, SplitSettings.DEFAULTS).binary());
			Instance.Builder builder = Instance.builder(module)
				.withMachineFactory(CompactMachines.of(module))
				.withImportValues(this.store.toImportValues())
				.withMemoryFactory(this::memory);
			if (!this.shares) {
				builder.withTableFactory((table, initial) -> new SandboxTable(table, initial, this.call));
			}
			return builder.build();
		}

		private void register(JsonNode command) {
			Object module = find(command);
			if (module instanceof Instance instance) {
				this.store.register(command.path("as").stringValue(), instance);
			}
		}

		private Object find(JsonNode command) {
			JsonNode given = command.has("name") ? command.path("name") : command.path("module");
			return given.isMissingNode() ? this.current : this.modules.getOrDefault(given.stringValue(), "no module");
		}

		private long[] perform(JsonNode action) throws NotThere {
			Object module = find(action);
			if (!(module instanceof Instance instance)) {
				throw new NotThere(String.valueOf(module));
			}
			String field = action.path("field").stringValue();
			if (type(action).equals("get")) {
				return new long[] { instance.exports().global(field).getValue() };
			}
			long[] results = instance.export(field).apply(values(action.path("args")));
			return (results != null) ? results : new long[0];
		}

		private static long[] values(JsonNode values) {
			return values.valueStream().mapToLong(Script::value).toArray();
		}

		private static long value(JsonNode value) {
			String text = value.path("value").stringValue();
			return text.equals("null") ? Value.REF_NULL_VALUE : switch (value.path("type").stringValue()) {
				case "i32" -> Integer.parseUnsignedInt(text);
				case "i64", "f64" -> Long.parseUnsignedLong(text);
				case "f32" -> Integer.toUnsignedLong(Integer.parseUnsignedInt(text));
				default -> Long.parseLong(text);
			};
		}

		private void action(JsonNode command, String which) {
			try {
				perform(command.path("action"));
				this.results.passed(this.name);
			}
			catch (Throwable ex) {
				count(ex, which);
			}
		}

		private void assertReturn(JsonNode command, String which) {
			try {
				long[] actual = perform(command.path("action"));
				JsonNode expected = command.path("expected");
				List<String> wrong = new ArrayList<>();
				if (actual.length != expected.size()) {
					wrong.add(actual.length + " results");
				}
				for (int i = 0; i < Math.min(actual.length, expected.size()); i++) {
					if (!matches(expected.get(i), actual[i])) {
						wrong.add(expected.get(i).path("value").stringValue("").startsWith("nan:")
								? "a NaN that is not quiet"
								: "0x" + Long.toHexString(actual[i]) + " instead of " + expected.get(i));
					}
				}
				if (wrong.isEmpty()) {
					this.results.passed(this.name);
				}
				else {
					this.results.failed(this.name, which, String.join(", ", wrong));
				}
			}
			catch (Throwable ex) {
				count(ex, which);
			}
		}

		private static boolean matches(JsonNode expected, long actual) {
			String type = expected.path("type").stringValue();
			String text = expected.path("value").stringValue("");
			boolean narrow = type.equals("f32");
			if (text.startsWith("nan:")) {
				long bits = narrow ? 0x7fc0_0000L : 0x7ff8_0000_0000_0000L;
				long mask = text.equals("nan:canonical") ? (narrow ? 0x7fff_ffffL : Long.MAX_VALUE) : bits;
				return (actual & mask) == bits;
			}
			if (text.isEmpty()) {
				return actual != Value.REF_NULL_VALUE;
			}
			return switch (type) {
				case "i32", "f32", "externref", "funcref" -> (int) value(expected) == (int) actual;
				default -> value(expected) == actual;
			};
		}

		private void assertEnds(JsonNode command, String which) {
			try {
				perform(command.path("action"));
				this.results.failed(this.name, which, "did not end: " + command.path("text").stringValue(""));
			}
			catch (NotThere ex) {
				count(ex, which);
			}
			catch (Throwable ex) {
				String description = EngineFailures.describe(ex);
				boolean right = switch (type(command)) {
					case "assert_exhaustion" -> description.equals("call stack exhausted");
					case "assert_exception" -> description.equals("uncaught exception");
					default -> !description.startsWith("internal error") && !this.call.deadline().isOver();
				};
				if (right) {
					this.results.passed(this.name);
				}
				else {
					this.results.failed(this.name, which, description + " instead of " + command.path("text"));
				}
			}
		}

		private void assertRefused(JsonNode command, String which) throws IOException {
			if (!command.path("module_type").stringValue("binary").equals("binary")) {
				// Text is for an assembler
				return;
			}
			byte[] binary = binary(command);
			try {
				Preflight.check(binary);
				Parser.parse(binary);
				requireUsable(binary);
				this.results.failed(this.name, which, "accepted: " + command.path("text").stringValue(""));
			}
			catch (Throwable ex) {
				this.results.passed(this.name);
			}
		}

		/**
		 * Some of what is not valid is only seen where it is decided what a sandbox
		 * offers. That it does not offer what the module wants says nothing.
		 */
		private void requireUsable(byte[] binary) {
			try {
				Module.parse(this.name, this.name, binary);
			}
			catch (ModuleException ex) {
				String reason = String.valueOf(ex.getMessage());
				if (NOT_OFFERED.stream().noneMatch(reason::contains)) {
					throw ex;
				}
			}
		}

		private void assertNotInstantiated(JsonNode command, String which) throws IOException {
			try {
				instantiate(binary(command));
				this.results.failed(this.name, which, "instantiated: " + command.path("text").stringValue(""));
			}
			catch (Throwable ex) {
				this.results.passed(this.name);
			}
		}

		private void count(Throwable thrown, String which) {
			if (thrown instanceof NotThere || isRefusal(thrown)) {
				this.results.refused(this.name, reason(thrown));
			}
			else {
				this.results.failed(this.name, which, reason(thrown));
			}
		}

		private static boolean isRefusal(Throwable thrown) {
			return thrown instanceof UnusableModuleException;
		}

		private static String reason(Throwable thrown) {
			if (thrown instanceof UnusableModuleException unusable) {
				return unusable.reason();
			}
			return (thrown instanceof NotThere) ? String.valueOf(thrown.getMessage()) : EngineFailures.describe(thrown);
		}

	}

	/** There is no module to do something with. */
	private static final class NotThere extends Exception {

		NotThere(String reason) {
			super(reason);
		}

	}

}
