package dev.wasmspring.function;

import java.io.IOException;
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
import java.util.function.Supplier;

import ch.qos.logback.classic.Level;
import dev.wasmspring.Fixtures;
import dev.wasmspring.sandbox.Engine;
import dev.wasmspring.sandbox.Template;
import dev.wasmspring.sandbox.compiler.CompilationSource;
import dev.wasmspring.sandbox.limit.HostMemory;
import dev.wasmspring.sandbox.limit.Outcome;
import dev.wasmspring.sandbox.limit.SandboxException;
import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.module.ModuleException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LazyTemplateTests {

	private static final Engine ENGINE = new Engine();

	@AfterAll
	static void closeEngine() {
		ENGINE.close();
	}

	@Test
	void aModuleIsLoadedOnceHoweverManyThreadsAsk() throws Exception {
		LazyTemplate module = loadable("cat");
		CountDownLatch allReady = new CountDownLatch(16);
		ExecutorService threads = Executors.newFixedThreadPool(16);
		try {
			List<Future<Template>> templates = new ArrayList<>();
			for (int i = 0; i < 16; i++) {
				templates.add(threads.submit(() -> {
					allReady.countDown();
					allReady.await();
					return module.get();
				}));
			}
			Template first = templates.get(0).get(60, TimeUnit.SECONDS);
			for (Future<Template> template : templates) {
				assertThat(template.get(60, TimeUnit.SECONDS)).isSameAs(first);
			}
			assertThat(first.module()).isSameAs(module.module());
		}
		finally {
			threads.shutdownNow();
		}
	}

	@Test
	void aModuleIsNotLoadedBeforeItIsNeeded() throws Exception {
		LazyTemplate module = loadable("initialize_traps");
		assertThat(module.failure()).isNull();
		assertThatExceptionOfType(ModuleException.class).isThrownBy(module::get);
		assertThat(module.failure()).isNotNull();
	}

	@Test
	void aModuleThatFailedOnceIsNotTriedAgain() {
		LazyTemplate module = loadable("initialize_traps");
		ModuleException first = catchThrowableOfType(ModuleException.class, module::get);
		assertThat(catchThrowableOfType(ModuleException.class, module::get)).isSameAs(first);
		assertThat(module.failure()).isSameAs(first);
	}

	@Test
	void aFailureThatMayPassIsKeptForAPauseThatGrows(@TempDir Path folder) throws Exception {
		AtomicLong now = new AtomicLong();
		AtomicInteger reads = new AtomicInteger();
		Path file = Files.write(folder.resolve("cat.wasm"), Fixtures.bytes("cat"));
		Engine engine = new Engine();
		LazyTemplate module = loadable("cat", engine, () -> {
			reads.incrementAndGet();
			return read(file);
		}, now);
		Files.delete(file);
		for (long pause : new long[] { 1, 2, 4, 8, 16, 32, 60, 60 }) {
			int before = reads.get();
			ModuleException failure = catchThrowableOfType(ModuleException.class, module::get);
			assertThat(failure.isTemporary()).isTrue();
			assertThat(reads).hasValue(before + 1);
			now.addAndGet(Duration.ofSeconds(pause).toNanos() - 1);
			assertThat(catchThrowableOfType(ModuleException.class, module::get)).isSameAs(failure);
			assertThat(reads).hasValue(before + 1);
			assertThat(module.failure()).isSameAs(failure);
			assertThat(module.lastingFailure()).isNull();
			now.addAndGet(1);
		}
		Files.write(file, Fixtures.bytes("cat"));
		assertThat(module.get()).isSameAs(module.get());
		assertThat(module.failure()).isNull();
		engine.close();
	}

	@Test
	void aModuleThatCouldNotBeInitialisedInTimeIsTriedAgain() {
		AtomicLong now = new AtomicLong();
		Module parsed = Fixtures.module("initialize_spins");
		LazyTemplate module = new LazyTemplate(ENGINE, parsed,
				TestFunctions.definitions(parsed,
						TestFunctions.settings(TestFunctions.withTimeout(Duration.ofMillis(20)), 1, null)),
				FunctionObserver.NONE, new LoadedModules(LoadedModules.UNLIMITED), now::get);
		ModuleException first = catchThrowableOfType(ModuleException.class, module::get);
		assertThat(first.isTemporary()).isTrue();
		assertThat(first.reason()).startsWith("Its initialisation failed (timeout)");
		now.addAndGet(Duration.ofSeconds(1).toNanos());
		assertThat(catchThrowableOfType(ModuleException.class, module::get)).isNotSameAs(first);
	}

	@Test
	void aModuleThatCouldNotBeInitialisedForLackOfMemoryIsTriedAgain() throws Exception {
		AtomicLong now = new AtomicLong();
		try (Engine engine = new Engine(HostMemory.ofHeap().withTotal(0))) {
			LazyTemplate module = loadable("initialize", engine, () -> Fixtures.bytes("initialize"), now);
			ModuleException failure = catchThrowableOfType(ModuleException.class, module::get);
			assertThat(failure.isTemporary()).as(failure.reason()).isTrue();
			assertThat(failure.reason()).startsWith("Its initialisation failed (rejected)");
		}
	}

	@Test
	void aModuleThatIsAskedForWhileNoCallsAreTakenIsNotAtFault() throws Exception {
		try (Engine engine = new Engine()) {
			LazyTemplate module = loadable("cat", engine);
			engine.endCalls();
			for (int i = 0; i < 2; i++) {
				SandboxException failure = catchThrowableOfType(SandboxException.class, module::get);
				assertThat(failure.outcome()).isEqualTo(Outcome.REJECTED);
				assertThat(module.failure()).isNull();
			}
			engine.acceptCalls();
			assertThat(module.get()).isNotNull();
		}
	}

	@Test
	void aFailureIsKnownUntilTheNextAttemptHasEnded(@TempDir Path folder) throws Exception {
		AtomicLong now = new AtomicLong();
		CountDownLatch reading = new CountDownLatch(1);
		CountDownLatch mayRead = new CountDownLatch(1);
		AtomicInteger reads = new AtomicInteger();
		Engine engine = new Engine();
		LazyTemplate module = loadable("cat", engine, () -> {
			int read = reads.incrementAndGet();
			if (read == 2) {
				return read(folder.resolve("missing.wasm"));
			}
			if (read == 3) {
				reading.countDown();
				awaitQuietly(mayRead);
			}
			return Fixtures.bytes("cat");
		}, now);
		ModuleException failure = catchThrowableOfType(ModuleException.class, module::get);
		now.addAndGet(Duration.ofSeconds(1).toNanos());
		module.retry();
		reading.await();
		assertThat(module.failure()).isSameAs(failure);
		mayRead.countDown();
		module.get();
		assertThat(module.failure()).isNull();
		engine.close();
	}

	private static void awaitQuietly(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static byte[] read(Path file) {
		try {
			return Files.readAllBytes(file);
		}
		catch (IOException ex) {
			throw ModuleException.temporary("cat", file.toString(), "It cannot be read.", "Put it back.", ex);
		}
	}

	private static LazyTemplate loadable(String name, Engine engine, Supplier<byte[]> source, AtomicLong now) {
		Module module = Module.parse(name, "fixture", source);
		return new LazyTemplate(engine, module, TestFunctions.definitions(module, TestFunctions.SETTINGS),
				FunctionObserver.NONE, new LoadedModules(LoadedModules.UNLIMITED), now::get);
	}

	@Test
	void aModuleThatWasLoadedHasNoFailure() throws Exception {
		LazyTemplate module = loadable("cat");
		assertThat(module.failure()).isNull();
		assertThat(module.get()).isSameAs(module.get());
		assertThat(module.failure()).isNull();
	}

	@Test
	void anInterruptOfWhoeverAsksFirstDoesNotRejectTheModule() throws Exception {
		LazyTemplate module = loadable("initialize");
		Thread.currentThread().interrupt();
		try {
			module.get();
		}
		catch (InterruptedException ex) {
			// Still on its way
		}
		finally {
			Thread.interrupted();
		}
		assertThat(module.get()).isNotNull();
		assertThat(module.failure()).isNull();
	}

	@Test
	void askingForTheFailureKeepsAnInterrupt() throws Exception {
		LazyTemplate module = loadable("cat");
		module.get();
		Thread.currentThread().interrupt();
		assertThat(module.failure()).isNull();
		assertThat(Thread.interrupted()).isTrue();
	}

	@Test
	void whatTheCacheHasIsLoadedInTheBackgroundOrAtItsFirstCall(@TempDir Path directory) throws Exception {
		try (Engine before = new Engine(HostMemory.ofHeap(), directory)) {
			loadable("cat", before).get();
		}
		try (Engine engine = new Engine(HostMemory.ofHeap(), directory)) {
			ServedModules served = new ServedModules(engine,
					List.of(TestFunctions.definition("cat", TestFunctions.SETTINGS),
							TestFunctions.definition("add", TestFunctions.SETTINGS)),
					List.of());
			try (LogCapture log = new LogCapture(ModuleLoading.class.getName(), Level.INFO)) {
				new ModuleLoading(served).loadAll(false);
				assertThat(log.lines()).singleElement()
					.asString()
					.startsWith("INFO Loaded 1 WebAssembly module(s) in ")
					.endsWith(" ms, found 1 compiled before");
				new ModuleLoading(served).loadRemaining();
				while (log.lines().size() < 2) {
					Thread.sleep(1);
				}
				assertThat(log.lines().get(1)).startsWith("INFO Loaded 1 WebAssembly module(s), compiled before, in ");
			}
			assertThat(new WasmFunctions(served).get("cat").apply("still here")).isEqualTo("still here");
			LazyTemplate atItsFirstCall = loadable("cat", engine);
			assertThat(atItsFirstCall.canLoadAnyTime()).isTrue();
			assertThat(atItsFirstCall.isDone()).isFalse();
			assertThat(atItsFirstCall.get().compilationSource()).isEqualTo(CompilationSource.CACHE);
		}
	}

	private static LazyTemplate loadable(String name) {
		return loadable(name, ENGINE);
	}

	private static LazyTemplate loadable(String name, Engine engine) {
		Module module = Fixtures.module(name);
		return new LazyTemplate(engine, module, TestFunctions.definitions(module, TestFunctions.SETTINGS),
				FunctionObserver.NONE, new LoadedModules(LoadedModules.UNLIMITED));
	}

}
