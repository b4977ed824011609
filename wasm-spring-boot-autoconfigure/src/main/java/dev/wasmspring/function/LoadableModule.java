package dev.wasmspring.function;

import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.wasmspring.sandbox.Engine;
import dev.wasmspring.sandbox.Limits;
import dev.wasmspring.sandbox.Module;
import dev.wasmspring.sandbox.ModuleException;
import dev.wasmspring.sandbox.SandboxException;
import dev.wasmspring.sandbox.Template;
import org.jspecify.annotations.Nullable;

/**
 * A module with its functions, loaded when it is first needed. Lives as long as its
 * functions; shared by all threads.
 */
final class LoadableModule {

	private final Engine engine;

	private final Module module;

	private final List<FunctionDefinition> functions;

	private final FunctionObserver observer;

	private final FutureTask<Template> loading;

	private final AtomicBoolean started = new AtomicBoolean();

	private volatile @Nullable Template loaded;

	/**
	 * Prepares the loading.
	 * @param engine loads the module
	 * @param module the module
	 * @param functions its functions, at least one
	 * @param observer is told when it is loaded
	 */
	LoadableModule(Engine engine, Module module, List<FunctionDefinition> functions, FunctionObserver observer) {
		this.engine = engine;
		this.module = module;
		this.functions = functions;
		this.observer = observer;
		this.loading = new FutureTask<>(this::load);
	}

	private Template load() {
		this.functions.forEach((function) -> readMounts(this.module, function));
		FunctionSettings first = this.functions.get(0).settings();
		Template template = this.engine.load(this.module, most(this.functions), first.capabilities(),
				this.functions.stream().allMatch((function) -> function.settings().snapshot()));
		for (FunctionDefinition function : this.functions) {
			Limits limits = function.settings().limits();
			if (template.memory() > limits.memory()) {
				throw new ModuleException(this.module.name(), this.module.origin(),
						"It starts with " + template.memory() + " bytes of memory, but its function '" + function.name()
								+ "' is allowed " + limits.memory() + ".",
						"Raise the memory limit of the function '" + function.name() + "'.", null);
			}
		}
		this.loaded = template;
		this.observer.loaded(template);
		return template;
	}

	/**
	 * Whether loading is sure to succeed and to take next to no time, whenever it is
	 * done.
	 */
	boolean canLoadAnyTime() {
		return this.functions.stream()
			.allMatch((function) -> this.engine.canLoadAnyTime(this.module, function.settings().limits())
					&& function.settings().capabilities().mounts().isEmpty());
	}

	/**
	 * Validates the module without compiling it.
	 * @throws ModuleException if the module is not valid; it counts as one that could not
	 * be loaded then
	 */
	void validate() throws InterruptedException {
		try {
			this.engine.validate(this.module);
		}
		catch (ModuleException ex) {
			template();
			throw ex;
		}
	}

	private static void readMounts(Module module, FunctionDefinition function) {
		try {
			function.settings().capabilities().readMounts();
		}
		catch (IOException ex) {
			throw new ModuleException(module.name(), module.origin(),
					"The files for its function '" + function.name() + "' cannot be read. " + ex.getMessage() + ".",
					"Look at the mounts of the function '" + function.name() + "'.", ex);
		}
	}

	/**
	 * What loading may use: as much as the least limited function.
	 */
	private static Limits most(List<FunctionDefinition> functions) {
		List<Limits> limits = functions.stream().map((function) -> function.settings().limits()).toList();
		Duration timeout = limits.stream().map(Limits::timeout).max(Comparator.naturalOrder()).orElseThrow();
		long memory = limits.stream().mapToLong(Limits::memory).max().orElseThrow();
		return new Limits(timeout, memory, limits.get(0).input(), limits.get(0).output(), stack(functions));
	}

	private static long stack(List<FunctionDefinition> functions) {
		return functions.stream().mapToLong((function) -> function.settings().limits().stack()).max().orElseThrow();
	}

	/**
	 * Loads the module, once however many threads ask; all others wait for the first.
	 * @return the template of its sandboxes
	 * @throws ModuleException if the module cannot be loaded, each time it is asked for
	 * @throws SandboxException if no sandbox may be opened any more
	 * @throws InterruptedException if the thread was interrupted while it waited
	 */
	Template template() throws InterruptedException {
		start();
		try {
			return this.loading.get();
		}
		catch (ExecutionException ex) {
			throw failure(ex);
		}
	}

	/**
	 * Loads the module for a call.
	 * @param patience how long the call waits; loading goes on without it
	 * @return the template of its sandboxes
	 * @throws TimeoutException if the module was not loaded by then
	 * @see #template()
	 */
	Template template(Duration patience) throws InterruptedException, TimeoutException {
		start();
		try {
			return this.loading.get(patience.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (ExecutionException ex) {
			throw failure(ex);
		}
	}

	private void start() {
		if (!this.loading.isDone() && this.started.compareAndSet(false, true)) {
			// Not on the thread that asks: an interrupt of that call, or the depth of its
			// stack, would decide for ever that the module cannot be used
			Thread thread = new Thread(null, this.loading, "wasm-load", stack(this.functions));
			thread.setDaemon(true);
			thread.start();
		}
	}

	private RuntimeException failure(ExecutionException failed) {
		if (failed.getCause() instanceof ModuleException exception) {
			return exception;
		}
		if (failed.getCause() instanceof SandboxException exception) {
			return exception;
		}
		return new IllegalStateException("Unable to load " + this.module, failed.getCause());
	}

	/**
	 * Why the module could not be loaded.
	 * @return {@code null} if it was loaded, or if nobody has tried yet
	 */
	@Nullable ModuleException failure() {
		if (this.loading.isDone()) {
			try {
				template();
			}
			catch (ModuleException ex) {
				return ex;
			}
			catch (SandboxException ex) {
				// The module is not at fault
				return null;
			}
			catch (InterruptedException ex) {
				// Nothing to wait for any more, so only the flag was seen
				Thread.currentThread().interrupt();
			}
		}
		return null;
	}

	/**
	 * What was loaded, for whoever does not want to wait for it.
	 * @return {@code null} if nothing was loaded yet, or could not be
	 */
	@Nullable Template loaded() {
		return this.loaded;
	}

	/**
	 * Whether the module was loaded, or could not be.
	 */
	boolean isDone() {
		return this.loading.isDone();
	}

	Module module() {
		return this.module;
	}

}
