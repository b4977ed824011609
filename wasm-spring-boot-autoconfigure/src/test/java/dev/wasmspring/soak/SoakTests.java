package dev.wasmspring.soak;

import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

import dev.wasmspring.Fixtures;
import dev.wasmspring.Vitals;
import dev.wasmspring.function.CallStatistics;
import dev.wasmspring.function.FunctionDefinition;
import dev.wasmspring.function.FunctionObserver;
import dev.wasmspring.function.FunctionSettings;
import dev.wasmspring.function.ModuleLoading;
import dev.wasmspring.function.ServedModules;
import dev.wasmspring.function.WasmFunction;
import dev.wasmspring.function.WasmFunctionException;
import dev.wasmspring.function.WasmFunctions;
import dev.wasmspring.sandbox.Engine;
import dev.wasmspring.sandbox.LateInterrupts;
import dev.wasmspring.sandbox.Sandbox;
import dev.wasmspring.sandbox.Template;
import dev.wasmspring.sandbox.limit.HostMemory;
import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.limit.Outcome;
import dev.wasmspring.sandbox.limit.SandboxException;
import dev.wasmspring.sandbox.module.Export;
import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.module.ModuleException;
import dev.wasmspring.sandbox.wasi.Capabilities;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What only shows after many calls, or under load. {@code soak/run.sh} runs the long form
 * and writes what it measured into a document; without it everything is shorter, and no
 * time decides anything.
 */
@TestMethodOrder(OrderAnnotation.class)
@Timeout(value = 3, unit = TimeUnit.HOURS)
class SoakTests {

	/** Where the results go; if there is none, this is the short form. */
	private static final String REPORT = System.getProperty("soak.report");

	/** More modules to load, below a directory. */
	private static final String MODULES = System.getProperty("soak.modules");

	private static final boolean LONG = REPORT != null;

	private static final int CORES = Runtime.getRuntime().availableProcessors();

	private static final Limits LIMITS = new Limits(Duration.ofSeconds(60), 16 << 20, 1 << 20, 1 << 20);

	private static final SoakReport report = new SoakReport();

	private static int orShort(int longForm, int shortForm) {
		return LONG ? longForm : shortForm;
	}

	@AfterAll
	static void write() throws IOException {
		if (REPORT != null) {
			report.writeInto(Path.of(REPORT), "results");
		}
	}

	@Test
	@Order(1)
	void noInterruptOutlivesItsCall() throws Exception {
		LateInterrupts result = LateInterrupts.of(orShort(2_000_000, 50_000), Math.max(2, CORES));
		assertThat(result.timeouts()).isBetween(1, result.calls() - 1);
		report.exactly(
				String.format(Locale.ROOT, "Late interrupts in %,d calls that race their deadline", result.calls()), 0,
				result.late());
		report.detail(String.format(Locale.ROOT, "Of the calls that race their deadline, %,d ended at it.",
				result.timeouts()));
		assertThat(result.late()).isZero();
	}

	@Test
	@Order(2)
	void callsAtTheSameTimeSeeNothingOfEachOther() throws Exception {
		try (Engine engine = new Engine()) {
			Map<Template, String> expected = new LinkedHashMap<>();
			expected.put(load(engine, "/fixtures/counter"), "2");
			expected.put(load(engine, "/fixtures/command_counter"), "1");
			expected.put(load(engine, "/fixtures/data_drop"), "42");
			expected.put(load(engine, "/hostile/iso_global"), "1");
			expected.put(load(engine, "/hostile/iso_data_write"), "97");
			expected.put(load(engine, "/hostile/iso_elem_drop"), "7");
			expected.put(load(engine, "/hostile/iso_table_set"), "1");
			expected.put(load(engine, "/hostile/iso_table_grow"), "1");
			expected.put(load(engine, "/hostile/iso_memory_grow"), "1");
			Template echo = load(engine, "/fixtures/echo");
			List<Template> templates = new ArrayList<>(expected.keySet());
			AtomicInteger wrong = new AtomicInteger();
			int calls = orShort(1_600_000, 40_000);
			inParallel(4 * CORES, calls, (i) -> {
				Template template = templates.get(i % templates.size());
				if (!call(template, LIMITS).equals(expected.get(template))) {
					wrong.incrementAndGet();
				}
				if (i % 10 == 0) {
					byte[] own = ("call " + i).repeat(i % 50).getBytes(StandardCharsets.UTF_8);
					try (Sandbox sandbox = open(echo, LIMITS)) {
						wrong.addAndGet(Arrays.equals(sandbox.call(own), own) ? 0 : 1);
					}
				}
			});
			report.exactly(String.format(Locale.ROOT, "Wrong answers in %,d concurrent calls of %d modules",
					calls + calls / 10, templates.size() + 1), 0, wrong.get());
			assertThat(wrong).hasValue(0);
		}
	}

	@Test
	@Order(3)
	void callsLeaveNothingBehind() throws Exception {
		try (Engine engine = new Engine()) {
			List<Template> templates = Stream
				.of("/fixtures/echo", "/fixtures/cat", "/fixtures/add", "/fixtures/trap", "/fixtures/exit3",
						"/fixtures/flood", "/fixtures/grow", "/fixtures/random", "/fixtures/stderr", "/fixtures/open",
						"/hostile/table_grow_all", "/hostile/wasi_disk_fill", "/hostile/trap_load_straddle")
				.map((name) -> load(engine, name))
				.toList();
			Template spin = load(engine, "/fixtures/spin");
			Limits brief = new Limits(Duration.ofMillis(1), 1 << 20, 0, 1 << 10);
			int calls = orShort(1_000_000, 60_000);
			Limits limits = new Limits(Duration.ofSeconds(60), 1 << 20, 1 << 20, 16 << 10);
			callAll(templates, spin, limits, brief, 10_000);
			Vitals before = Vitals.now();
			callAll(templates, spin, limits, brief, calls);
			Vitals after = Vitals.now();
			double heap = (after.heap() - before.heap()) / (double) (1 << 20);
			report.atMost(String.format(Locale.ROOT, "Growth of the heap over %,d calls, MB", calls), 5, heap);
			report.atMost("More threads after them", 0, after.threads() - before.threads());
			report.atMost("More open files after them", 0, after.files() - before.files());
			assertThat(heap).isLessThan(orShort(5, 2));
			assertThat(after.threads()).isLessThanOrEqualTo(before.threads());
			// Beside other tests a jar may be opened late; a file for each call that is
			// ended at its deadline would be 60
			assertThat(after.files()).isLessThanOrEqualTo(before.files() + orShort(0, 5));
			assertThat(engine.runningCalls().getAsInt()).isZero();
		}
	}

	private static void callAll(List<Template> templates, Template spin, Limits limits, Limits brief, int calls)
			throws Exception {
		inParallel(CORES, calls, (i) -> {
			boolean spins = i % 1_000 == 0;
			try {
				call(spins ? spin : templates.get(i % templates.size()), spins ? brief : limits);
			}
			catch (SandboxException ex) {
				// Calls that fail must leave nothing behind either
			}
		});
	}

	@Test
	@Order(4)
	void modulesThatAreUnloadedLeaveNothingBehind() throws Exception {
		List<String> names = List.of("echo", "cat", "add", "trap", "counter", "numbers", "initialize", "large_table");
		try (Engine engine = new Engine()) {
			loadAndForget(engine, names, 20);
			Vitals before = Vitals.now();
			int loads = orShort(1_000, 60);
			loadAndForget(engine, names, loads);
			Vitals after = Vitals.now();
			long unloaded = after.unloaded() - before.unloaded();
			double heap = (after.heap() - before.heap()) / (double) (1 << 20);
			report.atMost(String.format(Locale.ROOT, "More classes after %,d loads and unloads", loads), 10,
					after.classes() - before.classes());
			report.atMost("Growth of the heap over them, MB", 5, heap);
			report.detail(
					String.format(Locale.ROOT, "%,d loads and unloads: %,d classes were unloaded.", loads, unloaded));
			assertThat(unloaded).isGreaterThanOrEqualTo(loads);
			assertThat(after.classes()).isLessThan(before.classes() + 30);
			assertThat(heap).isLessThan(5);
			assertThat(after.threads()).isLessThanOrEqualTo(before.threads());
		}
	}

	private static void loadAndForget(Engine engine, List<String> names, int loads) {
		for (int i = 0; i < loads; i++) {
			Template template = load(engine, "/fixtures/" + names.get(i % names.size()));
			try {
				call(template, LIMITS);
			}
			catch (SandboxException ex) {
				// One of them traps
			}
		}
	}

	@Test
	@Order(5)
	void everyLoopEndsSoonAfterItsDeadline() throws Exception {
		List<String> names = List.of("/fixtures/spin", "/fixtures/spin_br", "/fixtures/spin_br_table",
				"/fixtures/spin_deep", "/fixtures/sleep", "/hostile/loop_mem_write", "/hostile/loop_call_leaf",
				"/hostile/loop_call_indirect", "/hostile/loop_host_call", "/hostile/loop_memory_copy",
				"/hostile/finite_but_long", "/hostile/bulk_straight_line", "/hostile/wasi_random_loop",
				"/hostile/wasi_poll_forever");
		Limits limits = new Limits(Duration.ofMillis(100), 64 << 20, 1 << 20, 1 << 20);
		try (Engine engine = new Engine()) {
			List<Template> templates = names.stream()
				.map((name) -> load(engine, name, new Limits(Duration.ofSeconds(60), 64 << 20, 0, 0)))
				.toList();
			int rounds = orShort(30, 1);
			List<Double> idle = new ArrayList<>();
			for (int i = 0; i < rounds * templates.size(); i++) {
				idle.add(overrun(templates.get(i % templates.size()), limits));
			}
			report.atMost("Time past the deadline, p99, idle, ms", 50, percentile(idle, 0.99));
			Map<Integer, List<Double>> loaded = new LinkedHashMap<>();
			int spinning = 3 * CORES;
			ExecutorService threads = Executors.newFixedThreadPool(spinning);
			try {
				List<Callable<List<Double>>> work = new ArrayList<>();
				for (int t = 0; t < spinning; t++) {
					int first = t;
					work.add(() -> {
						List<Double> overruns = new ArrayList<>();
						for (int i = 0; i < rounds * 4; i++) {
							overruns.add(overrun(templates.get((first + i) % 4), limits));
						}
						return overruns;
					});
				}
				for (Future<List<Double>> part : threads.invokeAll(work)) {
					loaded.put(loaded.size(), part.get());
				}
			}
			finally {
				threads.shutdownNow();
			}
			report.atMost("Time past the deadline, p99, with three times as many spinning guests as cores, ms", 300,
					percentile(loaded.values().stream().flatMap(List::stream).toList(), 0.99));
		}
	}

	/** Milliseconds from the deadline to the end of a call. */
	private static double overrun(Template template, Limits limits) {
		long start = System.nanoTime();
		try {
			call(template, limits);
			throw new AssertionError(template.module() + " ended by itself");
		}
		catch (SandboxException ex) {
			assertThat(ex.outcome()).as(template.module().name()).isEqualTo(Outcome.TIMEOUT);
		}
		return (System.nanoTime() - start - limits.timeout().toNanos()) / 1e6;
	}

	@Test
	@Order(6)
	void aFunctionAnswersWhileEightOthersAttack() throws Exception {
		List<String> attackers = List.of("/hostile/loop_br_if", "/hostile/mem_grow_all", "/hostile/table_grow_all",
				"/hostile/loop_memory_copy", "/fixtures/flood", "/fixtures/stderr_flood", "/hostile/rec_indirect",
				"/hostile/wasi_random_loop");
		LongAdder waited = new LongAdder();
		// In the short form a rate that attackers exceed on any machine
		HostMemory memory = LONG ? HostMemory.ofHeap() : HostMemory.ofHeap().withRate(16 << 20);
		try (Engine engine = new Engine(memory)) {
			WasmFunction victim = function(engine, "/fixtures/echo", LIMITS, FunctionObserver.NONE);
			Limits limits = new Limits(Duration.ofMillis(200), 64 << 20, 1 << 20, 1 << 20);
			List<WasmFunction> attacking = attackers.stream()
				.map((name) -> function(engine, name, limits, new MemoryWaits(waited)))
				.toList();
			int calls = orShort(5_000, 200);
			callRegularly(victim, calls);
			double[] idle = callRegularly(victim, calls).times();
			List<Runnable> loops = Collections.nCopies(attacking.size(), Thread::onSpinWait);
			double[] queued = callBeside(loops, victim, calls).times();
			AtomicInteger attacks = new AtomicInteger();
			List<Runnable> attempts = attacking.stream().<Runnable>map((attacker) -> () -> {
				attack(attacker);
				attacks.incrementAndGet();
			}).toList();
			Regular beside = callBeside(attempts, victim, calls);
			double[] attacked = beside.times();
			assertThat(attacks).hasPositiveValue();
			assertThat(waited.sum()).as("nanoseconds that attackers waited for memory").isPositive();
			report.exactly(String.format(Locale.ROOT, "Errors in %,d calls beside eight attackers", calls), 0,
					beside.errors());
			assertThat(beside.errors()).isZero();
			double alone = percentile(idle, 0.99);
			double queue = Math.max(0, percentile(queued, 0.99) - alone);
			report.atMost("p99 of them, ms; at most five times that without attackers, and the queue",
					5 * alone + queue, percentile(attacked, 0.99));
			report.detail(String.format(Locale.ROOT,
					"A call every ten milliseconds without attackers: p50 %.3f, p99 %.3f ms. Beside eight Java loops, the"
							+ " queue for a processor: p50 %.3f, p99 %.3f ms. Beside eight attackers, which made %,d"
							+ " calls and waited %.0f s for memory: p50 %.3f, p99 %.3f, at most %.3f ms.",
					percentile(idle, 0.5), alone, percentile(queued, 0.5), percentile(queued, 0.99), attacks.get(),
					waited.sum() / 1e9, percentile(attacked, 0.5), percentile(attacked, 0.99),
					percentile(attacked, 1)));
		}
	}

	/** Calls a function while others do something all the time, each on its thread. */
	private static Regular callBeside(List<Runnable> others, WasmFunction function, int calls) throws Exception {
		AtomicBoolean running = new AtomicBoolean(true);
		ExecutorService threads = Executors.newFixedThreadPool(others.size());
		try {
			List<Future<?>> ends = new ArrayList<>();
			for (Runnable other : others) {
				ends.add(threads.submit(() -> {
					while (running.get()) {
						other.run();
					}
				}));
			}
			Regular calling = callRegularly(function, calls);
			running.set(false);
			for (Future<?> end : ends) {
				end.get(60, TimeUnit.SECONDS);
			}
			return calling;
		}
		finally {
			running.set(false);
			threads.shutdownNow();
		}
	}

	private static void attack(WasmFunction attacker) {
		try {
			attacker.apply(new byte[0]);
		}
		catch (WasmFunctionException ex) {
			assertThat(ex.outcome()).isIn(Outcome.TIMEOUT, Outcome.TRAP, Outcome.BAD_OUTPUT, Outcome.REJECTED);
		}
	}

	/**
	 * As requests come, one every ten milliseconds.
	 */
	private static Regular callRegularly(WasmFunction function, int calls) throws InterruptedException {
		double[] times = new double[calls];
		int errors = 0;
		byte[] input = "{\"name\":\"Ada\"}".getBytes(StandardCharsets.UTF_8);
		for (int i = 0; i < calls; i++) {
			Thread.sleep(10);
			long start = System.nanoTime();
			boolean right;
			try {
				right = Arrays.equals((byte[]) function.apply(input), input);
			}
			catch (WasmFunctionException ex) {
				right = false;
			}
			times[i] = (System.nanoTime() - start) / 1e6;
			errors += right ? 0 : 1;
		}
		return new Regular(times, errors);
	}

	@Test
	@Order(7)
	void whatIsAcceptedIsLoadedInTimeAndTakesLittleMetaspace() throws Exception {
		List<Loading> loadings = new ArrayList<>();
		int refused = 0;
		for (Map.Entry<String, byte[]> module : modules().entrySet()) {
			Loading loading = Loading.of(module.getKey(), module.getValue());
			if (loading != null && loading.seconds() > 0.5) {
				// Other work on the machine only adds time
				Loading again = Loading.of(module.getKey(), module.getValue());
				loading = (again != null && again.seconds() < loading.seconds()) ? again : loading;
			}
			if (loading == null) {
				refused++;
			}
			else {
				loadings.add(loading);
			}
		}
		Loading slowest = loadings.stream().max(Comparator.comparing(Loading::secondsPerMegabyte)).orElseThrow();
		Loading largest = loadings.stream().max(Comparator.comparing(Loading::metaspace)).orElseThrow();
		report.atMost("Loading a module that is accepted, seconds for each MB of it (at least one), worst of "
				+ loadings.size(), 2, slowest.secondsPerMegabyte());
		Loading dearest = loadings.stream()
			.max(Comparator.comparing(Loading::processorSecondsPerMegabyte))
			.orElseThrow();
		report.atMost("The same in seconds of a processor", 2, dearest.processorSecondsPerMegabyte());
		report.atMost("Metaspace of it, MB, worst", 50, largest.metaspace());
		report.detail(refused + " of " + (refused + loadings.size()) + " modules were refused. Slowest: " + slowest
				+ ". Largest: " + largest + ".");
		assertThat(largest.metaspace()).as(largest.toString()).isLessThan(50);
		assertThat(loadings).hasSizeGreaterThan(100);
	}

	private static Map<String, byte[]> modules() throws Exception {
		List<Path> directories = new ArrayList<>();
		for (String resource : List.of("/fixtures/add.wasm", "/hostile/loop_br.wasm", "/memory/memory.wasm")) {
			directories.add(Path.of(SoakTests.class.getResource(resource).toURI()).getParent());
		}
		if (MODULES != null) {
			directories.add(Path.of(MODULES));
		}
		Map<String, byte[]> modules = new LinkedHashMap<>();
		for (Path directory : directories) {
			try (Stream<Path> files = Files.walk(directory)) {
				for (Path file : files.filter((path) -> path.toString().endsWith(".wasm")).sorted().toList()) {
					modules.put(file.getParent().getFileName() + "/" + file.getFileName(), Files.readAllBytes(file));
				}
			}
		}
		return modules;
	}

	private static WasmFunction function(Engine engine, String resource, Limits limits, FunctionObserver observer) {
		Module module = module(resource);
		FunctionSettings settings = new FunctionSettings(null, null, null, limits, 16, Capabilities.NONE);
		FunctionDefinition definition = new FunctionDefinition(module.name(), module, module.exports().get(0),
				settings);
		ServedModules served = new ServedModules(engine, List.of(definition), List.of(), observer);
		new ModuleLoading(served).loadAll(false);
		return new WasmFunctions(served).get(module.name());
	}

	private static Template load(Engine engine, String resource) {
		return load(engine, resource, LIMITS);
	}

	private static Template load(Engine engine, String resource, Limits limits) {
		return engine.load(module(resource), limits, Capabilities.NONE);
	}

	private static Module module(String resource) {
		if (resource.startsWith("/fixtures/")) {
			return Fixtures.module(resource.substring("/fixtures/".length()));
		}
		try (InputStream stream = SoakTests.class.getResourceAsStream(resource + ".wasm")) {
			return Module.parse(resource.substring(resource.lastIndexOf('/') + 1), "test resource " + resource,
					stream.readAllBytes());
		}
		catch (IOException ex) {
			throw new IllegalArgumentException(resource, ex);
		}
	}

	private static Sandbox open(Template template, Limits limits) {
		return template.open(template.module().exports().get(0), limits, Capabilities.NONE);
	}

	/** Calls a module's first function and answers what it says as text. */
	private static String call(Template template, Limits limits) {
		Export export = template.module().exports().get(0);
		try (Sandbox sandbox = open(template, limits)) {
			return switch (export.kind()) {
				case NUMERIC -> text(sandbox.call(new long[export.parameters().size()]));
				case SCRIPT -> throw new IllegalArgumentException("A script takes content of a kind");
				case BYTES, COMMAND -> new String(sandbox.call(new byte[] { 1, 2, 3 }), StandardCharsets.UTF_8);
			};
		}
	}

	private static String text(long[] results) {
		return (results.length > 0) ? Long.toString(results[0]) : "";
	}

	private static double percentile(List<Double> values, double part) {
		return percentile(values.stream().mapToDouble(Double::doubleValue).toArray(), part);
	}

	private static double percentile(double[] values, double part) {
		double[] sorted = values.clone();
		Arrays.sort(sorted);
		return sorted[(int) Math.ceil(part * sorted.length) - 1];
	}

	private static void inParallel(int threads, int calls, IndexedCall call) throws Exception {
		AtomicInteger next = new AtomicInteger();
		ExecutorService executor = Executors.newFixedThreadPool(threads);
		try {
			List<Callable<Void>> work = new ArrayList<>();
			for (int t = 0; t < threads; t++) {
				work.add(() -> {
					for (int i = next.getAndIncrement(); i < calls; i = next.getAndIncrement()) {
						call.make(i);
					}
					return null;
				});
			}
			for (Future<Void> part : executor.invokeAll(work)) {
				part.get();
			}
		}
		finally {
			executor.shutdownNow();
			assertThat(executor.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
		}
	}

	/**
	 * How many milliseconds each call took, and how many had no answer or a wrong one.
	 */
	private record Regular(double[] times, int errors) {
	}

	/** Adds up how long calls waited for memory, in nanoseconds. */
	private record MemoryWaits(LongAdder waited) implements FunctionObserver {

		@Override
		public Calls calls(String function, CallStatistics statistics) {
			return (definition) -> new Call() {

				@Override
				public void sandbox(long coldStart, long memory, long memoryWait) {
					MemoryWaits.this.waited.add(memoryWait);
				}

				@Override
				public void ended(Outcome outcome, Throwable failure) {
					// The outcome is checked by whoever calls
				}

			};
		}

	}

	private interface IndexedCall {

		void make(int index);

	}

	/** What it took to load a module, which was accepted. */
	private record Loading(String name, int size, double seconds, double processorSeconds, double metaspace) {

		/** For what runs when a module is initialised, and may not end by itself. */
		private static final Limits LOADING = new Limits(Duration.ofSeconds(2), 256 << 20, 0, 0);

		static Loading of(String name, byte[] bytes) {
			long metaspace = Vitals.metaspaceInUse();
			long processor = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
			long start = System.nanoTime();
			try (Engine engine = new Engine()) {
				Template template = engine.load(Module.parse(name, "test", bytes), LOADING, Capabilities.NONE);
				double seconds = (System.nanoTime() - start) / 1e9;
				double used = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - processor) / 1e9;
				return new Loading(template.module().name(), bytes.length, seconds, used,
						(Vitals.metaspaceInUse() - metaspace) / (double) (1 << 20));
			}
			catch (ModuleException ex) {
				return null;
			}
		}

		double secondsPerMegabyte() {
			return this.seconds / megabytes();
		}

		double processorSecondsPerMegabyte() {
			return this.processorSeconds / megabytes();
		}

		private double megabytes() {
			return Math.max(1, this.size / (double) (1 << 20));
		}

		@Override
		public String toString() {
			return String.format(Locale.ROOT, "%s (%,d bytes; %.2f s, %.2f s of a processor; %.1f MB of metaspace)",
					this.name, this.size, this.seconds, this.processorSeconds, this.metaspace);
		}

	}

}
