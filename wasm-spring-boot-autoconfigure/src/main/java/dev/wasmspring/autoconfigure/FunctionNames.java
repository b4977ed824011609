package dev.wasmspring.autoconfigure;

import java.util.Locale;
import java.util.regex.Pattern;

import dev.wasmspring.sandbox.Export;
import dev.wasmspring.sandbox.Module;
import dev.wasmspring.sandbox.ModuleException;

/**
 * How functions are named after their modules. A function's name is at once the name of a
 * bean, a part of a function definition ({@code a|b}) and a segment of a path, so it
 * holds no character that means something to one of them.
 */
final class FunctionNames {

	/**
	 * What a name may look like, for messages.
	 */
	static final String RULE = "A name has letters, digits, '-', '_' and '.', and begins with a letter or a digit.";

	private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{M}\\p{N}._-]*");

	private FunctionNames() {
	}

	static boolean isName(String candidate) {
		return NAME.matcher(candidate).matches();
	}

	/**
	 * The name of the function that an export gives: the module's own if it has no other
	 * export, else followed by the export's.
	 * @throws ModuleException if the export's name cannot be part of a function's
	 */
	static String of(Module module, Export export) {
		if (module.exports().size() == 1) {
			return module.name();
		}
		String name = module.name() + "-" + export.name();
		if (!isName(name)) {
			throw new ModuleException(module.name(), module.origin(),
					"Its export '" + printable(export.name()) + "' cannot be part of a function's name.",
					"Rename the export. " + RULE, null);
		}
		return name;
	}

	/**
	 * A name without what relaxed binding ignores, so that an environment variable can
	 * speak of a function whose name has dashes.
	 */
	static String relaxed(String name) {
		return name.replaceAll("[^\\p{L}\\p{M}\\p{N}]", "").toLowerCase(Locale.ROOT);
	}

	private static String printable(String name) {
		return name.replaceAll("\\p{Cntrl}", "?");
	}

}
