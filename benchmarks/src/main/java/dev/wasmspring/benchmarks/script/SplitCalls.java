package dev.wasmspring.benchmarks.script;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

import dev.wasmspring.benchmarks.peer.WarmUp;
import dev.wasmspring.function.FunctionSettings;
import dev.wasmspring.function.ScriptFunction;
import dev.wasmspring.function.WasmScripts;
import dev.wasmspring.sandbox.Engine;
import dev.wasmspring.sandbox.Sandbox;
import dev.wasmspring.sandbox.Template;
import dev.wasmspring.sandbox.compiler.Splitting;
import dev.wasmspring.sandbox.limit.HostMemory;
import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.module.Export;
import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.split.FunctionSplitter;
import dev.wasmspring.sandbox.split.SplitSettings;
import dev.wasmspring.sandbox.wasi.Capabilities;
import dev.wasmspring.script.ScriptLanguage;
import dev.wasmspring.script.ScriptRuntimes;

/**
 * A program that calls one function whose large functions are split, or are left whole,
 * and prints what a call takes of the thread's processor time.
 */
public final class SplitCalls {

	private static final Limits LIMITS = new Limits(Duration.ofMinutes(5), 256 << 20, 1 << 20, 16 << 20);

	private static final int CALLS = 5_000;

	private static final long LONGEST = TimeUnit.SECONDS.toNanos(15);

	private SplitCalls() {
	}

	/**
	 * Runs the program.
	 * @param args {@code split} or {@code whole}; then {@code module}, its file, its
	 * input as text and its arguments, or {@code script}, the language and how many other
	 * scripts run between two measurements. Or {@code splitting} or {@code compiling}, a
	 * module's file, and {@code module} or {@code runtime} for what it is, to measure
	 * that alone, since it is quicker when it has run before
	 */
	public static void main(String[] args) throws Exception {
		MeasuringThread.run(() -> run(args));
	}

	private static void run(String[] args) throws Exception {
		if (args[0].equals("splitting")) {
			byte[] binary = Files.readAllBytes(Path.of(args[1]));
			long start = System.nanoTime();
			FunctionSplitter.split(binary, SplitSettings.DEFAULTS);
			Timing.print("splitting", System.nanoTime() - start);
			return;
		}
		if (args[0].equals("compiling")) {
			byte[] binary = Files.readAllBytes(Path.of(args[1]));
			Module module = args[2].equals("runtime") ? Module.parseRuntime("module", "the benchmark", () -> binary)
					: Module.parse("module", "the benchmark", binary);
			try (Engine engine = new Engine()) {
				Timing.print("compiling",
						engine.load(module, LIMITS, Capabilities.NONE, false).compilation().toNanos());
			}
			return;
		}
		Splitting splitting = args[0].equals("split") ? Splitting.ALL : Splitting.NONE;
		try (Engine engine = new Engine(HostMemory.ofHeap(), (Path) null, splitting)) {
			if (args[1].equals("module")) {
				module(engine, Path.of(args[2]), args[3], Arrays.asList(args).subList(4, args.length));
			}
			else {
				script(engine, args[2], Integer.parseInt(args[3]));
			}
		}
	}

	private static void module(Engine engine, Path file, String input, List<String> arguments) throws Exception {
		Module module = Module.parse("module", "the benchmark", Files.readAllBytes(file));
		Capabilities capabilities = new Capabilities(arguments, Map.of());
		Template template = engine.load(module, LIMITS, capabilities);
		Export export = template.module().exports().get(0);
		byte[] bytes = input.getBytes(StandardCharsets.UTF_8);
		measure("call", () -> {
			try (Sandbox sandbox = template.open(export, LIMITS, capabilities)) {
				return sandbox.call(bytes);
			}
		});
	}

	private static void script(Engine engine, String language, int others) throws Exception {
		ScriptRuntimes runtimes = new ScriptRuntimes(SplitCalls.class.getClassLoader(), LIMITS);
		FunctionSettings settings = new FunctionSettings(null, null, null, LIMITS, 8, Capabilities.NONE);
		WasmScripts scripts = new WasmScripts(engine, runtimes, settings, 10_000, 1L << 30);
		try (ScriptFunction order = scripts.compile(language,
				Script.ORDER.source(ScriptLanguage.of(language).extensions().get(0)))) {
			byte[] input = Script.ORDER.input().getBytes(StandardCharsets.UTF_8);
			Callable<byte[]> call = () -> (byte[]) order.apply(input);
			Script.ORDER.requireAnswer(new String(call.call(), StandardCharsets.UTF_8));
			measure("call", call);
			if (others > 0) {
				new OtherScripts(scripts).call(others);
				measure("polluted", call);
			}
		}
	}

	private static void measure(String name, Callable<?> call) throws Exception {
		WarmUp.of(call);
		Timing.of(CALLS, LONGEST, call).print(name);
	}

}
