package dev.wasmspring.function;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import dev.wasmspring.Fixtures;
import dev.wasmspring.sandbox.Engine;
import dev.wasmspring.sandbox.Module;
import dev.wasmspring.sandbox.ModuleException;
import dev.wasmspring.sandbox.Template;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LoadableModuleTests {

	private static final Engine ENGINE = new Engine();

	@AfterAll
	static void closeEngine() {
		ENGINE.close();
	}

	@Test
	void aModuleIsLoadedOnceHoweverManyThreadsAsk() throws Exception {
		LoadableModule module = loadable("cat");
		CountDownLatch allReady = new CountDownLatch(16);
		ExecutorService threads = Executors.newFixedThreadPool(16);
		try {
			List<Future<Template>> templates = new ArrayList<>();
			for (int i = 0; i < 16; i++) {
				templates.add(threads.submit(() -> {
					allReady.countDown();
					allReady.await();
					return module.template();
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
		LoadableModule module = loadable("initialize_traps");
		assertThat(module.failure()).isNull();
		assertThatExceptionOfType(ModuleException.class).isThrownBy(module::template);
		assertThat(module.failure()).isNotNull();
	}

	@Test
	void aModuleThatFailedOnceIsNotTriedAgain() {
		LoadableModule module = loadable("initialize_traps");
		ModuleException first = catchThrowableOfType(ModuleException.class, module::template);
		assertThat(catchThrowableOfType(ModuleException.class, module::template)).isSameAs(first);
		assertThat(module.failure()).isSameAs(first);
	}

	@Test
	void aModuleThatWasLoadedHasNoFailure() throws Exception {
		LoadableModule module = loadable("cat");
		assertThat(module.failure()).isNull();
		assertThat(module.template()).isSameAs(module.template());
		assertThat(module.failure()).isNull();
	}

	@Test
	void anInterruptOfWhoeverAsksFirstDoesNotRejectTheModule() throws Exception {
		LoadableModule module = loadable("initialize");
		Thread.currentThread().interrupt();
		try {
			module.template();
		}
		catch (InterruptedException ex) {
			// Still on its way
		}
		finally {
			Thread.interrupted();
		}
		assertThat(module.template()).isNotNull();
		assertThat(module.failure()).isNull();
	}

	@Test
	void askingForTheFailureKeepsAnInterrupt() throws Exception {
		LoadableModule module = loadable("cat");
		module.template();
		Thread.currentThread().interrupt();
		assertThat(module.failure()).isNull();
		assertThat(Thread.interrupted()).isTrue();
	}

	private static LoadableModule loadable(String name) {
		Module module = Fixtures.module(name);
		return new LoadableModule(ENGINE, module, TestFunctions.definitions(module, TestFunctions.SETTINGS));
	}

}
