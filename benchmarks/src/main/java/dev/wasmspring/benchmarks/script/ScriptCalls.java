package dev.wasmspring.benchmarks.script;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import dev.wasmspring.benchmarks.peer.WarmUp;
import dev.wasmspring.function.FunctionDefinition;
import dev.wasmspring.function.FunctionObserver;
import dev.wasmspring.function.FunctionSettings;
import dev.wasmspring.function.ModuleLoading;
import dev.wasmspring.function.ScriptFunction;
import dev.wasmspring.function.ServedModules;
import dev.wasmspring.function.WasmFunction;
import dev.wasmspring.function.WasmFunctionException;
import dev.wasmspring.function.WasmFunctions;
import dev.wasmspring.function.WasmScripts;
import dev.wasmspring.sandbox.Engine;
import dev.wasmspring.sandbox.Template;
import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.limit.Outcome;
import dev.wasmspring.sandbox.module.Export;
import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.wasi.Capabilities;
import dev.wasmspring.script.ScriptFile;
import dev.wasmspring.script.ScriptLanguage;
import dev.wasmspring.script.ScriptRuntimes;

/**
 * A program that measures this project's scripts in one language, with the limits that
 * are the default, and prints what it measured.
 */
public final class ScriptCalls {

	private static final Limits LIMITS = new Limits(Duration.ofSeconds(5), 64 << 20, 1 << 20, 1 << 20);

	private static final Duration DEADLINE = Duration.ofMillis(300);

	private static final long LONGEST = TimeUnit.SECONDS.toNanos(60);

	private final ScriptLanguage language;

	private final int calls;

	private final Engine engine = new Engine();

	private final ScriptRuntimes runtimes = new ScriptRuntimes(ScriptCalls.class.getClassLoader(),
			new Limits(Duration.ofSeconds(60), 256 << 20, 0, 0));

	private final WasmScripts scripts = new WasmScripts(this.engine, this.runtimes,
			new FunctionSettings(null, null, null, LIMITS, 8, Capabilities.NONE), 10_000, 1L << 30);

	private ScriptCalls(ScriptLanguage language, int calls) {
		this.language = language;
		this.calls = calls;
	}

	/**
	 * Runs the program.
	 * @param args the language, and how many calls to measure
	 */
	public static void main(String[] args) throws Exception {
		ScriptCalls program = new ScriptCalls(ScriptLanguage.of(args[0]), Integer.parseInt(args[1]));
		MeasuringThread.run(program::measure);
	}

	private void measure() throws Exception {
		if (this.language == ScriptLanguage.DOTNET) {
			measureAssemblies();
			return;
		}
		String extension = this.language.extensions().get(0);
		try (ScriptFunction trivial = compile(Script.TRIVIAL.source(extension));
				ScriptFunction order = compile(Script.ORDER.source(extension))) {
			// The order first, so that the interpreter has seen more than one script
			measure(Script.ORDER, order);
			measure(Script.TRIVIAL, trivial);
		}
		sandbox(module("trivial." + extension, Script.TRIVIAL.source(extension).getBytes(StandardCharsets.UTF_8), ""));
		further(Script.TRIVIAL.source(extension));
		deadlines();
	}

	private ScriptFunction compile(String source) {
		return this.scripts.compile(this.language.toString(), source);
	}

	/**
	 * Assemblies are compiled before, and not when an application runs.
	 */
	private void measureAssemblies() throws Exception {
		byte[] trivial = assembly("trivial");
		measure(Script.ORDER, serve(module("order.dll", assembly("order"), "")));
		measure(Script.TRIVIAL, serve(module("trivial.dll", trivial, "")));
		sandbox(module("trivial.dll", trivial, ""));
		List<Template> open = new ArrayList<>();
		int count = Math.min(this.calls, 50);
		long before = used();
		for (int i = 0; i < count; i++) {
			open.add(this.engine.load(module("trivial.dll", trivial, "// " + i), LIMITS, Capabilities.NONE));
		}
		Timing.print("further-bytes", (used() - before) / open.size());
	}

	private static byte[] assembly(String name) throws IOException {
		return Files.readAllBytes(Path.of(System.getProperty("benchmarks.assemblies"), name + ".dll"));
	}

	private WasmFunction serve(Module module) {
		FunctionDefinition definition = new FunctionDefinition(module.name(), module, module.exports().get(0),
				new FunctionSettings(null, null, null, LIMITS, 8, Capabilities.NONE));
		ServedModules served = new ServedModules(this.engine, List.of(definition), List.of(), FunctionObserver.NONE);
		new ModuleLoading(served).loadAll(false);
		return new WasmFunctions(served).get(module.name());
	}

	private void measure(Script script, Function<Object, Object> function) throws Exception {
		byte[] input = script.input().getBytes(StandardCharsets.UTF_8);
		Callable<byte[]> call = () -> (byte[]) function.apply(input);
		script.requireAnswer(new String(call.call(), StandardCharsets.UTF_8));
		WarmUp.of(call);
		Timing.of(this.calls, LONGEST, call).print(script.label());
		script.requireAnswer(new String(call.call(), StandardCharsets.UTF_8));
	}

	/**
	 * A script.
	 * @param note of a file that comes with it, so that it has a digest of its own
	 */
	private Module module(String file, byte[] content, String note) {
		List<ScriptFile> files = new ArrayList<>(List.of(new ScriptFile(file, content)));
		if (!note.isEmpty()) {
			files.add(new ScriptFile("note.cs", note.getBytes(StandardCharsets.UTF_8)));
		}
		byte[] block = ScriptFile.block(files);
		return this.runtimes.module(file.replaceFirst("\\..*", ""), "the benchmark", this.language, () -> block);
	}

	private void sandbox(Module module) throws Exception {
		Template template = this.engine.load(module, LIMITS, Capabilities.NONE);
		Export export = template.module().exports().get(0);
		Callable<Boolean> open = () -> {
			template.open(export, LIMITS, Capabilities.NONE).close();
			return true;
		};
		WarmUp.of(open);
		Timing.of(this.calls, LONGEST, open).print("sandbox");
	}

	/**
	 * Scripts that are compiled, called once and closed; then as many that stay.
	 */
	private void further(String source) throws Exception {
		int count = Math.min(this.calls, 200);
		int[] number = new int[1];
		String comment = switch (this.language) {
			case JAVASCRIPT, PHP, DOTNET -> "// ";
			case PYTHON, RUBY -> "# ";
		};
		Callable<ScriptFunction> next = () -> compile(source + "\n" + comment + number[0]++ + "\n");
		byte[] input = Script.TRIVIAL.input().getBytes(StandardCharsets.UTF_8);
		Callable<Boolean> once = () -> {
			try (ScriptFunction script = next.call()) {
				return script.apply(input) != null;
			}
		};
		Timing.of(count, LONGEST, once);
		Timing.of(count, LONGEST, once).print("once");
		List<ScriptFunction> open = new ArrayList<>(count);
		long before = used();
		for (int i = 0; i < count; i++) {
			open.add(next.call());
		}
		Timing.print("further-bytes", (used() - before) / count);
		open.forEach(ScriptFunction::close);
	}

	/**
	 * How long after its deadline a call ends that would not end by itself.
	 */
	private void deadlines() {
		Limits brief = new Limits(DEADLINE, 64 << 20, 1 << 20, 1 << 20);
		for (Endless endless : Endless.values()) {
			long[] late = new long[Math.min(this.calls, 20)];
			try (ScriptFunction function = this.scripts.compile(this.language.toString(), endless.source(this.language),
					brief)) {
				for (int i = 0; i < late.length; i++) {
					long start = System.nanoTime();
					try {
						function.apply("1".getBytes(StandardCharsets.UTF_8));
						throw new IllegalStateException(endless + " ends by itself");
					}
					catch (WasmFunctionException ex) {
						if (ex.outcome() != Outcome.TIMEOUT) {
							throw ex;
						}
					}
					late[i] = System.nanoTime() - start - DEADLINE.toNanos();
				}
			}
			Arrays.sort(late);
			Timing.print("late-" + endless.name().toLowerCase(java.util.Locale.ROOT) + "-median",
					late[late.length / 2]);
			Timing.print("late-" + endless.name().toLowerCase(java.util.Locale.ROOT) + "-highest",
					late[late.length - 1]);
		}
	}

	private static long used() {
		System.gc();
		System.gc();
		return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
	}

}
