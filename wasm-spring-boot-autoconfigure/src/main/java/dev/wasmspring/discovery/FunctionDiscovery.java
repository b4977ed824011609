package dev.wasmspring.discovery;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

import dev.wasmspring.function.FunctionDefinition;
import dev.wasmspring.function.FunctionSettings;
import dev.wasmspring.function.ModuleRejection;
import dev.wasmspring.sandbox.module.Kind;
import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.module.ModuleException;
import dev.wasmspring.schema.FunctionSchemas;
import dev.wasmspring.script.ScriptRuntimes;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.core.io.ResourceLoader;

/**
 * The search for functions: it locates and parses the modules, names their functions and
 * gives them their settings. It compiles nothing. Lives while the context starts, or as
 * long as reload; used by one thread at a time.
 */
public final class FunctionDiscovery {

	private static final Log logger = LogFactory.getLog(FunctionDiscovery.class);

	private final DiscoverySettings settings;

	private final ModuleLocator locator;

	private final FunctionSettingsSource functions;

	private final ScriptRuntimes runtimes;

	private final SchemaFiles schemas;

	/**
	 * Prepares the discovery.
	 * @param settings where modules are looked for, and how
	 * @param functions gives the functions their settings
	 * @param runtimes run what is a script
	 * @param resourceLoader finds the modules
	 */
	public FunctionDiscovery(DiscoverySettings settings, FunctionSettingsSource functions, ScriptRuntimes runtimes,
			ResourceLoader resourceLoader) {
		this.settings = settings;
		this.functions = functions;
		this.runtimes = runtimes;
		this.locator = new ModuleLocator(settings, resourceLoader);
		this.schemas = new SchemaFiles(resourceLoader, settings.readTimeout());
	}

	/**
	 * Finds the functions.
	 * @return the functions in the order of their names, and the modules that cannot be
	 * used
	 * @throws UnreadableLocationException if a location cannot be looked at, and modules
	 * are not to be skipped
	 * @throws ModuleException if a module cannot be used and is not to be skipped; what
	 * is wrong with others is suppressed in it
	 */
	public DiscoveredFunctions discover() {
		boolean skip = this.settings.skipsInvalid();
		List<ModuleException> failures = new ArrayList<>();
		Set<Module> broken = Collections.newSetFromMap(new IdentityHashMap<>());
		List<ModuleResource> modules = skip
				? this.locator.locate((module, other) -> failures.add(module.sameName(other.origin())))
				: this.locator.locate();
		SortedMap<String, NamedExport> exports = new TreeMap<>();
		Map<Module, ModuleResource> resources = new IdentityHashMap<>();
		for (Parsed parsed : modules.parallelStream().map(this::parse).toList()) {
			ModuleException failure = parsed.failure();
			if (failure == null && skip) {
				failure = clash(parsed.exports(), exports);
			}
			if (failure != null) {
				failures.add(failure);
			}
			else {
				parsed.exports().forEach((export) -> {
					addUnique(export, exports);
					resources.put(export.module(), parsed.resource());
				});
			}
		}
		Map<String, FunctionDefinition> definitions = new LinkedHashMap<>();
		Set<String> names = new TreeSet<>(exports.keySet());
		exports.forEach((name, export) -> {
			try {
				define(export, Objects.requireNonNull(resources.get(export.module())), names)
					.ifPresent((definition) -> definitions.put(name, definition));
			}
			catch (ModuleException ex) {
				failures.add(ex);
				broken.add(export.module());
			}
		});
		exports.values().removeIf((export) -> broken.contains(export.module()));
		definitions.keySet().retainAll(exports.keySet());
		List<ModuleRejection> rejections = reject(failures);
		this.functions.requireKnown(exports.keySet(), rejections);
		return new DiscoveredFunctions(List.copyOf(definitions.values()), rejections, modules, skip,
				this.functions.all());
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
		String reason = "Its function '" + function + "' has the same name as one of the " + other + ".";
		if (module.runtime() != null) {
			return ModuleException.ofScript(module.name(), module.origin(), reason,
					"Rename the script, or the export of the module.", false);
		}
		return new ModuleException(module.name(), module.origin(), reason, "Rename one of the modules, or an export.",
				null);
	}

	/**
	 * Reads and parses what was found: the one place where modules are told from what
	 * else may give functions.
	 */
	private Parsed parse(ModuleResource resource) {
		try {
			Module module = (this.settings.keepsFiles() && resource.resource().isFile())
					? resource.parse(this.runtimes,
							resource.read(this.settings.moduleSize(), this.settings.readTimeout()))
					: resource.parse(this.runtimes, this.settings.moduleSize(), this.settings.readTimeout());
			return new Parsed(resource, NamedExport.of(module), null);
		}
		catch (ModuleException ex) {
			return new Parsed(resource, List.of(), ex);
		}
	}

	private static void addUnique(NamedExport export, SortedMap<String, NamedExport> exports) {
		NamedExport other = exports.putIfAbsent(export.name(), export);
		if (other != null) {
			throw new DuplicateFunctionException(other, export);
		}
	}

	private List<ModuleRejection> reject(List<ModuleException> failures) {
		if (!failures.isEmpty() && !this.settings.skipsInvalid()) {
			ModuleException first = failures.get(0);
			failures.subList(1, failures.size()).forEach(first::addSuppressed);
			throw first;
		}
		failures.forEach((failure) -> logger.warn(failure.getMessage() + " " + failure.remedy()));
		return failures.stream().map(ModuleRejection::of).toList();
	}

	/**
	 * Finds the functions of a file that came or changed after the start.
	 * @param file where the module is
	 * @param bytes what was read there
	 * @param inService the functions that are in service
	 * @return the module, and its functions in the order of their names, possibly none
	 * @throws ModuleException if the module cannot be used, if a function has the name of
	 * another module's, or if its name cannot be that of a function
	 */
	public DiscoveredModule discover(ModuleResource file, byte[] bytes, List<FunctionDefinition> inService) {
		Module module = file.parse(this.runtimes, bytes);
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
		List<FunctionDefinition> definitions = new ArrayList<>();
		exports.values().forEach((export) -> define(export, file, names).ifPresent(definitions::add));
		for (FunctionDefinition definition : definitions) {
			Module other = others.get(definition.name());
			if (other != null) {
				throw clash(definition.name(), module, other);
			}
		}
		return new DiscoveredModule(module, definitions);
	}

	/**
	 * Gives a function its settings and schemas.
	 * @return nothing if it is not enabled
	 * @throws ModuleException if a schema cannot be used
	 */
	private Optional<FunctionDefinition> define(NamedExport export, ModuleResource resource, Set<String> names) {
		FunctionSettings function = this.functions.settings(export.name(), names);
		if (function == null) {
			return Optional.empty();
		}
		requireShapeable(export.name(), export, function);
		FunctionSchemas schemas = this.schemas.read(export, resource, function,
				this.functions.schemas(export.name(), names));
		return Optional.of(new FunctionDefinition(export.name(), export.module(), export.export(), function, schemas));
	}

	private static void requireShapeable(String name, NamedExport export, FunctionSettings settings) {
		if (settings.http().shaped() && export.export().kind() == Kind.NUMERIC) {
			throw new ModuleException(export.module().name(), export.module().origin(),
					"Its function '" + name + "' takes and gives numbers, so that it cannot shape answers over HTTP.",
					"Remove the property 'wasm.functions." + FunctionNames.inProperty(name) + ".http.shaped'.", null);
		}
	}

	/**
	 * What came of one module. Immutable; lives as long as discovery.
	 */
	private record Parsed(ModuleResource resource, List<NamedExport> exports, @Nullable ModuleException failure) {

	}

}
