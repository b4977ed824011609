package dev.wasmspring.function;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import ch.qos.logback.classic.Level;
import dev.wasmspring.Fixtures;
import dev.wasmspring.Vitals;
import dev.wasmspring.function.ModuleStatus.State;
import dev.wasmspring.sandbox.CraftedModule;
import dev.wasmspring.sandbox.Engine;
import dev.wasmspring.sandbox.Template;
import dev.wasmspring.sandbox.compiler.CompilationSource;
import dev.wasmspring.sandbox.limit.HostMemory;
import dev.wasmspring.sandbox.limit.Outcome;
import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.module.ModuleException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

@Timeout(value = 240, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LoadedModulesTests {

	@TempDir
	Path temporary;

	private Engine engine;

	/** What a module that answers a number holds. */
	private long one;

	@BeforeEach
	void openEngine() {
		this.engine = new Engine(HostMemory.ofHeap(), this.temporary.resolve("cache"));
		this.one = this.engine
			.load(CraftedModule.answering(-1), TestFunctions.LIMITS, TestFunctions.SETTINGS.capabilities())
			.loadedMemory();
	}

	@AfterEach
	void closeEngine() {
		this.engine.close();
	}

	/** Memory for as many modules and half of another: they differ by a few bytes. */
	private long room(int modules) {
		return modules * this.one + this.one / 2;
	}

	/** Functions of as many modules, the first of which answers 0. */
	private ServedModules served(int modules, long budget) {
		List<FunctionDefinition> definitions = new ArrayList<>();
		for (int i = 0; i < modules; i++) {
			definitions.addAll(TestFunctions.named("answering-" + i, CraftedModule.answering(i)));
		}
		return served(definitions, budget);
	}

	private ServedModules served(List<FunctionDefinition> definitions, long budget) {
		return new ServedModules(this.engine, definitions, List.of(), FunctionObserver.NONE, budget, InputWriter.NONE);
	}

	private static void call(WasmFunctions functions, int... modules) {
		for (int module : modules) {
			assertThat(functions.get("answering-" + module).apply("")).isEqualTo(String.valueOf(module));
		}
	}

	private static List<String> names(WasmFunctions functions, State state) {
		return functions.modules()
			.stream()
			.filter((module) -> module.state() == state)
			.map(ModuleStatus::name)
			.sorted()
			.toList();
	}

	@Test
	void loadedModulesHoldNoMoreThanTheyMayAndAllAnswer() {
		WasmFunctions functions = new WasmFunctions(served(10, room(3)));
		for (int round = 0; round < 3; round++) {
			for (int i = 0; i < 10; i++) {
				call(functions, i);
				assertThat(functions.loadedMemory().used()).isPositive().isLessThanOrEqualTo(room(3));
			}
		}
		assertThat(names(functions, State.READY)).containsExactly("answering-7", "answering-8", "answering-9");
		assertThat(names(functions, State.UNLOADED)).hasSize(7);
		assertThat(functions.loadedMemory().budget()).isEqualTo(room(3));
		assertThat(functions.loadedMemory().unloads()).isEqualTo(27);
		assertThat(functions.get("answering-0").statistics().loads()).isEqualTo(3);
	}

	@Test
	void theLeastRecentlyCalledIsUnloadedFirst() {
		WasmFunctions functions = new WasmFunctions(served(4, room(3)));
		call(functions, 0, 1, 2, 0, 3);
		assertThat(names(functions, State.UNLOADED)).containsExactly("answering-1");
		call(functions, 2, 1);
		assertThat(names(functions, State.UNLOADED)).containsExactly("answering-0");
	}

	@Test
	void whatWasNeverCalledIsUnloadedBeforeWhatWas() {
		ServedModules served = served(4, room(4));
		WasmFunctions functions = new WasmFunctions(served);
		call(functions, 3);
		new ModuleLoading(served).loadAll(false);
		assertThat(names(functions, State.READY)).hasSize(4);
		ServedModules narrow = served(4, room(2));
		WasmFunctions others = new WasmFunctions(narrow);
		call(others, 3);
		for (LazyTemplate module : narrow.templates()) {
			load(module);
		}
		assertThat(names(others, State.READY)).contains("answering-3").hasSize(2);
	}

	private static void load(LazyTemplate module) {
		try {
			module.load();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void withoutALimitNothingIsUnloaded() {
		WasmFunctions functions = new WasmFunctions(new ServedModules(this.engine,
				served(5, 1).templates()
					.stream()
					.flatMap((module) -> TestFunctions.named(module.module().name(), module.module()).stream())
					.toList(),
				List.of()));
		call(functions, 0, 1, 2, 3, 4);
		assertThat(names(functions, State.READY)).hasSize(5);
		assertThat(functions.loadedMemory().budget()).isNull();
		assertThat(functions.loadedMemory().unloads()).isZero();
		assertThat(functions.loadedMemory().used()).isGreaterThan(room(4));
	}

	@Test
	void aModuleStaysWhileACallRunsInIt() throws Exception {
		ServedModules served = served(3, room(1));
		WasmFunctions functions = new WasmFunctions(served);
		LazyTemplate first = served.templates().get(0);
		first.begin(System.nanoTime());
		Template template = first.get(Duration.ofSeconds(60));
		call(functions, 1, 2, 0);
		assertThat(first.loaded()).isSameAs(template);
		assertThat(first.unload()).isFalse();
		first.end();
		assertThat(functions.loadedMemory().used()).isLessThanOrEqualTo(room(1));
		call(functions, 1);
		assertThat(first.loaded()).isNull();
	}

	@Test
	void whatExceededTheLimitWhileItRanIsUnloadedWhenItsCallEnds() throws Exception {
		ServedModules served = served(2, room(1));
		WasmFunctions functions = new WasmFunctions(served);
		List<LazyTemplate> modules = served.templates();
		for (LazyTemplate module : modules) {
			module.begin(System.nanoTime());
			module.get(Duration.ofSeconds(60));
		}
		assertThat(functions.loadedMemory().used()).isGreaterThan(room(1));
		modules.get(1).end();
		assertThat(functions.loadedMemory().used()).isLessThanOrEqualTo(room(1));
		assertThat(names(functions, State.READY)).containsExactly("answering-0");
		modules.get(0).end();
		assertThat(names(functions, State.READY)).containsExactly("answering-0");
	}

	@Test
	void aModuleLargerThanTheLimitAnswersAndIsWarnedOfOnce() {
		try (LogCapture log = new LogCapture(LoadedModules.class.getName(), Level.WARN)) {
			WasmFunctions functions = new WasmFunctions(served(2, 1));
			call(functions, 0, 1, 0, 1);
			assertThat(log.lines()).singleElement()
				.asString()
				.contains("it is loaded again for each of its calls. Raise 'wasm.compilation.loaded-memory'.");
		}
	}

	@Test
	void aModuleThatIsBeingLoadedIsNotUnloaded() throws Exception {
		CountDownLatch reading = new CountDownLatch(1);
		CountDownLatch mayRead = new CountDownLatch(1);
		AtomicInteger reads = new AtomicInteger();
		Module module = Module.parse("cat", "fixture", () -> {
			if (reads.incrementAndGet() == 2) {
				reading.countDown();
				awaitQuietly(mayRead);
			}
			return Fixtures.bytes("cat");
		});
		LazyTemplate lazy = served(TestFunctions.named("cat", module), LoadedModules.UNLIMITED).templates().get(0);
		Thread loading = new Thread(() -> load(lazy));
		loading.start();
		reading.await();
		assertThat(lazy.unload()).isFalse();
		mayRead.countDown();
		loading.join();
		assertThat(lazy.loaded()).isNotNull();
		assertThat(lazy.unload()).isTrue();
		assertThat(lazy.isUnloaded()).isTrue();
		assertThat(lazy.unload()).isFalse();
	}

	private static void awaitQuietly(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void anUnloadedModuleIsCollectedWithItsClassesAndComesBackFromTheCache() throws Exception {
		WasmFunctions functions = new WasmFunctions(served(2, room(1)));
		call(functions, 0);
		WeakReference<Object> template = new WeakReference<>(functions.modules()
			.stream()
			.map(ModuleStatus::template)
			.filter((loaded) -> loaded != null)
			.map(Template::identity)
			.findFirst()
			.orElseThrow());
		long before = Vitals.now().unloaded();
		call(functions, 1);
		awaitCollected(template);
		assertThat(Vitals.now().unloaded()).as("classes").isGreaterThanOrEqualTo(before + 3);
		call(functions, 0);
		assertThat(functions.modules()).filteredOn((module) -> module.template() != null)
			.extracting((module) -> module.template().compilationSource())
			.containsExactly(CompilationSource.CACHE);
	}

	/** Until then others find it, and need not load it. */
	private static void awaitCollected(WeakReference<Object> template) throws InterruptedException {
		while (template.get() != null) {
			Vitals.now();
		}
	}

	private static WeakReference<Object> weak(LazyTemplate module) {
		return new WeakReference<>(module.loaded().identity());
	}

	@Test
	void modulesWithTheSameDigestAreLoadedOnceAndUnloadedTogether() {
		List<FunctionDefinition> definitions = new ArrayList<>();
		byte[] bytes = CraftedModule.answering(7).binary();
		for (String name : List.of("left", "right")) {
			definitions.addAll(TestFunctions.named(name, Module.parse(name, name, bytes)));
		}
		definitions.addAll(TestFunctions.named("answering-1", CraftedModule.answering(1)));
		definitions.addAll(TestFunctions.named("answering-2", CraftedModule.answering(2)));
		WasmFunctions functions = new WasmFunctions(served(definitions, room(2)));
		assertThat(functions.get("left").apply("")).isEqualTo("7");
		assertThat(functions.get("right").apply("")).isEqualTo("7");
		assertThat(functions.loadedMemory().used()).isLessThanOrEqualTo(room(1));
		List<Template> templates = functions.modules()
			.stream()
			.map(ModuleStatus::template)
			.filter((template) -> template != null)
			.toList();
		assertThat(templates).hasSize(2).doesNotHaveDuplicates();
		assertThat(templates.get(0).identity()).isSameAs(templates.get(1).identity());
		assertThat(templates).extracting((template) -> template.module().name()).containsExactly("left", "right");
		call(functions, 1);
		assertThat(names(functions, State.UNLOADED)).isEmpty();
		call(functions, 2);
		assertThat(names(functions, State.UNLOADED)).containsExactly("left", "right");
		assertThat(functions.get("right").apply("")).isEqualTo("7");
		assertThat(names(functions, State.UNLOADED)).containsExactly("answering-1", "left");
	}

	@Test
	void manyThreadsThatCallMoreModulesThanFitAllGetTheirAnswers() throws Exception {
		WasmFunctions functions = new WasmFunctions(served(6, room(2)));
		ExecutorService threads = Executors.newFixedThreadPool(8);
		try {
			List<Future<?>> running = new ArrayList<>();
			for (int i = 0; i < 8; i++) {
				int first = i;
				running.add(threads.submit(() -> {
					for (int j = 0; j < 200; j++) {
						call(functions, (first + j * 5) % 6);
					}
				}));
			}
			for (Future<?> future : running) {
				future.get();
			}
		}
		finally {
			threads.shutdownNow();
			threads.awaitTermination(60, TimeUnit.SECONDS);
		}
		call(functions, 0);
		assertThat(functions.loadedMemory().used()).isPositive().isLessThanOrEqualTo(room(2));
		assertThat(functions.loadedMemory().unloads()).isPositive();
		assertThat(functions.rejected()).isEmpty();
		for (int i = 0; i < 6; i++) {
			assertThat(functions.get("answering-" + i).statistics().calls(Outcome.SUCCESS)).isGreaterThan(200);
		}
	}

	@Test
	void anUnloadedModuleIsLoadedFromTheCacheEvenIfItsFileIsAnotherByNow() throws Exception {
		Path file = Files.write(this.temporary.resolve("cat.wasm"), Fixtures.bytes("cat"));
		Module module = Module.parse("cat", "file", () -> read(file));
		LazyTemplate lazy = new LazyTemplate(this.engine, module,
				TestFunctions.definitions(module, TestFunctions.SETTINGS), FunctionObserver.NONE,
				new LoadedModules(LoadedModules.UNLIMITED));
		load(lazy);
		WeakReference<Object> template = weak(lazy);
		assertThat(lazy.unload()).isTrue();
		awaitCollected(template);
		Files.write(file, Fixtures.bytes("echo"));
		assertThat(lazy.get().compilationSource()).isEqualTo(CompilationSource.CACHE);
	}

	@Test
	void aModuleThatCannotBeLoadedAgainIsTriedAgain() throws Exception {
		AtomicLong now = new AtomicLong();
		AtomicInteger broken = new AtomicInteger();
		try (Engine withoutCache = new Engine()) {
			Module module = Module.parse("cat", "file", () -> {
				if (broken.get() > 0) {
					throw new ModuleException("cat", "file", "It is larger than allowed.", "Make it smaller.", null);
				}
				return Fixtures.bytes("cat");
			});
			LazyTemplate lazy = new LazyTemplate(withoutCache, module,
					TestFunctions.definitions(module, TestFunctions.SETTINGS), FunctionObserver.NONE,
					new LoadedModules(LoadedModules.UNLIMITED), now::get);
			load(lazy);
			WeakReference<Object> template = weak(lazy);
			assertThat(lazy.unload()).isTrue();
			awaitCollected(template);
			broken.set(1);
			ModuleException failure = catchThrowableOfType(ModuleException.class, lazy::get);
			assertThat(failure.isTemporary()).isTrue();
			assertThat(failure.reason()).isEqualTo("It is larger than allowed.");
			assertThat(lazy.lastingFailure()).isNull();
			broken.set(0);
			now.addAndGet(Duration.ofMinutes(2).toNanos());
			assertThat(lazy.get()).isNotNull();
			assertThat(lazy.failure()).isNull();
		}
	}

	@Test
	void aModuleThatIsTakenOutOfServiceIsNotCountedAnyMore() throws Exception {
		ServedModules served = served(2, LoadedModules.UNLIMITED);
		WasmFunctions functions = new WasmFunctions(served);
		call(functions, 0, 1);
		served.remove("answering-0");
		assertThat(functions.loadedMemory().used()).isPositive().isLessThanOrEqualTo(room(1));
		PreparedModule newer = served
			.prepare(TestFunctions.named("answering-1", Module.parse("answering-1", "file", Fixtures.bytes("add"))));
		assertThat(functions.loadedMemory().used()).as("not in service yet").isLessThanOrEqualTo(room(1));
		served.serve(newer);
		assertThat(functions.loadedMemory().used()).isPositive();
		served.remove("answering-1");
		assertThat(functions.loadedMemory().used()).isZero();
	}

	@Test
	void whatThereIsNoRoomForIsLeftToItsFirstCall() throws Exception {
		try (Engine before = new Engine(HostMemory.ofHeap(), this.temporary.resolve("cache"))) {
			for (int i = 0; i < 5; i++) {
				before.load(CraftedModule.answering(i), TestFunctions.LIMITS, TestFunctions.SETTINGS.capabilities());
			}
		}
		ServedModules served = served(5, room(2));
		WasmFunctions functions = new WasmFunctions(served);
		try (LogCapture log = new LogCapture(ModuleLoading.class.getName(), Level.INFO)) {
			new ModuleLoading(served).loadRemaining();
			while (log.lines().isEmpty()) {
				Thread.sleep(1);
			}
			assertThat(log.lines().get(0)).startsWith("INFO Loaded 3 WebAssembly module(s), compiled before, in ")
				.endsWith(", left 2 to their first calls since there is no more room");
		}
		assertThat(names(functions, State.PENDING)).containsExactly("answering-3", "answering-4");
		call(functions, 4);
		assertThat(names(functions, State.READY)).contains("answering-4").hasSize(2);
	}

	private static byte[] read(Path file) {
		try {
			return Files.readAllBytes(file);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
