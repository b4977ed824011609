package dev.wasmspring.discovery;

import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.wasmspring.function.FunctionSettings;
import dev.wasmspring.function.ModuleRejection;
import org.jspecify.annotations.Nullable;

/**
 * Where functions get their settings once they have names. Lives as long as discovery;
 * used by one thread at a time.
 */
public interface FunctionSettingsSource {

	/**
	 * Checks that nothing is set for functions that do not exist.
	 * @param functions the names of the functions that were found
	 * @param rejections the modules that cannot be used, whose functions are not known
	 * @throws RuntimeException if something is, which is the owner's mistake
	 */
	void requireKnown(Set<String> functions, List<ModuleRejection> rejections);

	/**
	 * The settings of a function.
	 * @param name the function's name
	 * @param names the names of all functions: what is set for another is not for it
	 * @return {@code null} if the function is not enabled
	 */
	@Nullable FunctionSettings settings(String name, Set<String> names);

	/**
	 * What is set of a function's schemas, which go before those beside the module.
	 * @param name the function's name
	 * @param names the names of all functions
	 * @return the schemas or their locations
	 */
	default ConfiguredSchemas schemas(String name, Set<String> names) {
		return ConfiguredSchemas.NONE;
	}

	/**
	 * All that is set, so that a context can tell whether another one has the same.
	 * @return values by name
	 */
	Map<String, Object> all();

}
