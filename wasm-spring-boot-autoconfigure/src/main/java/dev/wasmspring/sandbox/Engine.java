package dev.wasmspring.sandbox;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;

import dev.wasmspring.sandbox.compiler.Compilation;
import dev.wasmspring.sandbox.compiler.CompilationCache;
import dev.wasmspring.sandbox.compiler.CompilationCacheException;
import dev.wasmspring.sandbox.compiler.Splitting;
import dev.wasmspring.sandbox.limit.HostMemory;
import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.limit.SandboxException;
import dev.wasmspring.sandbox.module.Derivation;
import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.module.ModuleException;
import dev.wasmspring.sandbox.wasi.Calls;
import dev.wasmspring.sandbox.wasi.Capabilities;
import org.jspecify.annotations.Nullable;

/**
 * Loads modules and watches over their calls. Lives as long as the application and is
 * shared by all threads.
 */
public final class Engine implements AutoCloseable {

	/** What tells a module its own name. */
	private static final String ARGUMENTS = "wasi_snapshot_preview1.args_get";

	private final Calls calls;

	private final @Nullable CompilationCache cache;

	private final Splitting splitting;

	private final SharedTemplates shared = new SharedTemplates();

	/** By the digests of their modules. They stay, as does what is derived from them. */
	private final Map<String, RuntimeTemplate> runtimes;

	/** The engine that this one shares everything with but memory. */
	private final @Nullable Engine whole;

	/**
	 * Creates an engine that compiles every module that it loads, and whose calls have
	 * {@linkplain HostMemory#ofHeap() a share of the heap}.
	 */
	public Engine() {
		this(HostMemory.ofHeap());
	}

	/**
	 * Creates an engine that compiles every module that it loads.
	 * @param memory the host memory that all running calls may have together
	 */
	public Engine(HostMemory memory) {
		this(memory, (CompilationCache) null);
	}

	/**
	 * Creates an engine.
	 * @param memory the host memory that all running calls may have together
	 * @param cacheDirectory where compiled classes are kept for the next start, at most 1
	 * GB of them, or {@code null} to compile every module; it is created for its owner
	 * alone where there is none, and may be shared by several processes
	 * @throws CompilationCacheException if the directory cannot be created, or if others
	 * could change what is in it
	 */
	public Engine(HostMemory memory, @Nullable Path cacheDirectory) {
		this(memory, cacheDirectory, Splitting.ALL);
	}

	/**
	 * Creates an engine.
	 * @param memory the host memory that all running calls may have together
	 * @param cacheDirectory where compiled classes are kept for the next start, or
	 * {@code null}
	 * @param splitting which functions that are too large are split
	 * @throws CompilationCacheException if the directory cannot be created, or if others
	 * could change what is in it
	 */
	public Engine(HostMemory memory, @Nullable Path cacheDirectory, Splitting splitting) {
		this(memory, (cacheDirectory != null) ? new CompilationCache(cacheDirectory, CompilationCache.DEFAULT_MAX_SIZE)
				: null, splitting);
	}

	/**
	 * Creates an engine with a cache of compiled classes.
	 * @param memory the host memory that all running calls may have together
	 * @param cache where compiled classes are kept, or {@code null} to compile every
	 * module
	 */
	public Engine(HostMemory memory, @Nullable CompilationCache cache) {
		this(memory, cache, Splitting.ALL);
	}

	/**
	 * Creates an engine.
	 * @param memory the host memory that all running calls may have together
	 * @param cache where compiled classes are kept, or {@code null} to compile every
	 * module
	 * @param splitting which functions that are too large are split
	 */
	public Engine(HostMemory memory, @Nullable CompilationCache cache, Splitting splitting) {
		this.calls = new Calls(memory);
		this.cache = cache;
		this.splitting = splitting;
		this.runtimes = new ConcurrentHashMap<>();
		this.whole = null;
	}

	private Engine(Calls calls, Engine whole) {
		this.calls = calls;
		this.cache = whole.cache;
		this.splitting = whole.splitting;
		this.runtimes = whole.runtimes;
		this.whole = whole;
	}

	/**
	 * An engine whose calls have memory of their own, set aside from that of this
	 * engine's, and which shares everything else with it. Closing it gives the memory
	 * back; calls of it that run by then should have ended.
	 * @param memory bytes
	 * @return {@code null} if there is not as much left
	 */
	public @Nullable Engine share(long memory) {
		Calls share = this.calls.share(memory);
		return (share != null) ? new Engine(share, this) : null;
	}

	/**
	 * What the calls of this engine share.
	 */
	public Calls calls() {
		return this.calls;
	}

	/**
	 * Compiles a module, or finds it compiled, and initialises it; takes milliseconds to
	 * seconds and may run on several threads at once.
	 * @param module the module
	 * @param limits what initialising may use: time and memory
	 * @param capabilities what the module may see while it initialises
	 * @return the template of the module's sandboxes
	 * @throws ModuleException if the module cannot be compiled or initialised
	 */
	public Template load(Module module, Limits limits, Capabilities capabilities) {
		return load(module, limits, capabilities, true);
	}

	/**
	 * Compiles a module, or finds it compiled, and prepares its sandboxes; takes
	 * milliseconds to seconds and may run on several threads at once.
	 * @param module the module
	 * @param limits what initialising may use: time and memory
	 * @param capabilities what the module may see while it initialises
	 * @param snapshot whether the module is initialised now and once; otherwise each
	 * sandbox initialises it when it is opened, with the limits and capabilities of its
	 * call
	 * @return the template of the module's sandboxes
	 * @throws ModuleException if the module cannot be compiled or initialised
	 * @throws SandboxException if no calls are taken, after {@link #endCalls()}; the
	 * module is not at fault then
	 */
	public Template load(Module module, Limits limits, Capabilities capabilities, boolean snapshot) {
		this.calls.requireAccepting();
		module.requireWithin(limits);
		Module runtime = module.runtime();
		Derivation derivation = module.derivation();
		if (runtime != null && derivation != null) {
			return template(runtime, module, derivation).derive(module, derivation, limits, capabilities, this.calls);
		}
		FirstUse.prepare(this.calls);
		Compilation compilation = Compilation.of(module, this.splitting, this.cache);
		try {
			return Template.create(compilation.compiled(), compilation.outline(), limits, capabilities, this.calls,
					snapshot);
		}
		catch (ModuleException | SandboxException ex) {
			boolean again = ex instanceof ModuleException failure && failure.isTemporary() && module.isInitializing();
			if (this.cache != null && !again) {
				// What is in the cache is known to load, see canLoadAnyTime
				this.cache.discard(Compilation.key(module, this.splitting, this.cache));
			}
			throw ex;
		}
	}

	/**
	 * Loads a module as {@link #load(Module, Limits, Capabilities, boolean)} does, or
	 * shares what was made of another module that has the same digest, while that is
	 * loaded. Where code of the module runs while it is initialised, its limits and
	 * capabilities have to be the same as well. Scripts share their runtime in any case,
	 * and no more.
	 * @param module the module
	 * @param limits what initialising may use: time and memory
	 * @param capabilities what the module may see while it initialises
	 * @param snapshot whether the module is initialised now and once
	 * @return the template of the module's sandboxes
	 */
	public Template share(Module module, Limits limits, Capabilities capabilities, boolean snapshot) {
		if (module.runtime() != null) {
			return load(module, limits, capabilities, snapshot);
		}
		this.calls.requireAccepting();
		module.requireWithin(limits);
		boolean runs = snapshot && module.isInitializing();
		SharedTemplates.Key key = new SharedTemplates.Key(module.digest(), this.splitting.isFor(module.name()),
				snapshot, runs ? limits : null, runs ? capabilities : null,
				(runs && module.imports().contains(ARGUMENTS)) ? module.name() : null);
		return this.shared.get(key, module, () -> load(module, limits, capabilities, snapshot));
	}

	/**
	 * The template of a script's runtime, which is made once for all scripts.
	 */
	private Template template(Module runtime, Module script, Derivation derivation) {
		try {
			return this.runtimes.computeIfAbsent(runtime.digest(), (digest) -> new RuntimeTemplate())
				.get(() -> ((this.whole != null) ? this.whole : this).load(runtime, derivation.runtimeLimits(),
						Capabilities.NONE));
		}
		catch (ModuleException ex) {
			throw ModuleException.ofScript(script.name(), script.origin(),
					"Its runtime, " + runtime + ", cannot be used: " + ex.reason(), ex.remedy(), ex.isTemporary());
		}
	}

	/**
	 * Whether loading a module is sure to succeed and to take next to no time, since it
	 * was loaded before, its classes are in the cache directory, and none of its code
	 * runs when it is initialised. Nothing is lost when it is loaded later then.
	 * @param module the module
	 * @param limits what initialising may use
	 * @return whether all of that is so; the entry's content is not checked before it is
	 * used
	 */
	public boolean canLoadAnyTime(Module module, Limits limits) {
		return this.cache != null && !module.isInitializing() && module.isWithin(limits)
				&& this.cache.contains(Compilation.key(module, this.splitting, this.cache));
	}

	/**
	 * Validates the code of a module's functions, which is otherwise done when the module
	 * is loaded; takes milliseconds to seconds.
	 * @param module the module
	 * @throws ModuleException if the code is not valid; that of a script is not looked at
	 */
	public void validate(Module module) {
		if (module.runtime() != null) {
			// Its runtime alone knows, when it loads it
			return;
		}
		if (this.cache == null || !this.cache.contains(Compilation.key(module, this.splitting, this.cache))) {
			Compilation.parse(module, module.binary());
		}
	}

	/**
	 * The host memory that running calls hold now.
	 * @return bytes
	 */
	public long memoryInUse() {
		return this.calls.memoryInUse();
	}

	/**
	 * Looks at the calls that run now, and at none that begins later. A module that is
	 * being initialised counts as well.
	 * @return how many of them still run whenever it is asked
	 */
	public IntSupplier runningCalls() {
		return this.calls.running();
	}

	/**
	 * Ends all calls that run, within milliseconds, and refuses new ones, all with the
	 * outcome {@code Outcome.REJECTED}.
	 */
	public void endCalls() {
		this.calls.endAll();
	}

	/**
	 * Takes calls again, after {@link #endCalls()}.
	 */
	public void acceptCalls() {
		this.calls.accept();
	}

	/**
	 * Ends the supervision once the running calls have ended; no sandbox may be opened
	 * any more.
	 */
	@Override
	public void close() {
		this.calls.close();
	}

	/**
	 * Whether the engine was closed.
	 * @return {@code true} once nothing can be loaded or called any more
	 */
	public boolean isClosed() {
		return this.calls.isClosed();
	}

}
