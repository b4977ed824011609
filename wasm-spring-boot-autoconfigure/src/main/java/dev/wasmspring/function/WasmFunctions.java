package dev.wasmspring.function;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.wasmspring.sandbox.Engine;
import dev.wasmspring.sandbox.Module;
import dev.wasmspring.sandbox.ModuleException;
import dev.wasmspring.sandbox.Outcome;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * All functions that came from modules, and the modules that were rejected. Lives as long
 * as the application context; shared by all threads.
 */
public final class WasmFunctions {

	private static final Log logger = LogFactory.getLog(WasmFunctions.class);

	private final Map<String, WasmFunction> functions = new TreeMap<>();

	private final List<LoadableModule> modules = new ArrayList<>();

	private final Map<String, LoadableModule> modulesByFunction = new LinkedHashMap<>();

	private final List<RejectedModule> rejected;

	/**
	 * Prepares functions; their modules are loaded by {@link #loadModules} or at the
	 * first call.
	 * @param engine loads the modules
	 * @param definitions the functions, each with a name of its own
	 * @param rejected modules that are already known to be unusable
	 */
	public WasmFunctions(Engine engine, List<FunctionDefinition> definitions, List<RejectedModule> rejected) {
		Map<Module, List<FunctionDefinition>> byModule = definitions.stream()
			.collect(Collectors.groupingBy(FunctionDefinition::module, LinkedHashMap::new, Collectors.toList()));
		byModule.forEach((module, functionsOfModule) -> {
			LoadableModule loadable = new LoadableModule(engine, module, functionsOfModule);
			this.modules.add(loadable);
			for (FunctionDefinition definition : functionsOfModule) {
				this.functions.put(definition.name(), new WasmFunction(definition, loadable));
				this.modulesByFunction.put(definition.name(), loadable);
			}
		});
		this.rejected = List.copyOf(rejected);
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
		List<LoadableModule> now = this.modules.stream().filter((module) -> !module.canLoadAnyTime()).toList();
		forEach(now, WasmFunctions::load, skipInvalid);
		if (!this.modules.isEmpty()) {
			logger.info("Loaded " + now.size() + " WebAssembly module(s) in " + millis(start) + " ms, found "
					+ (this.modules.size() - now.size()) + " compiled before; " + all().size() + " function(s)");
		}
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
		forEach(this.modules, LoadableModule::validate, skipInvalid);
	}

	/**
	 * Loads what {@link #loadModules} left, one after the other on a thread of its own;
	 * returns at once.
	 */
	public void loadRemaining() {
		List<LoadableModule> remaining = this.modules.stream().filter((module) -> !module.isDone()).toList();
		if (!remaining.isEmpty()) {
			loadingThread(() -> loadQuietly(remaining)).start();
		}
	}

	private static void loadQuietly(List<LoadableModule> modules) {
		long start = System.nanoTime();
		for (LoadableModule module : modules) {
			try {
				load(module);
			}
			catch (ModuleException ex) {
				logger.warn(ex.getMessage() + " " + ex.remedy());
			}
			catch (InterruptedException ex) {
				return;
			}
		}
		logger.info("Loaded " + modules.size() + " WebAssembly module(s), compiled before, in " + millis(start)
				+ " ms in the background");
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
		Thread thread = new Thread(loading, "wasm-load");
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
	 * A function by its name, whether or not its module can be used. The factory method
	 * of the function beans.
	 * @param name the function's name
	 * @return the function; its calls end with {@link Outcome#UNKNOWN_FUNCTION} if its
	 * module was rejected
	 * @throws WasmFunctionException if there is no such function
	 */
	public WasmFunction get(String name) {
		WasmFunction function = this.functions.get(name);
		if (function == null) {
			throw unknown(name);
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
			throw unknown(name);
		}
		return function;
	}

	/**
	 * All functions that can be called.
	 * @return the functions, sorted by name
	 */
	public List<WasmFunction> all() {
		return this.functions.values().stream().filter(this::usable).toList();
	}

	private boolean usable(WasmFunction function) {
		LoadableModule module = this.modulesByFunction.get(function.name());
		return module != null && module.failure() == null;
	}

	/**
	 * The modules that were found but cannot be used.
	 * @return those known by now; a module that is loaded at its first call may follow
	 */
	public List<RejectedModule> rejected() {
		Stream<RejectedModule> failed = this.modules.stream()
			.map(LoadableModule::failure)
			.flatMap(WasmFunctions::stream)
			.map(RejectedModule::of);
		return Stream.concat(this.rejected.stream(), failed).toList();
	}

	private static Stream<ModuleException> stream(@Nullable ModuleException failure) {
		return Stream.ofNullable(failure);
	}

	static WasmFunctionException unknown(String name) {
		return new WasmFunctionException(name, Outcome.UNKNOWN_FUNCTION,
				"There is no such function, or its module was rejected.");
	}

	/**
	 * What is done with each of many modules.
	 */
	private interface ModuleAction {

		void apply(LoadableModule module) throws InterruptedException;

	}

}
