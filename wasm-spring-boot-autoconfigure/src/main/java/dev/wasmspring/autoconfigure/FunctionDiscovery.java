package dev.wasmspring.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

import dev.wasmspring.autoconfigure.WasmProperties.InvalidModules;
import dev.wasmspring.function.FunctionDefinition;
import dev.wasmspring.function.FunctionSettings;
import dev.wasmspring.function.RejectedModule;
import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.module.ModuleException;
import dev.wasmspring.script.ScriptRuntimes;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;
import org.springframework.util.unit.DataSize;

/**
 * From the properties to the functions that are to be registered: finds and parses the
 * modules, and compiles nothing. Used by one thread at a time.
 */
final class FunctionDiscovery {

	private static final Log logger = LogFactory.getLog(FunctionDiscovery.class);

	private static final WasmProperties.Function UNSET = new WasmProperties.Function();

	private final WasmProperties properties;

	private final ModuleLocator locator;

	private final FunctionSettingsFactory settings;

	private final PropertyNames propertyNames;

	private final Set<String> inherited;

	private final ScriptRuntimes runtimes;

	/**
	 * Prepares the discovery.
	 * @param properties the properties of the context
	 * @param environment where these came from
	 * @param resourceLoader finds the modules
	 * @param beanFactory knows the functions of the contexts above
	 */
	FunctionDiscovery(WasmProperties properties, Environment environment, ResourceLoader resourceLoader,
			BeanFactory beanFactory) {
		this.properties = properties;
		this.locator = new ModuleLocator(properties, resourceLoader);
		this.settings = new FunctionSettingsFactory(properties, resourceLoader);
		this.propertyNames = new PropertyNames(environment);
		this.inherited = InheritedFunctions.names(beanFactory);
		this.runtimes = new ScriptRuntimes(resourceLoader.getClassLoader(), this.settings.initialization());
	}

	/**
	 * Finds the functions.
	 * @return the functions in the order of their names, and the modules that cannot be
	 * used
	 * @throws ModuleException if a module cannot be used and is not to be skipped; what
	 * is wrong with others is suppressed in it
	 */
	DiscoveredFunctions discover() {
		boolean skip = this.properties.getInvalidModules() == InvalidModules.SKIP;
		List<ModuleException> failures = new ArrayList<>();
		List<ModuleResource> modules = skip
				? this.locator.locate((module, other) -> failures.add(module.sameName(other.origin())))
				: this.locator.locate();
		SortedMap<String, NamedExport> exports = new TreeMap<>();
		for (Parsed parsed : modules.parallelStream().map(this::parse).toList()) {
			ModuleException failure = parsed.failure();
			if (failure == null && skip) {
				failure = clash(parsed.exports(), exports);
			}
			if (failure != null) {
				failures.add(failure);
			}
			else {
				parsed.exports().forEach((export) -> addUnique(export, exports));
			}
		}
		List<RejectedModule> rejected = reject(failures);
		requireKnown(exports, rejected);
		return new DiscoveredFunctions(definitions(exports, exports.keySet()), rejected, modules,
				this.properties.getInvalidModules(), this.propertyNames.all());
	}

	/**
	 * What is wrong with a module of which a function has the name of another module's.
	 */
	private static @Nullable ModuleException clash(List<NamedExport> exports, Map<String, NamedExport> others) {
		for (NamedExport export : exports) {
			NamedExport other = others.get(export.name());
			if (other != null) {
				return clash(export.name(), export.module(), other.module());
			}
		}
		return null;
	}

	private static ModuleException clash(String function, Module module, Module other) {
		return new ModuleException(module.name(), module.origin(),
				"Its function '" + function + "' has the same name as one of the " + other + ".",
				"Rename one of the modules, or an export.", null);
	}

	/**
	 * Finds the functions of a module that came after the start.
	 * @param module the module
	 * @param inService the functions that are in service
	 * @return the functions in the order of their names, possibly none
	 * @throws ModuleException if a function has the name of another module's, or if its
	 * name cannot be that of a function
	 */
	List<FunctionDefinition> discover(Module module, List<FunctionDefinition> inService) {
		Set<String> names = new TreeSet<>();
		Map<String, Module> others = new HashMap<>();
		for (FunctionDefinition other : inService) {
			names.add(other.name());
			if (!other.module().name().equals(module.name())) {
				others.put(other.name(), other.module());
			}
		}
		SortedMap<String, NamedExport> exports = new TreeMap<>();
		NamedExport.of(module).forEach((export) -> exports.put(export.name(), export));
		names.addAll(exports.keySet());
		List<FunctionDefinition> definitions = definitions(exports, names);
		for (FunctionDefinition definition : definitions) {
			Module other = others.get(definition.name());
			if (other != null) {
				throw clash(definition.name(), module, other);
			}
		}
		return definitions;
	}

	/**
	 * Parses what was read of a module or a script.
	 * @throws ModuleException if it cannot be used
	 */
	Module parse(ModuleResource resource, byte[] bytes) {
		return resource.parse(this.runtimes, bytes);
	}

	private Parsed parse(ModuleResource resource) {
		try {
			DataSize sizeLimit = this.properties.getLimits().getModuleSize();
			Duration timeLimit = this.properties.getReadTimeout();
			// What may change while the application runs is not there to be read again
			Module module = (this.properties.isReload() && resource.resource().isFile())
					? resource.parse(this.runtimes, resource.read(sizeLimit, timeLimit))
					: resource.parse(this.runtimes, sizeLimit, timeLimit);
			return new Parsed(NamedExport.of(module), null);
		}
		catch (ModuleException ex) {
			return new Parsed(List.of(), ex);
		}
	}

	private static void addUnique(NamedExport export, SortedMap<String, NamedExport> exports) {
		NamedExport other = exports.putIfAbsent(export.name(), export);
		if (other != null) {
			throw new DuplicateFunctionException(other, export);
		}
	}

	private List<RejectedModule> reject(List<ModuleException> failures) {
		if (!failures.isEmpty() && this.properties.getInvalidModules() == InvalidModules.FAIL) {
			ModuleException first = failures.get(0);
			failures.subList(1, failures.size()).forEach(first::addSuppressed);
			throw first;
		}
		failures.forEach((failure) -> logger.warn(failure.getMessage() + " " + failure.remedy()));
		return failures.stream().map(RejectedModule::of).toList();
	}

	private void requireKnown(SortedMap<String, NamedExport> exports, List<RejectedModule> rejected) {
		Set<String> known = new TreeSet<>(exports.keySet());
		known.addAll(this.inherited);
		Set<String> possible = new TreeSet<>(known);
		rejected.forEach((module) -> possible.add(module.name()));
		this.propertyNames.requireKnown(possible);
		List<String> unknown = this.properties.getFunctions()
			.keySet()
			.stream()
			.filter((name) -> known.stream().noneMatch((function) -> FunctionNames.isMeant(function, name)))
			.filter((name) -> rejected.stream().noneMatch((module) -> mayBeOf(module, name)))
			.toList();
		if (!unknown.isEmpty() && this.properties.isReload()) {
			logger.warn("There are settings for functions that do not exist yet: " + unknown);
		}
		else if (!unknown.isEmpty()) {
			throw new UnknownFunctionException(unknown, new TreeSet<>(known));
		}
	}

	/**
	 * Whether a function of that name may come from a module of which nothing is known
	 * but its name.
	 */
	private static boolean mayBeOf(RejectedModule module, String function) {
		return FunctionNames.relaxed(function).startsWith(FunctionNames.relaxed(module.name()));
	}

	private List<FunctionDefinition> definitions(SortedMap<String, NamedExport> exports, Set<String> names) {
		List<FunctionDefinition> definitions = new ArrayList<>(exports.size());
		exports.forEach((name, export) -> {
			WasmProperties.Function function = properties(name, names);
			if (function.isEnabled()) {
				definitions.add(new FunctionDefinition(name, export.module(), export.export(),
						this.settings.settings(name, function)));
			}
		});
		return definitions;
	}

	/**
	 * The settings that a function has or would have.
	 */
	FunctionSettings settings(String name) {
		return this.settings.settings(name, properties(name, Set.of(name)));
	}

	private WasmProperties.Function properties(String name, Set<String> names) {
		WasmProperties.Function function = this.propertyNames.withVariables(name,
				this.settings.properties(name, names));
		return (function != null) ? function : UNSET;
	}

	/**
	 * What came of one module.
	 */
	private record Parsed(List<NamedExport> exports, @Nullable ModuleException failure) {

	}

}
