package dev.wasmspring.autoconfigure;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import dev.wasmspring.autoconfigure.WasmProperties.InvalidModules;
import dev.wasmspring.discovery.ConfiguredSchemas;
import dev.wasmspring.discovery.DiscoveredFunctions;
import dev.wasmspring.discovery.DiscoverySettings;
import dev.wasmspring.discovery.FunctionDiscovery;
import dev.wasmspring.discovery.FunctionNames;
import dev.wasmspring.discovery.FunctionSelection;
import dev.wasmspring.discovery.FunctionSettingsSource;
import dev.wasmspring.discovery.UnreadableLocationException;
import dev.wasmspring.function.FunctionSettings;
import dev.wasmspring.function.ModuleRejection;
import dev.wasmspring.script.ScriptRuntimes;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jetbrains.annotations.ApiStatus;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;
import org.springframework.util.PatternMatchUtils;

/**
 * What the properties say of modules and functions, as discovery asks for it. Lives as
 * long as the context; used by one thread at a time.
 */
@ApiStatus.Internal
public final class ConfiguredFunctions implements FunctionSettingsSource {

	private static final Log logger = LogFactory.getLog(ConfiguredFunctions.class);

	private static final WasmProperties.Function UNSET = new WasmProperties.Function();

	private final WasmProperties properties;

	private final ResourceLoader resourceLoader;

	private final FunctionSettingsFactory factory;

	private final PropertyNames propertyNames;

	private final Set<String> inherited;

	private final @Nullable FunctionSelection selection;

	/**
	 * Reads the properties.
	 * @param properties the properties of the context
	 * @param environment where these came from
	 * @param resourceLoader finds the modules, and files for functions
	 * @param beanFactory knows the functions of the contexts above
	 */
	public ConfiguredFunctions(WasmProperties properties, Environment environment, ResourceLoader resourceLoader,
			BeanFactory beanFactory) {
		this.properties = properties;
		this.resourceLoader = resourceLoader;
		this.factory = new FunctionSettingsFactory(properties, resourceLoader);
		this.propertyNames = new PropertyNames(environment);
		this.inherited = FunctionsAbove.names(beanFactory);
		this.selection = beanFactory.containsBean(FunctionSelection.BEAN_NAME)
				? beanFactory.getBean(FunctionSelection.BEAN_NAME, FunctionSelection.class) : null;
	}

	/**
	 * Where modules are looked for, and how.
	 * @param properties the properties of the context
	 * @return the same without what else they say
	 */
	public static DiscoverySettings discoverySettings(WasmProperties properties) {
		return new DiscoverySettings(properties.getLocations(), properties.getLimits().getModuleSize(),
				properties.getReadTimeout(), properties.isReload(),
				properties.getInvalidModules() == InvalidModules.SKIP);
	}

	/**
	 * What finds the modules.
	 * @return discovery with these settings
	 */
	public FunctionDiscovery discovery() {
		return new FunctionDiscovery(discoverySettings(this.properties), this, runtimes(), this.resourceLoader);
	}

	/**
	 * What runs scripts.
	 * @return the runtimes on the class path
	 */
	public ScriptRuntimes runtimes() {
		return new ScriptRuntimes(this.resourceLoader.getClassLoader(), this.factory.initialization());
	}

	/**
	 * The settings of a function that has none of its own.
	 * @return the settings
	 */
	public FunctionSettings common() {
		return this.factory.common();
	}

	/**
	 * Finds the functions.
	 * @throws InvalidConfigurationPropertyValueException if a location cannot be looked
	 * at, beside what {@link FunctionDiscovery#discover()} throws
	 */
	DiscoveredFunctions discover() {
		try {
			return discovery().discover();
		}
		catch (UnreadableLocationException ex) {
			throw new InvalidConfigurationPropertyValueException("wasm.locations", ex.location(), ex.reason());
		}
	}

	@Override
	public void requireKnown(Set<String> functions, List<ModuleRejection> rejections) {
		Set<String> known = new TreeSet<>(functions);
		known.addAll(this.inherited);
		if (this.selection != null && !known.containsAll(this.selection.names())) {
			Set<String> missing = new TreeSet<>(this.selection.names());
			missing.removeAll(known);
			throw new IllegalStateException("There are no functions " + missing + ". Those that exist are " + known
					+ "; the property 'wasm.locations' says where they are looked for");
		}
		Set<String> possible = new TreeSet<>(known);
		rejections.forEach((module) -> possible.add(module.name()));
		this.propertyNames.requireKnown(possible);
		List<String> unknown = this.properties.getFunctions()
			.keySet()
			.stream()
			.filter((name) -> known.stream().noneMatch((function) -> FunctionNames.isMeant(function, name)))
			.filter((name) -> rejections.stream().noneMatch((module) -> mayBeOf(module, name)))
			.toList();
		if (!unknown.isEmpty() && this.properties.isReload()) {
			logger.warn("There are settings for functions that do not exist yet: " + unknown);
		}
		else if (!unknown.isEmpty()) {
			throw new UnknownFunctionException(unknown, new TreeSet<>(known));
		}
		WasmProperties.Exposure exposure = this.properties.getWeb().getExposure();
		requireExposed("wasm.web.exposure.include", exposure.getInclude(), known, rejections);
		requireExposed("wasm.web.exposure.exclude", exposure.getExclude(), known, rejections);
	}

	/**
	 * Whether a function of that name may come from a module of which nothing is known
	 * but its name.
	 */
	private static boolean mayBeOf(ModuleRejection module, String function) {
		return FunctionNames.relaxed(function).startsWith(FunctionNames.relaxed(module.name()));
	}

	/**
	 * A function that is exposed or excluded by its name must be there: one that is
	 * misspelt would be reached, or not.
	 */
	private void requireExposed(String property, Set<String> named, Set<String> known,
			List<ModuleRejection> rejections) {
		List<String> unknown = named.stream()
			.filter((name) -> name.indexOf('*') == -1 && !known.contains(name))
			.filter((name) -> rejections.stream().noneMatch((module) -> mayBeOf(module, name)))
			.toList();
		if (!unknown.isEmpty() && this.properties.isReload()) {
			logger.warn("'" + property + "' names functions that do not exist yet: " + unknown);
		}
		else if (!unknown.isEmpty()) {
			throw new InvalidConfigurationPropertyValueException(property, named,
					"There is no function " + unknown + ". The functions that exist are: " + known + ".");
		}
	}

	/**
	 * Whether a function can be called over HTTP: as its own property says, or else the
	 * properties for all.
	 * @param name the function's name
	 * @return whether it can
	 */
	public boolean isExposed(String name) {
		Boolean own = properties(name, Set.of(name)).getWeb().getEnabled();
		WasmProperties.Exposure exposure = this.properties.getWeb().getExposure();
		return (own != null) ? own : PatternMatchUtils.simpleMatch(exposure.getInclude().toArray(String[]::new), name)
				&& !PatternMatchUtils.simpleMatch(exposure.getExclude().toArray(String[]::new), name);
	}

	/**
	 * Whether a function learns the roles of its caller.
	 * @param name the function's name
	 * @return whether it does
	 */
	public boolean learnsCallerRoles(String name) {
		Boolean own = properties(name, Set.of(name)).getWeb().getCallerRoles();
		return (own != null) ? own : this.properties.getWeb().isCallerRoles();
	}

	@Override
	public @Nullable FunctionSettings settings(String name, Set<String> names) {
		WasmProperties.Function function = properties(name, names);
		boolean selected = this.selection == null || this.selection.names().contains(name);
		return (function.isEnabled() && selected) ? this.factory.settings(name, function) : null;
	}

	@Override
	public ConfiguredSchemas schemas(String name, Set<String> names) {
		WasmProperties.Function function = properties(name, names);
		return new ConfiguredSchemas(function.getInputSchema(), function.getOutputSchema());
	}

	/**
	 * The settings that a function has or would have, whether or not it is enabled.
	 */
	FunctionSettings settings(String name) {
		return this.factory.settings(name, properties(name, Set.of(name)));
	}

	private WasmProperties.Function properties(String name, Set<String> names) {
		WasmProperties.Function function = this.propertyNames.withVariables(name, this.factory.properties(name, names));
		return (function != null) ? function : UNSET;
	}

	@Override
	public Map<String, Object> all() {
		return this.propertyNames.all();
	}

}
