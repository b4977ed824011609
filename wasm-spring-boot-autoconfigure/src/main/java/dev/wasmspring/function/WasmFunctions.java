package dev.wasmspring.function;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

import dev.wasmspring.sandbox.limit.Outcome;
import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.module.ModuleException;
import org.jetbrains.annotations.ApiStatus;
import org.jspecify.annotations.Nullable;

/**
 * All functions that came from modules, and what has become of the modules. Lives as long
 * as the application context; shared by all threads.
 * <p>
 * It only reads: which modules there are is decided by the files at
 * {@code wasm.locations}, and may change while the application runs. The object that
 * stands for a function stays the same all the while.
 */
public final class WasmFunctions {

	private final ServedModules served;

	private final Predicate<String> visible;

	/**
	 * Reads modules and their functions.
	 * @param served where they are
	 */
	@ApiStatus.Internal
	public WasmFunctions(ServedModules served) {
		this(served, (name) -> true);
	}

	private WasmFunctions(ServedModules served, Predicate<String> visible) {
		this.served = served;
		this.visible = visible;
	}

	/**
	 * Some of the functions, as if there were no others.
	 * @param visible tells by a function's name whether it is one of them
	 * @return these functions, and all modules
	 */
	@ApiStatus.Internal
	public WasmFunctions only(Predicate<String> visible) {
		return new WasmFunctions(this.served, visible);
	}

	/**
	 * A function by its name, whether or not its module can be used. The factory method
	 * of the function beans.
	 * @param name the function's name
	 * @return the function; its calls end with {@link Outcome#UNKNOWN_FUNCTION} if its
	 * module was rejected or removed
	 * @throws WasmFunctionException with {@link Outcome#UNKNOWN_FUNCTION} if there never
	 * was such a function
	 */
	public WasmFunction get(String name) {
		return this.served.function(name);
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
		if (!isVisible(function)) {
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
		WasmFunction function = this.served.find(name);
		return function != null && isVisible(function);
	}

	/**
	 * All functions that can be called.
	 * @return the functions, sorted by name
	 */
	public List<WasmFunction> all() {
		return this.served.functions().stream().filter(this::isVisible).toList();
	}

	/**
	 * The definitions of all functions that can be called, each as it is in service.
	 * @return the definitions, sorted by name
	 */
	public List<FunctionDefinition> definitions() {
		return this.served.functions()
			.stream()
			.filter((function) -> this.visible.test(function.name()))
			.map(WasmFunction::version)
			.filter(Objects::nonNull)
			.filter(FunctionVersion::isUsable)
			.map(FunctionVersion::definition)
			.toList();
	}

	private boolean isVisible(WasmFunction function) {
		return isUsable(function) && this.visible.test(function.name());
	}

	private static boolean isUsable(WasmFunction function) {
		FunctionVersion version = function.version();
		return version != null && version.isUsable();
	}

	/**
	 * The modules that were found but cannot be used. One whose failure may have passed
	 * by now is tried again, which this does not wait for.
	 * @return those known by now; a module that is loaded at its first call may follow
	 */
	public List<ModuleRejection> rejected() {
		Map<String, ModuleRejection> all = new LinkedHashMap<>();
		this.served.rejections().forEach((rejection) -> all.put(rejection.origin(), rejection));
		for (LazyTemplate inService : this.served.templates()) {
			inService.retry();
			ModuleException failure = inService.failure();
			ModuleRejection newer = all.get(inService.module().origin());
			if (newer != null) {
				all.put(newer.origin(), newer.olderInService(failure == null));
			}
			else if (failure != null) {
				all.put(failure.origin(), ModuleRejection.of(failure));
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
		List<ModuleStatus> all = new ArrayList<>();
		Map<String, Module> failed = new HashMap<>();
		for (LazyTemplate inService : this.served.templates()) {
			Module module = inService.module();
			if (inService.failure() == null) {
				all.add(ModuleStatus.inService(inService));
			}
			else {
				failed.put(module.origin(), module);
			}
		}
		for (ModuleRejection rejection : rejected()) {
			all.add(ModuleStatus.rejected(rejection, failed.get(rejection.origin())));
		}
		return List.copyOf(all);
	}

	/**
	 * How much memory the loaded modules hold, and how much they may.
	 * @return what there is at this moment
	 */
	public LoadedMemory loadedMemory() {
		LoadedModules loaded = this.served.loadedModules();
		long budget = loaded.budget();
		return new LoadedMemory(loaded.memory(), (budget != LoadedModules.UNLIMITED) ? budget : null,
				loaded.unloaded());
	}

	/**
	 * The memory of the modules that are loaded: what the JVM made of their code, and
	 * what their sandboxes begin with. Immutable.
	 *
	 * @param used about how many bytes they hold, once for those that share it
	 * @param budget how many they may hold together; {@code null} if they may hold any
	 * number
	 * @param unloads how many modules were unloaded since the application started, each
	 * time counted
	 */
	public record LoadedMemory(long used, @Nullable Long budget, long unloads) {

	}

}
