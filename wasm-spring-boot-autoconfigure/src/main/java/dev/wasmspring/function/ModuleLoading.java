package dev.wasmspring.function;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.limit.SandboxException;
import dev.wasmspring.sandbox.module.ModuleException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jetbrains.annotations.ApiStatus;

/**
 * The loading of all modules in service when the application starts, many at once. It
 * says in the log how that went. Lives while the context starts, and for a moment when it
 * is ready; used by one thread at a time.
 */
@ApiStatus.Internal
public final class ModuleLoading {

	private static final Log logger = LogFactory.getLog(ModuleLoading.class);

	private final ServedModules modules;

	/**
	 * Prepares the loading.
	 * @param modules the modules in service
	 */
	public ModuleLoading(ServedModules modules) {
		this.modules = modules;
	}

	/**
	 * Loads all modules now, on as many threads as there are processors, except for those
	 * that can be loaded at any time: their compiled classes are kept from an earlier
	 * start, and {@link #loadRemaining} or their first call loads them.
	 * @param skipInvalid whether a module that cannot be loaded is logged and becomes one
	 * of the {@linkplain WasmFunctions#rejected() rejected}
	 * @throws ModuleException if a module cannot be loaded and is not to be skipped; the
	 * first one in the order of the definitions
	 */
	public void loadAll(boolean skipInvalid) {
		long start = System.nanoTime();
		List<LazyTemplate> all = this.modules.templates();
		List<LazyTemplate> now = all.stream().filter((template) -> !template.canLoadAnyTime()).toList();
		forEach(now, LazyTemplate::load, skipInvalid);
		if (!all.isEmpty()) {
			logger.info("Loaded " + loaded(now) + " WebAssembly module(s) in " + millis(start) + " ms"
					+ counted(", found ", all.size() - now.size(), " compiled before")
					+ counted(", rejected ", now.size() - loaded(now), ""));
		}
	}

	/**
	 * Loads all modules now, also those that could be loaded at any time; those that
	 * cannot be loaded become {@linkplain WasmFunctions#rejected() rejected}.
	 */
	public void loadEach() {
		forEach(this.modules.templates(), LazyTemplate::load, true);
	}

	private static int loaded(List<LazyTemplate> templates) {
		return (int) templates.stream().filter(LazyTemplate::wasLoaded).count();
	}

	private static String counted(String prefix, int count, String suffix) {
		return (count > 0) ? prefix + count + suffix : "";
	}

	/**
	 * Validates all modules now, on as many threads as there are processors, and leaves
	 * it to the first call of each to load it.
	 * @param skipInvalid whether a module that is not valid is logged and becomes one of
	 * the {@linkplain WasmFunctions#rejected() rejected}
	 * @throws ModuleException if a module is not valid and is not to be skipped; the
	 * first one in the order of the definitions
	 */
	public void validateAll(boolean skipInvalid) {
		forEach(this.modules.templates(), LazyTemplate::validate, skipInvalid);
	}

	/**
	 * Loads what {@link #loadAll} left, one after the other on a thread of its own, as
	 * far as there is room for it; returns at once.
	 */
	public void loadRemaining() {
		List<LazyTemplate> remaining = this.modules.templates()
			.stream()
			.filter((template) -> !template.isDone() && !template.wasLoaded())
			.toList();
		if (!remaining.isEmpty()) {
			loadingThread(() -> loadUntilClosed(remaining)).start();
		}
	}

	private void loadUntilClosed(List<LazyTemplate> remaining) {
		long start = System.nanoTime();
		int left = remaining.size();
		for (LazyTemplate template : remaining) {
			if (this.modules.loadedModules().isFull()) {
				break;
			}
			left--;
			try {
				template.load();
			}
			catch (ModuleException ex) {
				logger.warn(ex.getMessage() + " " + ex.remedy());
			}
			catch (InterruptedException | IllegalStateException | SandboxException ex) {
				if (!(ex instanceof SandboxException) && !this.modules.isClosed()) {
					logger.error("Unable to load the remaining modules before they are called", ex);
				}
				return;
			}
		}
		List<LazyTemplate> tried = remaining.subList(0, remaining.size() - left);
		logger.info("Loaded " + loaded(tried) + " WebAssembly module(s), compiled before, in " + millis(start)
				+ " ms in the background" + counted(", rejected ", tried.size() - loaded(tried), "")
				+ counted(", left ", left, " to their first calls since there is no more room"));
	}

	private static void forEach(List<LazyTemplate> templates, Action action, boolean skipInvalid) {
		if (templates.isEmpty()) {
			return;
		}
		ExecutorService executor = Executors.newFixedThreadPool(
				Math.min(templates.size(), Runtime.getRuntime().availableProcessors()), ModuleLoading::loadingThread);
		try {
			LoadingProgress progress = new LoadingProgress(templates.stream().map(LazyTemplate::module).toList());
			List<Future<?>> running = new ArrayList<>();
			for (LazyTemplate template : templates) {
				running.add(executor.submit(() -> {
					progress.begins(template.module());
					try {
						action.apply(template);
					}
					finally {
						progress.ends(template.module());
					}
					return null;
				}));
			}
			for (Future<?> future : running) {
				await(future, progress, skipInvalid);
			}
		}
		finally {
			executor.shutdownNow();
		}
	}

	private static Thread loadingThread(Runnable loading) {
		Thread thread = new Thread(null, loading, "wasm-load", Limits.DEFAULT_STACK);
		thread.setDaemon(true);
		return thread;
	}

	private static void await(Future<?> loading, LoadingProgress progress, boolean skipInvalid) {
		try {
			progress.await(loading);
		}
		catch (ExecutionException ex) {
			if (!(ex.getCause() instanceof ModuleException invalid)) {
				throw new IllegalStateException("Unable to load the modules", ex.getCause());
			}
			if (!skipInvalid) {
				throw invalid;
			}
			logger.warn(invalid.getMessage() + " " + invalid.remedy());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while the modules were loaded", ex);
		}
	}

	private static long millis(long start) {
		return Duration.ofNanos(System.nanoTime() - start).toMillis();
	}

	/**
	 * What is done with each of many modules.
	 */
	private interface Action {

		void apply(LazyTemplate template) throws InterruptedException;

	}

}
