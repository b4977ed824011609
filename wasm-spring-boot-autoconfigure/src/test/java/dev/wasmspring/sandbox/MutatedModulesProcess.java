package dev.wasmspring.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

import dev.wasmspring.Fixtures;
import dev.wasmspring.Vitals;
import dev.wasmspring.sandbox.limit.HostMemory;
import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.limit.Outcome;
import dev.wasmspring.sandbox.limit.SandboxException;
import dev.wasmspring.sandbox.module.Export;
import dev.wasmspring.sandbox.module.Kind;
import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.module.ModuleException;
import dev.wasmspring.sandbox.module.ModuleMutator;
import dev.wasmspring.sandbox.wasi.Capabilities;

/**
 * Loads and calls mutated modules, in a process of its own with a small heap, and ends
 * with an error at the first that is not answered as it should be.
 */
final class MutatedModulesProcess {

	private static final int PROGRESS = 2_000;

	/** From here on there is nothing left that is made once. */
	private static final int WARM = 2_000;

	/** A module takes milliseconds; this is for one that does not end. */
	private static final Duration STUCK = Duration.ofSeconds(60);

	private static final Limits LIMITS = new Limits(Duration.ofMillis(10), 4 << 20, 1 << 10, 16 << 10);

	private static final Limits PATIENT = new Limits(Duration.ofSeconds(30), 4 << 20, 1 << 10, 16 << 10);

	private static final long[] ARGUMENTS = { 0, 1, -1, 7, Integer.MAX_VALUE, Integer.MIN_VALUE, Long.MIN_VALUE };

	private final long seed;

	private final Map<String, Integer> endings = new TreeMap<>();

	private final ModuleMutator mutator;

	private final Engine engine = new Engine(HostMemory.ofHeap().withTotal(64 << 20));

	private final Template harmless = this.engine.load(Fixtures.module("add"), PATIENT, Capabilities.NONE);

	private volatile long started;

	private volatile int current;

	private MutatedModulesProcess(long seed, List<byte[]> seeds) {
		this.seed = seed;
		this.mutator = new ModuleMutator(seeds);
	}

	/**
	 * Prints how the modules ended.
	 * @param arguments the seed, the number of the first module and that of the last
	 */
	public static void main(String[] arguments) throws Exception {
		long seed = Long.parseLong(arguments[0]);
		new MutatedModulesProcess(seed, seeds()).run(Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
		System.exit(0);
	}

	static List<byte[]> seeds() throws IOException, URISyntaxException {
		try (Stream<Path> fixtures = Files.list(directory("/fixtures/add.wasm"));
				Stream<Path> hostile = Files.list(directory("/hostile/loop_br.wasm"))) {
			return Stream.concat(fixtures, hostile)
				.filter((file) -> file.toString().endsWith(".wasm"))
				.sorted()
				.map(MutatedModulesProcess::read)
				.filter((bytes) -> bytes.length < 2_000)
				.toList();
		}
	}

	private static Path directory(String resource) throws URISyntaxException {
		return Path.of(MutatedModulesProcess.class.getResource(resource).toURI()).getParent();
	}

	private static byte[] read(Path file) {
		try {
			return Files.readAllBytes(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void run(int first, int last) throws Exception {
		this.started = System.nanoTime();
		Thread working = Thread.currentThread();
		Thread watching = new Thread(() -> endWhenStuck(working), "stuck");
		watching.setDaemon(true);
		watching.start();
		Vitals before = null;
		for (int i = first; i <= last; i++) {
			this.current = i;
			this.started = System.nanoTime();
			meet(this.mutator.next(new Random(this.seed * 1_000_003 + i)));
			if (i - first == WARM) {
				before = Vitals.now();
			}
			if ((i + 1 - first) % PROGRESS == 0) {
				System.out.println((i + 1 - first) + " modules: " + this.endings);
			}
		}
		if (before != null) {
			requireNoGrowth(before, Vitals.now());
		}
		System.out.println("seed " + this.seed + ", modules " + first + " to " + last + ": " + this.endings);
	}

	private void meet(byte[] bytes) {
		try {
			Module module = Module.parse("mutated", "fuzzing", bytes);
			Template template = this.engine.load(module, LIMITS, Capabilities.NONE);
			module.exports().stream().limit(3).forEach((export) -> call(template, export));
		}
		catch (ModuleException ex) {
			count("module-rejected");
			require(ex.reason().matches("(?s).*[.…]") && ex.remedy().endsWith("."), "no sentence: " + ex);
			require(!ex.reason().contains("internal error"), "no reason: " + ex);
		}
		catch (Throwable ex) {
			throw new IllegalStateException("Module " + this.current + " was not refused but threw", ex);
		}
		require(!Thread.interrupted(), "an interrupt was left behind");
		require(this.engine.memoryInUse() == 0, "memory was left behind");
		if (this.current % 100 == 0) {
			long[] answer = call(this.harmless, 40, 2);
			require(answer[0] == 42, "40 + 2 = " + answer[0]);
		}
	}

	private void call(Template template, Export export) {
		try (Sandbox sandbox = template.open(export, LIMITS, Capabilities.NONE)) {
			if (export.kind() == Kind.NUMERIC) {
				long[] arguments = new long[export.parameters().size()];
				for (int i = 0; i < arguments.length; i++) {
					arguments[i] = ARGUMENTS[(i + this.current) % ARGUMENTS.length];
				}
				sandbox.call(arguments);
			}
			else {
				sandbox.call("Ada".getBytes());
			}
			count("success");
		}
		catch (SandboxException ex) {
			count(ex.outcome().toString());
			require(!ex.getMessage().contains("internal error"), "no reason: " + ex);
			require(ex.outcome() != Outcome.SUCCESS, "failed with success");
		}
	}

	private static long[] call(Template template, long... arguments) {
		try (Sandbox sandbox = template.open(template.module().exports().get(0), PATIENT, Capabilities.NONE)) {
			return sandbox.call(arguments);
		}
	}

	private void count(String ending) {
		this.endings.merge(ending, 1, Integer::sum);
	}

	private void require(boolean condition, String problem) {
		if (!condition) {
			throw new IllegalStateException("Module " + this.current + ": " + problem);
		}
	}

	private void endWhenStuck(Thread working) {
		while (System.nanoTime() - this.started < STUCK.toNanos()) {
			try {
				Thread.sleep(1_000);
			}
			catch (InterruptedException ex) {
				return;
			}
		}
		System.out.println("Stuck at module " + this.current + " of seed " + this.seed);
		for (StackTraceElement element : working.getStackTrace()) {
			System.out.println("\tat " + element);
		}
		Runtime.getRuntime().halt(2);
	}

	private static void requireNoGrowth(Vitals before, Vitals after) {
		System.out.println("before: " + before + ", after: " + after);
		if (after.heap() > before.heap() + (5 << 20) || after.threads() > before.threads()
				|| after.classes() > before.classes() + 500) {
			throw new IllegalStateException("Something grows: " + before + " -> " + after);
		}
	}

}
