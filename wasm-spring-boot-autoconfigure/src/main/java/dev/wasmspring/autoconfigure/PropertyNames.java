package dev.wasmspring.autoconfigure;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

import dev.wasmspring.discovery.FunctionNames;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeanUtils;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.bind.PropertySourcesPlaceholdersResolver;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.Environment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * The names of the properties that are set. They must be names of properties that exist:
 * one that is misspelt would be ignored, and a limit with it. Environment variables
 * cannot say where a function's name ends; here the functions are known. Used by one
 * thread at a time; lives as long as discovery.
 */
final class PropertyNames {

	private static final Log logger = LogFactory.getLog(PropertyNames.class);

	private static final ConfigurationPropertyName PREFIX = ConfigurationPropertyName.of("wasm");

	private static final ResolvableType ROOT = ResolvableType.forClass(WasmProperties.class);

	private static final ResolvableType FUNCTION = ResolvableType.forClass(WasmProperties.Function.class);

	/** What artifacts beside this one have below the prefix. */
	private static final Set<String> OTHERS = Set.of("ai");

	private static final String FUNCTIONS = "wasm.functions.";

	private static final String VARIABLES = "WASM_FUNCTIONS_";

	/**
	 * Variables that speak of groups of properties.
	 */
	private static final Pattern GROUPS = Pattern.compile("WASM_(COMPILATION|HEALTH|LIMITS|WEB)_.*");

	/**
	 * What Kubernetes says of services, whatever they are called.
	 */
	private static final Pattern SERVICE = Pattern
		.compile(".*_(SERVICE_HOST|SERVICE_PORT(_.*)?|PORT(_\\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)");

	private final Environment environment;

	PropertyNames(Environment environment) {
		this.environment = environment;
	}

	/**
	 * The properties that are set, as a tree.
	 */
	Map<String, Object> all() {
		return Binder.get(this.environment).bind(PREFIX, Bindable.mapOf(String.class, Object.class)).orElseGet(Map::of);
	}

	/**
	 * Checks the names of all properties that are set.
	 * @param functions the names of the functions that there are or may be
	 * @throws UnknownPropertyException if there is no such property
	 */
	void requireKnown(Collection<String> functions) {
		Map<String, UnknownPropertyException.Unknown> unknown = new LinkedHashMap<>();
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(this.environment)) {
			if (source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource variables) {
				for (String variable : variables.getPropertyNames()) {
					check(variable, functions, unknown);
				}
			}
			else if (source instanceof IterableConfigurationPropertySource iterable) {
				iterable.stream()
					.filter(PREFIX::isAncestorOf)
					.filter((name) -> !isKnown(ROOT, name, 1) && !isOfAnother(name))
					.forEach((name) -> check(name, source, functions, unknown));
			}
		}
		if (!unknown.isEmpty()) {
			throw new UnknownPropertyException(List.copyOf(unknown.values()));
		}
	}

	private static boolean isOfAnother(ConfigurationPropertyName name) {
		return OTHERS.contains(name.getElement(1, Form.UNIFORM));
	}

	private static void check(ConfigurationPropertyName name, ConfigurationPropertySource source,
			Collection<String> functions, Map<String, UnknownPropertyException.Unknown> unknown) {
		String key = asWritten(name, source);
		String nearest = nearest(key, keys(ROOT, "wasm", functionOf(name, functions)));
		if (name.getNumberOfElements() == 2 || !properties(ROOT).containsKey(name.getElement(1, Form.UNIFORM))) {
			// An application may keep properties of its own beside ours
			logger.warn("There is no property '" + key + "'. The nearest one is '" + nearest + "'");
			return;
		}
		var property = source.getConfigurationProperty(name);
		unknown.putIfAbsent(key,
				new UnknownPropertyException.Unknown(key,
						(property != null && property.getOrigin() != null) ? property.getOrigin().toString() : null,
						nearest, functionInBrackets(key, functions)));
	}

	/**
	 * The name with all of its characters.
	 */
	private static String asWritten(ConfigurationPropertyName name, ConfigurationPropertySource source) {
		if (source.getUnderlyingSource() instanceof EnumerablePropertySource<?> enumerable) {
			for (String candidate : enumerable.getPropertyNames()) {
				if (ConfigurationPropertyName.adapt(candidate, '.').equals(name)) {
					return candidate;
				}
			}
		}
		return name.toString();
	}

	private static String functionOf(ConfigurationPropertyName name, Collection<String> functions) {
		String element = (name.getNumberOfElements() > 2) ? name.getElement(2, Form.ORIGINAL) : "<name>";
		return functions.stream()
			.filter((function) -> FunctionNames.isMeant(function, element))
			.findFirst()
			.map(FunctionNames::inProperty)
			.orElse(element);
	}

	/**
	 * A key whose function has a name that must be written in brackets, and is not.
	 */
	private static @Nullable String functionInBrackets(String key, Collection<String> functions) {
		return functions.stream()
			.filter((function) -> FunctionNames.needsBrackets(function) && key.startsWith(FUNCTIONS + function + "."))
			.max(Comparator.comparingInt(String::length))
			.map((function) -> FUNCTIONS + "[" + function + "]" + key.substring(FUNCTIONS.length() + function.length()))
			.orElse(null);
	}

	private static void check(String variable, Collection<String> functions,
			Map<String, UnknownPropertyException.Unknown> unknown) {
		String name = variable.toUpperCase(Locale.ROOT);
		if (SERVICE.matcher(name).matches()) {
			return;
		}
		if (GROUPS.matcher(name).matches()) {
			List<String> keys = keys(ROOT, "wasm", "<name>").stream().map(PropertyNames::variable).toList();
			if (keys.stream().noneMatch((key) -> squashed(key).equals(squashed(name)))) {
				unknown.put(variable, new UnknownPropertyException.Unknown(variable, "an environment variable",
						nearest(name, keys), null));
			}
		}
		else if (name.startsWith(VARIABLES) && !speaksOfOne(name, functions) && hasKnownEnd(name)) {
			List<String> keys = new ArrayList<>();
			functions.forEach((function) -> keys(FUNCTION, FUNCTIONS + function, "").stream()
				.map(PropertyNames::variable)
				.forEach(keys::add));
			unknown.put(variable, new UnknownPropertyException.Unknown(variable, "an environment variable",
					nearest(name, keys), null));
		}
	}

	/**
	 * Whether a variable is a property of one of the functions.
	 */
	private static boolean speaksOfOne(String variable, Collection<String> functions) {
		for (String function : functions) {
			for (String form : forms(function)) {
				if (variable.startsWith(form) && key(variable.substring(form.length())) != null) {
					return true;
				}
			}
		}
		return false;
	}

	/**
	 * Whether a variable that speaks of no function was meant to, or misspells a property
	 * of one.
	 */
	private static boolean hasKnownEnd(String variable) {
		String rest = variable.substring(VARIABLES.length());
		return rest.contains("_LIMITS_") || rest.contains("_ENVIRONMENT_")
				|| keys(FUNCTION, "", "").stream().anyMatch((key) -> rest.endsWith("_" + variable(key.substring(1))));
	}

	/**
	 * How variables may begin that speak of a function: with underscores where the name
	 * has other characters, or without any.
	 */
	private static Set<String> forms(String function) {
		Set<String> forms = new LinkedHashSet<>();
		forms.add(VARIABLES + variable(function) + "_");
		forms.add(VARIABLES + squashed(variable(function)) + "_");
		return forms;
	}

	/**
	 * What environment variables say of a function whose name has other characters than
	 * letters and digits, beside what other properties say.
	 * @param name the name of the function
	 * @param function what other properties say, or {@code null}
	 * @return what both say; variables give way to system properties and arguments, as
	 * they always do
	 */
	WasmProperties.@Nullable Function withVariables(String name, WasmProperties.@Nullable Function function) {
		String form = VARIABLES + variable(name) + "_";
		if (squashed(form).equals(squashed(VARIABLES) + name.toUpperCase(Locale.ROOT))) {
			return function;
		}
		List<ConfigurationPropertySource> before = new ArrayList<>();
		Map<String, Object> found = new LinkedHashMap<>();
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(this.environment)) {
			if (source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource variables) {
				for (String variable : variables.getPropertyNames()) {
					String upper = variable.toUpperCase(Locale.ROOT);
					String key = upper.startsWith(form) ? key(upper.substring(form.length())) : null;
					if (key != null && before.stream().noneMatch((other) -> has(other, name, key))) {
						found.putIfAbsent("function." + key, variables.getProperty(variable));
					}
				}
			}
			before.add(source);
		}
		if (found.isEmpty()) {
			return function;
		}
		Bindable<WasmProperties.Function> target = (function != null) ? Bindable.ofInstance(function)
				: Bindable.of(WasmProperties.Function.class);
		return new Binder(List.of(ConfigurationPropertySource.from(new MapPropertySource("variables", found))),
				new PropertySourcesPlaceholdersResolver(this.environment))
			.bindOrCreate("function", target);
	}

	private static boolean has(ConfigurationPropertySource source, String function, String key) {
		return source.getConfigurationProperty(
				ConfigurationPropertyName.adapt(FUNCTIONS + "[" + function + "]." + key, '.')) != null
				|| source.getConfigurationProperty(
						ConfigurationPropertyName.adapt(FUNCTIONS + function + "." + key, '.')) != null;
	}

	/**
	 * The property of a function that the end of a variable's name stands for.
	 * @return the key below the function's name, or {@code null} if there is none
	 */
	private static @Nullable String key(String end) {
		if (end.startsWith("ENVIRONMENT_")) {
			return "environment." + end.substring("ENVIRONMENT_".length());
		}
		if (end.matches("ARGUMENTS_\\d+")) {
			return "arguments[" + end.substring("ARGUMENTS_".length()) + "]";
		}
		if (end.matches("MOUNTS_\\d+_(PATH|SOURCE|SCRATCH)")) {
			String[] parts = end.toLowerCase(Locale.ROOT).split("_");
			return "mounts[" + parts[1] + "]." + parts[2];
		}
		return keys(FUNCTION, "", "").stream()
			.map((key) -> key.substring(1))
			.filter((key) -> squashed(variable(key)).equals(squashed(end)))
			.findFirst()
			.orElse(null);
	}

	/**
	 * A key or a name as a variable has it.
	 */
	private static String variable(String key) {
		return key.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
	}

	private static String squashed(String variable) {
		return variable.replace("_", "");
	}

	private static boolean isKnown(ResolvableType type, ConfigurationPropertyName name, int index) {
		if (index == name.getNumberOfElements()) {
			return true;
		}
		Class<?> rawType = type.resolve(Object.class);
		if (Map.class.isAssignableFrom(rawType)) {
			return !isGroup(type.getGeneric(1)) || isKnown(type.getGeneric(1), name, index + 1);
		}
		if (Collection.class.isAssignableFrom(rawType)) {
			return name.isNumericIndex(index) && isKnown(type.getGeneric(0), name, index + 1);
		}
		ResolvableType property = isGroup(type) ? properties(type).get(name.getElement(index, Form.UNIFORM)) : null;
		return property != null && isKnown(property, name, index + 1);
	}

	/**
	 * All keys below a type.
	 * @param function the name to write for that of a function
	 */
	private static List<String> keys(ResolvableType type, String prefix, String function) {
		List<String> keys = new ArrayList<>();
		for (var descriptor : BeanUtils.getPropertyDescriptors(type.resolve(Object.class))) {
			if (descriptor.getReadMethod() == null || descriptor.getName().equals("class")) {
				continue;
			}
			String key = prefix + "." + DataObjectPropertyName.toDashedForm(descriptor.getName());
			ResolvableType property = ResolvableType.forMethodReturnType(descriptor.getReadMethod());
			if (isGroup(property)) {
				keys.addAll(keys(property, key, function));
			}
			else if (isGroup(property.getGeneric(1))) {
				keys.addAll(keys(property.getGeneric(1), key + "." + function, function));
			}
			else {
				keys.add(key);
			}
		}
		return keys;
	}

	private static Map<String, ResolvableType> properties(ResolvableType group) {
		Map<String, ResolvableType> properties = new TreeMap<>();
		for (var descriptor : BeanUtils.getPropertyDescriptors(group.resolve(Object.class))) {
			if (descriptor.getReadMethod() != null && !descriptor.getName().equals("class")) {
				properties.put(descriptor.getName().toLowerCase(Locale.ROOT),
						ResolvableType.forMethodReturnType(descriptor.getReadMethod()));
			}
		}
		return properties;
	}

	private static boolean isGroup(ResolvableType type) {
		Class<?> rawType = type.resolve(Object.class);
		return rawType == WasmProperties.class
				|| (rawType.getName().startsWith(WasmProperties.class.getName() + "$") && !rawType.isEnum());
	}

	private static String nearest(String name, Collection<String> candidates) {
		return Nearness.sorted(name, candidates).stream().findFirst().orElse("");
	}

}
