package dev.wasmspring.discovery;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import dev.wasmspring.sandbox.module.Export;
import dev.wasmspring.sandbox.module.GuestText;
import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.module.ModuleException;

/**
 * The rule by which functions are named after their modules. Stateless. A function's name
 * is at once the name of a bean, a part of a function definition ({@code a|b}) and a
 * segment of a path, so it holds no character that means something to one of them.
 */
public final class FunctionNames {

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

	/** How many exports a message lists. */
	private static final int MAX_LISTED = 10;

	/**
	 * Whether an export gives a function, as far as its name goes.
	 */
	static boolean isNameable(Module module, Export export) {
		return module.exports().size() == 1
				|| (!export.name().isEmpty() && isName(module.name() + "-" + export.name()));
	}

	/**
	 * Some of the exports, for messages.
	 */
	static String list(List<Export> exports) {
		String listed = exports.stream()
			.limit(MAX_LISTED)
			.map((export) -> "'" + shortened(GuestText.neutral(export.name())) + "'")
			.collect(Collectors.joining(", "));
		int more = exports.size() - MAX_LISTED;
		return (more > 0) ? listed + " and " + more + " more" : listed;
	}

	private static String shortened(String name) {
		return (name.length() > 100) ? name.substring(0, 100) + "…" : name;
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
		if (!isNameable(module, export)) {
			throw new ModuleException(module.name(), module.origin(),
					"Its export '" + printable(export.name()) + "' cannot be part of a function's name.",
					"Rename the export. " + RULE, null);
		}
		return name;
	}

	/**
	 * A name without what relaxed binding ignores, which is all but letters and digits of
	 * ASCII.
	 */
	public static String relaxed(String name) {
		return name.replaceAll("[^A-Za-z0-9]", "").toLowerCase(Locale.ROOT);
	}

	/**
	 * Whether a name in the properties, which may have lost what relaxed binding ignores,
	 * means a function.
	 */
	public static boolean isMeant(String function, String written) {
		return function.equals(written) || (!relaxed(function).isEmpty() && relaxed(function).equals(relaxed(written)));
	}

	/**
	 * A name as a part of a property's name.
	 */
	public static String inProperty(String name) {
		return needsBrackets(name) ? "[" + name + "]" : name;
	}

	/**
	 * Whether relaxed binding would take a name apart, or characters out of it.
	 */
	public static boolean needsBrackets(String name) {
		return !name.matches("[A-Za-z0-9_-]+");
	}

	private static String printable(String name) {
		return name.replaceAll("\\p{Cntrl}", "?");
	}

}
