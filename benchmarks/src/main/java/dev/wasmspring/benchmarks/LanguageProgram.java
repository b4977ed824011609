package dev.wasmspring.benchmarks;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

import dev.wasmspring.benchmarks.web.BenchmarkApplication;
import dev.wasmspring.function.WasmFunction;
import dev.wasmspring.function.WasmFunctions;
import dev.wasmspring.sandbox.ContentKind;
import dev.wasmspring.sandbox.Sandbox;
import dev.wasmspring.sandbox.ScriptInput;
import dev.wasmspring.sandbox.Template;
import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.module.Export;
import dev.wasmspring.sandbox.module.Kind;
import dev.wasmspring.sandbox.wasi.Capabilities;

import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * A program that serves one function and calls its bean: until the JIT has come to rest,
 * and then 10,000 times. It prints what the calls took, in nanoseconds, and what a
 * sandbox holds that was called.
 */
public final class LanguageProgram {

	private static final int CALLS = 10_000;

	private static final int LIVE = 100;

	private static final Limits LIMITS = new Limits(Duration.ofHours(1), 64 << 20, 1 << 20, 1 << 20);

	private LanguageProgram() {
	}

	/**
	 * Runs the program.
	 * @param args the file of the module or script, its function's name, its input in
	 * Base64, and how many calls are to warm up
	 */
	public static void main(String[] args) throws InterruptedException {
		byte[] input = Base64.getDecoder().decode(args[2]);
		try (ConfigurableApplicationContext context = SpringApplication.run(BenchmarkApplication.class,
				"--wasm.locations=file:" + args[0], "--spring.main.web-application-type=none")) {
			WasmFunctions functions = context.getBean(WasmFunctions.class);
			WasmFunction function = functions.get(args[1]);
			System.out.println("answer=" + ((byte[]) function.apply(input)).length);
			warmUp(function, input, Integer.parseInt(args[3]));
			measure(function, input);
			Template template = functions.modules().get(0).template();
			if (template != null) {
				print("compile-micros", template.compilation().toNanos() / 1000);
				hold(template, input);
			}
		}
	}

	/** With rests, in which the JIT compiles what it has found. */
	private static void warmUp(WasmFunction function, byte[] input, int calls) throws InterruptedException {
		for (int i = 0; i < calls; i++) {
			function.apply(input);
			if (i % 5_000 == 4_999) {
				Thread.sleep(500);
			}
		}
	}

	private static void measure(WasmFunction function, byte[] input) {
		long[] nanos = new long[CALLS];
		for (int i = 0; i < CALLS; i++) {
			long start = System.nanoTime();
			function.apply(input);
			nanos[i] = System.nanoTime() - start;
		}
		Arrays.sort(nanos);
		print("median-nanos", nanos[CALLS / 2]);
		print("high-nanos", nanos[CALLS * 99 / 100]);
		Duration sandbox = function.statistics().coldStart(0.5);
		print("sandbox-nanos", (sandbox != null) ? sandbox.toNanos() : 0);
	}

	private static void hold(Template template, byte[] input) {
		Export export = template.module().exports().get(0);
		List<Sandbox> live = new ArrayList<>(LIVE);
		long before = used();
		for (int i = 0; i < LIVE; i++) {
			Sandbox sandbox = template.open(export, LIMITS, Capabilities.NONE);
			if (export.kind() == Kind.SCRIPT) {
				sandbox.call(new ScriptInput(ContentKind.JSON, "{}".getBytes(StandardCharsets.UTF_8), input));
			}
			else {
				sandbox.call(input);
			}
			live.add(sandbox);
		}
		print("live-bytes", (used() - before) / LIVE);
		live.forEach(Sandbox::close);
	}

	private static long used() {
		System.gc();
		System.gc();
		return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
	}

	private static void print(String name, long value) {
		System.out.println(name + "=" + value);
	}

}
