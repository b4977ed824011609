package dev.wasmspring.discovery;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

import dev.wasmspring.function.FunctionDefinition;
import dev.wasmspring.function.FunctionSettings;
import dev.wasmspring.function.ModuleRejection;
import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.module.ModuleException;
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
		List<ModuleRejection> rejections = reject(failures);
		this.functions.requireKnown(exports.keySet(), rejections);
		return new DiscoveredFunctions(definitions(exports, exports.keySet()), rejections, modules, skip,
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
		List<FunctionDefinition> definitions = definitions(exports, names);
		for (FunctionDefinition definition : definitions) {
			Module other = others.get(definition.name());
			if (other != null) {
				throw clash(definition.name(), module, other);
			}
		}
		return new DiscoveredModule(module, definitions);
	}

	private List<FunctionDefinition> definitions(SortedMap<String, NamedExport> exports, Set<String> names) {
		List<FunctionDefinition> definitions = new ArrayList<>(exports.size());
		exports.forEach((name, export) -> {
			FunctionSettings function = this.functions.settings(name, names);
			if (function != null) {
				definitions.add(new FunctionDefinition(name, export.module(), export.export(), function));
			}
		});
		return definitions;
	}

	/**
	 * What came of one module. Immutable; lives as long as discovery.
	 */
	private record Parsed(List<NamedExport> exports, @Nullable ModuleException failure) {

	}

}
