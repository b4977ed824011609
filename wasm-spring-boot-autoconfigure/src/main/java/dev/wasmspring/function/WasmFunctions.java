package dev.wasmspring.function;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

import dev.wasmspring.sandbox.Engine;
import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.limit.Outcome;
import dev.wasmspring.sandbox.limit.SandboxException;
import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.module.ModuleException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * All functions that came from modules, and the modules that were rejected. Lives as long
 * as the application context; shared by all threads.
 * <p>
 * Modules may come, change and go while functions are called: {@link #load} and
 * {@link #serve} put a new version into service, {@link #remove} takes a module out of
 * it. The object that stands for a function stays the same all the while, since
 * applications and the function catalog hold it.
 */
public final class WasmFunctions {

	private static final Log logger = LogFactory.getLog(WasmFunctions.class);

	private final Engine engine;

	private final FunctionObserver observer;

	private final GuestThreads threads = new GuestThreads();

	/**
	 * Functions by name. None ever leaves: it may come back, and must then be the one
	 * that the application holds.
	 */
	private final Map<String, WasmFunction> functions = new ConcurrentSkipListMap<>();

	/**
	 * Modules in service, by name. Guarded by itself.
	 */
	private final Map<String, LoadableModule> modules = Collections.synchronizedMap(new LinkedHashMap<>());

	/**
	 * Modules that were found and cannot be used, by origin: their names may be taken.
	 * Guarded by itself.
	 */
	private final Map<String, RejectedModule> rejected = Collections.synchronizedMap(new LinkedHashMap<>());

	/**
	 * Prepares functions; their modules are loaded by {@link #loadModules} or at the
	 * first call.
	 * @param engine loads the modules
	 * @param definitions the functions, each with a name of its own
	 * @param rejected modules that are already known to be unusable
	 */
	public WasmFunctions(Engine engine, List<FunctionDefinition> definitions, List<RejectedModule> rejected) {
		this(engine, definitions, rejected, FunctionObserver.NONE);
	}

	/**
	 * Prepares functions that are observed.
	 * @param engine loads the modules
	 * @param definitions the functions, each with a name of its own
	 * @param rejected modules that are already known to be unusable
	 * @param observer is told of the modules and of every call
	 */
	public WasmFunctions(Engine engine, List<FunctionDefinition> definitions, List<RejectedModule> rejected,
			FunctionObserver observer) {
		this.engine = engine;
		this.observer = observer;
		Map<Module, List<FunctionDefinition>> byModule = definitions.stream()
			.collect(Collectors.groupingBy(FunctionDefinition::module, LinkedHashMap::new, Collectors.toList()));
		byModule.values().forEach((functionsOfModule) -> serve(prepare(functionsOfModule)));
		rejected.forEach((module) -> this.rejected.put(module.origin(), module));
	}

	/**
	 * Loads all modules now, on as many threads as there are processors, except for those
	 * that can be loaded at any time: their compiled classes are kept from an earlier
	 * start, and {@link #loadRemaining} or their first call loads them.
	 * @param skipInvalid whether a module that cannot be loaded is logged and becomes one
	 * of the {@link #rejected()}
	 * @throws ModuleException if a module cannot be loaded and is not to be skipped; the
	 * first one in the order of the definitions
	 */
	public void loadModules(boolean skipInvalid) {
		long start = System.nanoTime();
		List<LoadableModule> modules = loadables();
		List<LoadableModule> now = modules.stream().filter((module) -> !module.canLoadAnyTime()).toList();
		forEach(now, WasmFunctions::load, skipInvalid);
		if (!modules.isEmpty()) {
			logger.info("Loaded " + loaded(now) + " WebAssembly module(s) in " + millis(start) + " ms"
					+ counted(", found ", modules.size() - now.size(), " compiled before")
					+ counted(", rejected ", now.size() - loaded(now), ""));
		}
	}

	private static int loaded(List<LoadableModule> modules) {
		return (int) modules.stream().filter((module) -> module.loaded() != null).count();
	}

	private static String counted(String prefix, int count, String suffix) {
		return (count > 0) ? prefix + count + suffix : "";
	}

	/**
	 * Validates all modules now, on as many threads as there are processors, and leaves
	 * it to the first call of each to load it.
	 * @param skipInvalid whether a module that is not valid is logged and becomes one of
	 * the {@link #rejected()}
	 * @throws ModuleException if a module is not valid and is not to be skipped; the
	 * first one in the order of the definitions
	 */
	public void validateModules(boolean skipInvalid) {
		forEach(loadables(), LoadableModule::validate, skipInvalid);
	}

	/**
	 * Loads what {@link #loadModules} left, one after the other on a thread of its own;
	 * returns at once.
	 */
	public void loadRemaining() {
		List<LoadableModule> remaining = loadables().stream().filter((module) -> !module.isDone()).toList();
		if (!remaining.isEmpty()) {
			loadingThread(() -> loadUntilClosed(remaining)).start();
		}
	}

	private void loadUntilClosed(List<LoadableModule> modules) {
		long start = System.nanoTime();
		for (LoadableModule module : modules) {
			try {
				load(module);
			}
			catch (ModuleException ex) {
				logger.warn(ex.getMessage() + " " + ex.remedy());
			}
			catch (InterruptedException | IllegalStateException | SandboxException ex) {
				if (!(ex instanceof SandboxException) && !this.engine.isClosed()) {
					logger.error("Unable to load the remaining modules before they are called", ex);
				}
				return;
			}
		}
		logger.info("Loaded " + loaded(modules) + " WebAssembly module(s), compiled before, in " + millis(start)
				+ " ms in the background" + counted(", rejected ", modules.size() - loaded(modules), ""));
	}

	private static void forEach(List<LoadableModule> modules, ModuleAction action, boolean skipInvalid) {
		if (modules.isEmpty()) {
			return;
		}
		ExecutorService executor = Executors.newFixedThreadPool(
				Math.min(modules.size(), Runtime.getRuntime().availableProcessors()), WasmFunctions::loadingThread);
		try {
			List<Future<?>> running = new ArrayList<>();
			for (LoadableModule module : modules) {
				running.add(executor.submit(() -> {
					action.apply(module);
					return null;
				}));
			}
			for (Future<?> future : running) {
				await(future, skipInvalid);
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

	private static void load(LoadableModule module) throws InterruptedException {
		long start = System.nanoTime();
		module.template();
		logger.debug("Loaded " + module.module() + " in " + millis(start) + " ms");
	}

	private static void await(Future<?> loading, boolean skipInvalid) {
		try {
			loading.get();
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
	 * Loads a module beside the one that is in service, if there is one; nothing that is
	 * called sees it yet. {@link #get} knows its functions from then on.
	 * @param definitions the functions of the module, at least one
	 * @return what {@link #serve} puts into service
	 * @throws ModuleException if the module cannot be loaded
	 * @throws InterruptedException if the thread was interrupted while it waited
	 */
	public LoadedModule load(List<FunctionDefinition> definitions) throws InterruptedException {
		LoadedModule loaded = prepare(definitions);
		load(loaded.module());
		return loaded;
	}

	private LoadedModule prepare(List<FunctionDefinition> definitions) {
		definitions.forEach((definition) -> this.functions.computeIfAbsent(definition.name(),
				(name) -> new WasmFunction(name, definition.settings(), this.threads, this.observer)));
		return new LoadedModule(definitions,
				new LoadableModule(this.engine, definitions.get(0).module(), definitions, this.observer));
	}

	/**
	 * Makes a function that has a bean although its module cannot be used; it is unknown
	 * unless a module comes that has it.
	 * @param name the function's name
	 * @param settings its settings
	 */
	public void expect(String name, FunctionSettings settings) {
		this.functions.computeIfAbsent(name,
				(missing) -> new WasmFunction(missing, settings, this.threads, this.observer));
	}

	/**
	 * Puts a module into service, in place of the one of the same name. Calls that begin
	 * from now on see it, calls that run end on the old one. Functions that the old one
	 * had and the new one has not are unknown from then on.
	 * @param loaded the module
	 * @return the names of these functions
	 */
	public List<String> serve(LoadedModule loaded) {
		Module module = loaded.module().module();
		Set<String> names = new HashSet<>();
		for (FunctionDefinition definition : loaded.functions()) {
			names.add(definition.name());
			get(definition.name()).serve(new FunctionVersion(definition, loaded.module()));
		}
		LoadableModule old = this.modules.put(module.name(), loaded.module());
		this.rejected.remove(module.origin());
		return (old != null) ? takeOut(old, names) : List.of();
	}

	/**
	 * Takes a module out of service: its functions are unknown from now on. Calls that
	 * run end undisturbed.
	 * @param module the module's name
	 * @return the names of its functions, none if there is no such module
	 */
	public List<String> remove(String module) {
		LoadableModule old = this.modules.remove(module);
		return (old != null) ? takeOut(old, Set.of()) : List.of();
	}

	private List<String> takeOut(LoadableModule old, Set<String> except) {
		List<String> gone = new ArrayList<>();
		for (WasmFunction function : this.functions.values()) {
			FunctionVersion version = function.version();
			if (version != null && version.module() == old && !except.contains(function.name())) {
				function.serve(null);
				gone.add(function.name());
			}
		}
		return gone;
	}

	/**
	 * A module by its name, whether or not it can be used.
	 * @param name the module's name
	 * @return the version that is in service, {@code null} if there is none
	 */
	public @Nullable Module module(String name) {
		LoadableModule module = this.modules.get(name);
		return (module != null) ? module.module() : null;
	}

	/**
	 * Notes that a module was found that cannot be used, until a module of the same
	 * origin is put into service. If one is in service already it stays there.
	 * @param exception why it cannot be used
	 */
	public void reject(ModuleException exception) {
		this.rejected.put(exception.origin(), RejectedModule.of(exception));
	}

	/**
	 * Forgets that a module was rejected, since it is not there any more.
	 * @param origin where it came from
	 */
	public void forgetRejected(String origin) {
		this.rejected.remove(origin);
	}

	/**
	 * A function by its name, whether or not its module can be used. The factory method
	 * of the function beans.
	 * @param name the function's name
	 * @return the function; its calls end with {@link Outcome#UNKNOWN_FUNCTION} if its
	 * module was rejected or removed
	 * @throws WasmFunctionException if there never was such a function
	 */
	public WasmFunction get(String name) {
		WasmFunction function = this.functions.get(name);
		if (function == null) {
			throw WasmFunctionException.unknown(name);
		}
		return function;
	}

	/**
	 * A function by its name, if it can be called.
	 * @param name the function's name
	 * @return the function
	 * @throws WasmFunctionException with {@link Outcome#UNKNOWN_FUNCTION} if there is no
	 * such function, or if its module was rejected
	 */
	public WasmFunction require(String name) {
		WasmFunction function = get(name);
		if (!usable(function)) {
			throw WasmFunctionException.unknown(name);
		}
		return function;
	}

	/**
	 * Whether there is a function that can be called.
	 * @param name the function's name
	 * @return whether {@link #require} would return it
	 */
	public boolean has(String name) {
		WasmFunction function = this.functions.get(name);
		return function != null && usable(function);
	}

	/**
	 * All functions that can be called.
	 * @return the functions, sorted by name
	 */
	public List<WasmFunction> all() {
		return this.functions.values().stream().filter(WasmFunctions::usable).toList();
	}

	/**
	 * The definitions of all functions that can be called, each as it is in service.
	 * @return the definitions, sorted by name
	 */
	public List<FunctionDefinition> definitions() {
		return this.functions.values()
			.stream()
			.map(WasmFunction::version)
			.filter(Objects::nonNull)
			.filter(FunctionVersion::usable)
			.map(FunctionVersion::definition)
			.toList();
	}

	private static boolean usable(WasmFunction function) {
		FunctionVersion version = function.version();
		return version != null && version.usable();
	}

	/**
	 * The modules that were found but cannot be used. One whose failure may have passed
	 * by now is tried again, which this does not wait for.
	 * @return those known by now; a module that is loaded at its first call may follow
	 */
	public List<RejectedModule> rejected() {
		Map<String, RejectedModule> all;
		synchronized (this.rejected) {
			all = new LinkedHashMap<>(this.rejected);
		}
		for (LoadableModule module : loadables()) {
			module.retry();
			ModuleException failure = module.failure();
			RejectedModule newer = all.get(module.module().origin());
			if (newer != null) {
				all.put(newer.origin(), newer.olderInService(failure == null));
			}
			else if (failure != null) {
				all.put(failure.origin(), RejectedModule.of(failure));
			}
		}
		return List.copyOf(all.values());
	}

	/**
	 * What has become of all modules that were found, in no particular order: those in
	 * service, and those that are {@link #rejected()}.
	 * @return the modules; two of the same name where a newer version is rejected and an
	 * older one is in service
	 */
	public List<ModuleStatus> modules() {
		List<LoadableModule> inService = loadables();
		List<ModuleStatus> all = new ArrayList<>();
		Map<String, Module> failed = new HashMap<>();
		for (LoadableModule module : inService) {
			if (module.failure() == null) {
				all.add(ModuleStatus.of(module));
			}
			else {
				failed.put(module.module().origin(), module.module());
			}
		}
		for (RejectedModule module : rejected()) {
			all.add(ModuleStatus.of(module, failed.get(module.origin())));
		}
		return List.copyOf(all);
	}

	private List<LoadableModule> loadables() {
		synchronized (this.modules) {
			return List.copyOf(this.modules.values());
		}
	}

	/**
	 * What is done with each of many modules.
	 */
	private interface ModuleAction {

		void apply(LoadableModule module) throws InterruptedException;

	}

}
