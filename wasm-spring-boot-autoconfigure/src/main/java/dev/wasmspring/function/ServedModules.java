package dev.wasmspring.function;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

import dev.wasmspring.sandbox.Engine;
import dev.wasmspring.sandbox.limit.Outcome;
import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.module.ModuleException;
import org.jetbrains.annotations.ApiStatus;
import org.jspecify.annotations.Nullable;

/**
 * The modules in service with their functions, and the modules that were rejected: the
 * one place where these change. Lives as long as the application context; shared by all
 * threads. Applications get {@link WasmFunctions}, which only reads.
 * <p>
 * Modules may come, change and go while functions are called: {@link #prepare} and
 * {@link #serve} put a new version into service, {@link #remove} takes a module out of
 * it. The object that stands for a function stays the same all the while, since
 * applications and the function catalog hold it.
 */
@ApiStatus.Internal
public final class ServedModules {

	/**
	 * The name of the bean, which is injected into nobody who does not ask for it by
	 * name.
	 */
	public static final String BEAN_NAME = "wasmServedModules";

	private final Engine engine;

	private final FunctionObserver observer;

	private final InputWriter inputs;

	private final GuestThreads threads = new GuestThreads();

	private final LoadedModules loadedModules;

	/**
	 * Functions by name. None ever leaves: it may come back, and must then be the one
	 * that the application holds.
	 */
	private final Map<String, WasmFunction> functions = new ConcurrentHashMap<>();

	/**
	 * Modules in service, by name. Guarded by itself.
	 */
	private final Map<String, LazyTemplate> modules = Collections.synchronizedMap(new LinkedHashMap<>());

	/**
	 * The versions of the modules in service that are kept, by name. Guarded by this
	 * object.
	 */
	private final Map<String, ModuleHistory> histories = new TreeMap<>();

	/** How many versions of a module are kept, the one in service included. */
	private int keptVersions = 1;

	/**
	 * Modules that were found and cannot be used, by origin: their names may be taken.
	 * Guarded by itself.
	 */
	private final Map<String, ModuleRejection> rejections = Collections.synchronizedMap(new LinkedHashMap<>());

	/**
	 * Prepares functions; their modules are loaded by {@link ModuleLoading} or at the
	 * first call.
	 * @param engine loads the modules
	 * @param definitions the functions, each with a name of its own
	 * @param rejections modules that are already known to be unusable
	 */
	public ServedModules(Engine engine, List<FunctionDefinition> definitions, List<ModuleRejection> rejections) {
		this(engine, definitions, rejections, FunctionObserver.NONE);
	}

	/**
	 * Prepares functions that are observed.
	 * @param engine loads the modules
	 * @param definitions the functions, each with a name of its own
	 * @param rejections modules that are already known to be unusable
	 * @param observer is told of the modules and of every call
	 */
	public ServedModules(Engine engine, List<FunctionDefinition> definitions, List<ModuleRejection> rejections,
			FunctionObserver observer) {
		this(engine, definitions, rejections, observer, LoadedModules.UNLIMITED, InputWriter.NONE);
	}

	/**
	 * Prepares functions whose modules are loaded as long as there is room for them, and
	 * that may take more than bytes and text.
	 * @param engine loads the modules
	 * @param definitions the functions, each with a name of its own
	 * @param rejections modules that are already known to be unusable
	 * @param observer is told of the modules and of every call
	 * @param loadedMemory about how many bytes all modules that are loaded may hold
	 * together; those that were not called for the longest time are unloaded
	 * @param inputs makes bytes of inputs
	 */
	public ServedModules(Engine engine, List<FunctionDefinition> definitions, List<ModuleRejection> rejections,
			FunctionObserver observer, long loadedMemory, InputWriter inputs) {
		this.engine = engine;
		this.observer = observer;
		this.inputs = inputs;
		this.loadedModules = new LoadedModules(loadedMemory);
		Map<Module, List<FunctionDefinition>> byModule = definitions.stream()
			.collect(Collectors.groupingBy(FunctionDefinition::module, LinkedHashMap::new, Collectors.toList()));
		byModule.values().forEach((functionsOfModule) -> serve(unloaded(functionsOfModule)));
		rejections.forEach((rejection) -> this.rejections.put(rejection.origin(), rejection));
	}

	/**
	 * Loads a module beside the one that is in service, if there is one; nothing that is
	 * called sees it yet. Its functions have their objects from then on.
	 * @param definitions the functions of the module, at least one
	 * @return what {@link #serve} puts into service
	 * @throws ModuleException if the module cannot be loaded
	 * @throws InterruptedException if the thread was interrupted while it waited
	 */
	public PreparedModule prepare(List<FunctionDefinition> definitions) throws InterruptedException {
		PreparedModule prepared = unloaded(definitions);
		prepared.template().load();
		return prepared;
	}

	private PreparedModule unloaded(List<FunctionDefinition> definitions) {
		definitions.forEach((definition) -> expect(definition.name(), definition.settings()));
		return new PreparedModule(definitions, new LazyTemplate(this.engine, definitions.get(0).module(), definitions,
				this.observer, this.loadedModules));
	}

	/**
	 * Makes a function that may have no module: it is unknown unless a module comes that
	 * has it.
	 * @param name the function's name
	 * @param settings its settings
	 */
	public void expect(String name, FunctionSettings settings) {
		this.functions.computeIfAbsent(name,
				(missing) -> new WasmFunction(missing, settings, this.threads, this.observer, this.inputs));
	}

	/**
	 * Puts a module into service, in place of the one of the same name. Calls that begin
	 * from now on see it, calls that run end on the old one. Functions that the old one
	 * had and the new one has not are unknown from then on.
	 * @param prepared the module
	 * @return the names of these functions
	 */
	public synchronized List<String> serve(PreparedModule prepared) {
		Set<String> names = new HashSet<>();
		for (FunctionDefinition definition : prepared.functions()) {
			names.add(definition.name());
			function(definition.name()).serve(new FunctionVersion(definition, prepared.template()));
		}
		Module module = prepared.module();
		LazyTemplate old = this.modules.put(module.name(), prepared.template());
		prepared.template().putIntoService(old);
		this.rejections.remove(module.origin());
		this.histories.computeIfAbsent(module.name(), (first) -> new ModuleHistory())
			.serve(prepared, this.keptVersions);
		return (old != null) ? takeOut(old, names) : List.of();
	}

	/**
	 * Takes a module out of service: its functions are unknown from now on. Calls that
	 * run end undisturbed.
	 * @param module the module's name
	 * @return the names of its functions, none if there is no such module
	 */
	public synchronized List<String> remove(String module) {
		this.histories.remove(module);
		LazyTemplate old = this.modules.remove(module);
		return (old != null) ? takeOut(old, Set.of()) : List.of();
	}

	private List<String> takeOut(LazyTemplate old, Set<String> except) {
		old.takeOutOfService();
		List<String> gone = new ArrayList<>();
		for (WasmFunction function : functions()) {
			FunctionVersion version = function.route().version();
			if (version != null && version.template() == old && !except.contains(function.name())) {
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
		LazyTemplate template = this.modules.get(name);
		return (template != null) ? template.module() : null;
	}

	/**
	 * Keeps so many versions of each module from now on, the one in service included.
	 * Those that are not in service hold memory and classes until they are forgotten.
	 * @param most at least 1
	 */
	public synchronized void keepVersions(int most) {
		this.keptVersions = most;
		this.histories.values().forEach((history) -> history.trim(most));
	}

	/**
	 * The modules in service.
	 * @return their names, sorted
	 */
	public synchronized List<String> moduleNames() {
		return List.copyOf(this.histories.keySet());
	}

	/**
	 * The versions of a module that are kept.
	 * @param module the module's name
	 * @return the newest first; none if there is no such module in service
	 */
	public synchronized List<ModuleVersion> versions(String module) {
		ModuleHistory history = this.histories.get(module);
		return (history != null) ? history.report() : List.of();
	}

	/**
	 * A version of a module that is kept, to be {@linkplain #serve served} again.
	 * @param module the module's name
	 * @param digest its digest or what that begins with, or {@code null} for the version
	 * before the one in service
	 * @throws IllegalArgumentException if there is no such module or version
	 */
	public synchronized PreparedModule kept(String module, @Nullable String digest) {
		ModuleHistory history = history(module);
		return (digest != null) ? history.version(digest) : history.before();
	}

	/**
	 * Gives another version of a module a share of the calls, beside the one in service,
	 * until one of them is served. Functions that one of the two has not are called in
	 * the one in service, if that has them.
	 * @param module the module's name
	 * @param digest the other version, as {@link #kept} takes it
	 * @param percent how many of a hundred calls it gets, 0 for none any more
	 * @throws IllegalArgumentException if there is no such module or version, if it is
	 * the one in service, or if the percentage is none
	 */
	public synchronized void split(String module, @Nullable String digest, int percent) {
		ModuleHistory history = history(module);
		if (percent < 0 || percent > 100) {
			throw new IllegalArgumentException("A percentage is between 0 and 100, and not " + percent + ".");
		}
		PreparedModule current = history.current();
		if (percent == 0) {
			serve(current);
			return;
		}
		PreparedModule other = kept(module, digest);
		if (other == current) {
			throw new IllegalArgumentException(
					"That version of the module '" + module + "' is the one in service already.");
		}
		serve(current);
		history.split(other, percent);
		Set<String> served = new HashSet<>(current.functions().stream().map(FunctionDefinition::name).toList());
		for (FunctionDefinition definition : other.functions()) {
			if (served.contains(definition.name())) {
				function(definition.name()).split(new FunctionVersion(definition, other.template()), percent);
			}
		}
	}

	private ModuleHistory history(String module) {
		ModuleHistory history = this.histories.get(module);
		if (history == null) {
			throw new IllegalArgumentException("There is no module '" + module + "' in service.");
		}
		return history;
	}

	/**
	 * Makes a function unknown, or known again.
	 * @param function the function's name
	 * @param enabled whether it can be called
	 * @throws IllegalArgumentException if there never was such a function
	 */
	public void enable(String function, boolean enabled) {
		WasmFunction known = find(function);
		if (known == null) {
			throw new IllegalArgumentException("There is no function '" + function + "'.");
		}
		known.enable(enabled);
	}

	/**
	 * The functions that are disabled, of which the modules are in service.
	 * @return their names, sorted
	 */
	public List<String> disabled() {
		return functions().stream()
			.filter((function) -> !function.route().isEnabled() && function.route().version() != null)
			.map(WasmFunction::name)
			.toList();
	}

	/**
	 * The memory that all versions hold that are kept, beyond what they share with
	 * others.
	 * @return about how many bytes
	 */
	public synchronized long heldMemory() {
		return this.histories.values().stream().mapToLong(ModuleHistory::heldMemory).sum();
	}

	/**
	 * Notes that a module was found that cannot be used, until a module of the same
	 * origin is put into service. If one is in service already it stays there.
	 * @param exception why it cannot be used
	 */
	public void reject(ModuleException exception) {
		this.rejections.put(exception.origin(), ModuleRejection.of(exception));
	}

	/**
	 * Forgets that a module was rejected, since it is not there any more.
	 * @param origin where it came from
	 */
	public void forgetRejection(String origin) {
		this.rejections.remove(origin);
	}

	/**
	 * A function by its name, whether or not its module can be used.
	 * @throws WasmFunctionException with {@link Outcome#UNKNOWN_FUNCTION} if there never
	 * was such a function
	 */
	WasmFunction function(String name) {
		WasmFunction function = find(name);
		if (function == null) {
			throw WasmFunctionException.unknown(name);
		}
		return function;
	}

	/**
	 * A function by its name, whether or not its module can be used.
	 * @return {@code null} if there never was such a function
	 */
	@Nullable WasmFunction find(String name) {
		return this.functions.get(name);
	}

	/**
	 * All functions that there ever were, sorted by name.
	 */
	List<WasmFunction> functions() {
		return this.functions.values().stream().sorted(Comparator.comparing(WasmFunction::name)).toList();
	}

	/**
	 * The modules in service, at this moment.
	 */
	List<LazyTemplate> templates() {
		synchronized (this.modules) {
			return List.copyOf(this.modules.values());
		}
	}

	/**
	 * Those of the modules in service that are loaded.
	 */
	LoadedModules loadedModules() {
		return this.loadedModules;
	}

	/**
	 * The modules that were rejected, at this moment; those in service that cannot be
	 * loaded are not among them.
	 */
	List<ModuleRejection> rejections() {
		synchronized (this.rejections) {
			return List.copyOf(this.rejections.values());
		}
	}

	/**
	 * Whether no module can be loaded any more.
	 */
	boolean isClosed() {
		return this.engine.isClosed();
	}

}
