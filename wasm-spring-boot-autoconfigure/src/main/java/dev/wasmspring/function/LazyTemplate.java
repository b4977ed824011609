package dev.wasmspring.function;

import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

import dev.wasmspring.sandbox.Engine;
import dev.wasmspring.sandbox.Template;
import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.limit.SandboxException;
import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.module.ModuleException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The template of a module, which is made when it is first needed: what it takes to load
 * the module, and what came of it. Lives as long as the version of the module is in
 * service; shared by all threads.
 * <p>
 * While no call uses it, it may be {@linkplain #unload() unloaded}, and is loaded again
 * when it is needed again. What it was made of is all that is kept meanwhile.
 * <p>
 * A failure that lies in the module is kept. One that may pass is kept for a while only,
 * a second at first and a minute in the end, so that a module that fails again and again
 * does not cost an attempt for each call; then whoever asks begins the next attempt. An
 * attempt that failed because no calls were taken says nothing of the module, and is
 * forgotten at once.
 */
final class LazyTemplate implements Unloadable {

	private static final Log logger = LogFactory.getLog(LazyTemplate.class);

	private static final long FIRST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

	private static final long LONGEST_PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);

	/** Before the first call of all. */
	private static final long ORIGIN = System.nanoTime() - 1;

	private final Engine engine;

	private final Module module;

	private final List<FunctionDefinition> functions;

	private final FunctionObserver observer;

	private final LongSupplier nanoTime;

	private final LoadedModules loadedModules;

	/** Calls that have it, or wait for it. */
	private final AtomicInteger uses = new AtomicInteger();

	/**
	 * When it was last called, in nanoseconds since {@link #ORIGIN}; 0 if it never was.
	 */
	private final AtomicLong lastCall = new AtomicLong();

	/** Written under the monitor of the loaded modules. */
	private volatile boolean inService;

	/** Whether it was loaded at any time. */
	private volatile boolean everLoaded;

	/** The attempt that runs, or the last one. Written under this object's monitor. */
	private volatile @Nullable Attempt attempt;

	private volatile @Nullable Template loaded;

	/**
	 * Prepares the loading.
	 * @param engine loads the module
	 * @param module the module
	 * @param functions its functions, at least one
	 * @param observer is told when it is loaded
	 * @param loadedModules are told as well
	 */
	LazyTemplate(Engine engine, Module module, List<FunctionDefinition> functions, FunctionObserver observer,
			LoadedModules loadedModules) {
		this(engine, module, functions, observer, loadedModules, System::nanoTime);
	}

	LazyTemplate(Engine engine, Module module, List<FunctionDefinition> functions, FunctionObserver observer,
			LoadedModules loadedModules, LongSupplier nanoTime) {
		this.engine = engine;
		this.module = module;
		this.functions = functions;
		this.observer = observer;
		this.loadedModules = loadedModules;
		this.nanoTime = nanoTime;
	}

	private Template create() {
		this.functions.forEach((function) -> readMounts(this.module, function));
		FunctionSettings first = this.functions.get(0).settings();
		Template template = this.engine.share(this.module, most(this.functions), first.capabilities(),
				this.functions.stream().allMatch((function) -> function.settings().snapshot()));
		for (FunctionDefinition function : this.functions) {
			Limits limits = function.settings().limits();
			if (template.memory() > limits.memory()) {
				throw new ModuleException(this.module.name(), this.module.origin(),
						"It starts with " + template.memory() + " bytes of memory, but its function '" + function.name()
								+ "' is allowed " + limits.memory() + ".",
						"Raise the memory limit of the function '" + function.name() + "' ('wasm.functions."
								+ function.name() + ".limits.memory').",
						null);
			}
		}
		this.everLoaded = true;
		this.loaded = template;
		this.observer.loaded(template);
		return template;
	}

	/**
	 * Gives back what was loaded, unless a call has it or waits for it.
	 * <p>
	 * A call counts itself first and looks for the template then; here it is the other
	 * way round. So if both happen at once, at least one of them sees the other: either
	 * the call finds no template, and waits for this lock to find out why, or the call is
	 * seen here, and the template is put back.
	 * @return whether it was unloaded
	 */
	@Override
	public synchronized boolean unload() {
		Template template = this.loaded;
		if (template == null || !isIdle()) {
			return false;
		}
		this.loaded = null;
		if (!isIdle()) {
			this.loaded = template;
			return false;
		}
		// It holds the template as well
		this.attempt = null;
		return true;
	}

	/**
	 * Whether no call has it or waits for it at this moment, and it is not being loaded.
	 */
	@Override
	public boolean isIdle() {
		return this.uses.get() == 0 && isDone();
	}

	/**
	 * When it was last called.
	 * @return a time to be compared with others, 0 if it never was
	 */
	@Override
	public long lastCall() {
		return this.lastCall.get();
	}

	/**
	 * It counts among the loaded modules from now on, whenever it is loaded.
	 * @param before what it takes the place of: whoever calls that goes on with this one
	 */
	void putIntoService(@Nullable LazyTemplate before) {
		if (before != null) {
			this.lastCall.lazySet(before.lastCall());
		}
		synchronized (this.loadedModules) {
			this.inService = true;
			this.loadedModules.add(this);
		}
	}

	void takeOutOfService() {
		synchronized (this.loadedModules) {
			this.inService = false;
			this.loadedModules.remove(this);
		}
	}

	@Override
	public boolean isInService() {
		return this.inService;
	}

	/**
	 * Whether it is not loaded now, but was before.
	 */
	boolean isUnloaded() {
		return this.everLoaded && this.loaded == null;
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
			get();
			if (!ex.isTemporary()) {
				throw ex;
			}
		}
	}

	private static void readMounts(Module module, FunctionDefinition function) {
		try {
			function.settings().capabilities().readMounts();
		}
		catch (IOException ex) {
			throw ModuleException.temporary(module.name(), module.origin(),
					"The files for its function '" + function.name() + "' cannot be read. " + ex.getMessage() + ".",
					"Look at the mounts of the function '" + function.name() + "'.", ex);
		}
	}

	/**
	 * What loading may use: as much as the least limited function.
	 */
	private static Limits most(List<FunctionDefinition> functions) {
		List<Limits> limits = functions.stream().map((function) -> function.settings().initialization()).toList();
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
	 * @throws ModuleException if the module cannot be loaded, or could not be loaded a
	 * moment ago
	 * @throws SandboxException if no sandbox may be opened now, or any more
	 * @throws InterruptedException if the thread was interrupted while it waited
	 */
	Template get() throws InterruptedException {
		try {
			return current(false).result.get();
		}
		catch (ExecutionException ex) {
			throw failure(ex.getCause());
		}
	}

	/**
	 * Loads the module, as {@link #get()} does, for somebody who does not use it yet.
	 */
	void load() throws InterruptedException {
		long start = System.nanoTime();
		get();
		logger.debug("Loaded " + this.module + " in " + Duration.ofNanos(System.nanoTime() - start).toMillis() + " ms");
	}

	/**
	 * Begins a call, which keeps the template until it {@linkplain #end() ends}. To be
	 * done in any case, before {@link #get(Duration)}.
	 * @param now the time, as {@link System#nanoTime()} tells it
	 */
	void begin(long now) {
		this.uses.incrementAndGet();
		// Nobody waits for it: which of two calls was a moment earlier does not matter
		this.lastCall.lazySet(now - ORIGIN);
	}

	/**
	 * Ends a call that has {@linkplain #begin begun}.
	 */
	void end() {
		if (this.uses.decrementAndGet() == 0) {
			this.loadedModules.idle();
		}
	}

	/**
	 * Loads the module for a call that has {@linkplain #begin begun}.
	 * @param patience how long the call waits; loading goes on without it
	 * @return the template of its sandboxes
	 * @throws TimeoutException if the module was not loaded by then
	 * @see #get()
	 */
	Template get(Duration patience) throws InterruptedException, TimeoutException {
		Template template = this.loaded;
		if (template != null) {
			return template;
		}
		try {
			return current(true).result.get(patience.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (ExecutionException ex) {
			throw failure(ex.getCause());
		}
	}

	/**
	 * The attempt that decides now: the one that runs, the last one if it still counts,
	 * or one that begins.
	 * @param logged whether a failure of one that begins is logged, since nobody may wait
	 * for it
	 */
	private Attempt current(boolean logged) {
		synchronized (this) {
			Attempt last = this.attempt;
			if (last == null || last.isToRepeat()) {
				last = new Attempt(last, logged);
				this.attempt = last;
				last.start();
			}
			return last;
		}
	}

	private RuntimeException failure(@Nullable Throwable cause) {
		if (cause instanceof ModuleException exception) {
			return exception;
		}
		if (cause instanceof SandboxException exception) {
			return exception;
		}
		return new IllegalStateException("Unable to load " + this.module, cause);
	}

	/**
	 * Why the module could not be loaded.
	 * @return {@code null} if it was loaded, or if nobody has tried yet
	 */
	@Nullable ModuleException failure() {
		Attempt last = this.attempt;
		return (last != null) ? last.failure() : null;
	}

	/**
	 * Why the module cannot be loaded, now or later.
	 * @return {@code null} if it was loaded, if nobody has tried yet, or if another
	 * attempt may succeed
	 */
	@Nullable ModuleException lastingFailure() {
		ModuleException failure = failure();
		return (failure != null && !failure.isTemporary()) ? failure : null;
	}

	/**
	 * Begins another attempt if the last one failed for a reason that may have passed;
	 * does not wait for it. So that a module comes back also where its failure keeps
	 * calls away.
	 */
	void retry() {
		if (failure() != null) {
			current(true);
		}
	}

	/**
	 * What was loaded, for whoever does not want to wait for it.
	 * @return {@code null} if nothing was loaded yet, or could not be
	 */
	@Override
	public @Nullable Template loaded() {
		return this.loaded;
	}

	/**
	 * Whether the module was loaded at any time, whether or not it is now.
	 */
	boolean wasLoaded() {
		return this.everLoaded;
	}

	/**
	 * Whether the module was loaded, or could not be.
	 */
	boolean isDone() {
		Attempt last = this.attempt;
		return last != null && last.result.isDone();
	}

	@Override
	public Module module() {
		return this.module;
	}

	/**
	 * One attempt to load the module, on a thread of its own. Shared by all threads.
	 */
	private final class Attempt implements Runnable {

		private final CompletableFuture<Template> result = new CompletableFuture<>();

		/** How long a failure counts. */
		private final long pause;

		private final boolean logged;

		/** What the one before failed with: true until this one has ended. */
		private final @Nullable ModuleException before;

		/** When it ended. Written before the result is there. */
		private long end;

		Attempt(@Nullable Attempt last, boolean logged) {
			this.pause = (last != null) ? last.nextPause() : FIRST_PAUSE_NANOS;
			this.logged = logged;
			this.before = (last != null) ? last.failure() : null;
		}

		void start() {
			try {
				// Not on the thread that asks: an interrupt of that call, or the depth of
				// its stack, would decide whether the module can be used
				Thread thread = new Thread(null, this, "wasm-load", LazyTemplate.stack(LazyTemplate.this.functions));
				thread.setDaemon(true);
				thread.start();
			}
			catch (Throwable ex) {
				// There may be no more threads to be had
				failed(ex);
			}
		}

		@Override
		public void run() {
			try {
				Template template = create();
				// Others may have to go for it. It cannot be unloaded itself until it is
				// done
				LazyTemplate.this.loadedModules.add(LazyTemplate.this);
				this.result.complete(template);
			}
			catch (Throwable ex) {
				failed(ex);
			}
		}

		private void failed(Throwable thrown) {
			Throwable failure = thrown;
			if (thrown instanceof VirtualMachineError) {
				failure = ModuleException.temporary(LazyTemplate.this.module.name(), LazyTemplate.this.module.origin(),
						"It could not be loaded: " + ((thrown instanceof OutOfMemoryError) ? "out of memory"
								: thrown.getClass().getSimpleName()) + ".",
						"Give the application more memory, or more threads.", thrown);
			}
			else if (thrown instanceof ModuleException exception && !exception.isTemporary()
					&& LazyTemplate.this.everLoaded) {
				// Nothing is wrong with the module itself: it could be used before
				failure = ModuleException.temporary(exception.module(), exception.origin(), exception.reason(),
						exception.remedy(), exception);
			}
			this.end = LazyTemplate.this.nanoTime.getAsLong();
			this.result.completeExceptionally(failure);
			if (this.logged && failure instanceof ModuleException exception) {
				logger.warn(exception.getMessage() + " " + exception.remedy()
						+ (exception.isTemporary() ? " It is tried again." : ""));
			}
		}

		/**
		 * Whether it failed, and does not count any more.
		 */
		boolean isToRepeat() {
			if (!this.result.isCompletedExceptionally()) {
				return false;
			}
			Throwable failure = thrown();
			if (failure instanceof ModuleException exception && !exception.isTemporary()) {
				return false;
			}
			return failure instanceof SandboxException
					|| LazyTemplate.this.nanoTime.getAsLong() - this.end >= this.pause;
		}

		/**
		 * How long the failure of the next attempt counts.
		 */
		long nextPause() {
			return (thrown() instanceof SandboxException) ? this.pause : Math.min(2 * this.pause, LONGEST_PAUSE_NANOS);
		}

		/**
		 * What is wrong with the module.
		 * @return {@code null} if it did not fail, or if the module is not at fault
		 */
		@Nullable ModuleException failure() {
			if (!this.result.isDone()) {
				return this.before;
			}
			// Each request asks several times: what follows makes a future
			if (!this.result.isCompletedExceptionally()) {
				return null;
			}
			return (thrown() instanceof ModuleException exception) ? exception : null;
		}

		/**
		 * What it failed with, once it has.
		 */
		private @Nullable Throwable thrown() {
			return this.result.handle((template, thrown) -> thrown).getNow(null);
		}

	}

}
