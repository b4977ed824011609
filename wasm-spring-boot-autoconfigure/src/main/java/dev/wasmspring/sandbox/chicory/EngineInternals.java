package dev.wasmspring.sandbox.chicory;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.dylibso.chicory.compiler.MachineFactoryCompiler;
import org.jspecify.annotations.Nullable;

/**
 * What we know of Chicory beyond its API: how its compiler names classes and methods, and
 * how it says that a function is too large. Stateless but for the list of what was found
 * to be different in the version at hand; shared by all threads.
 * <p>
 * Everything that a version of the engine could change silently stands in this package.
 * Nothing here decides whether a call is contained: where the engine has changed, names
 * are missing or something takes longer.
 */
public final class EngineInternals {

	/** How the compiler calls the method of a function; the function's index follows. */
	private static final String METHOD_PREFIX = "func_";

	private static final Pattern METHOD = Pattern.compile(METHOD_PREFIX + "(\\d{1,9})");

	/** A function of a module in what the JVM says of a class. */
	private static final Pattern METHOD_IN_MESSAGE = Pattern.compile("\\." + METHOD_PREFIX + "(\\d{1,9})\\(");

	private static final String CLASS_PREFIX = "com.dylibso.chicory.$gen.";

	/** The compiler's name for the class that has what compiled code calls. */
	private static final String HELPERS = "Shaded.class";

	/** How the compiler says that it would leave a function to the interpreter. */
	private static final Pattern TOO_LARGE = Pattern.compile("size limits.*function index: (\\d+)");

	/** Where the compiler's version is found; its manifest does not tell it. */
	public static final String VERSION_RESOURCE = "/META-INF/maven/com.dylibso.chicory/compiler/pom.properties";

	private static final Differences DIFFERENCES = new Differences();

	private EngineInternals() {
	}

	/**
	 * The function that a compiled method stands for.
	 * @param method the method's name
	 * @return the function's index in its module, empty if it is another method
	 */
	public static OptionalInt functionOf(String method) {
		Matcher matcher = METHOD.matcher(method);
		return matcher.matches() ? OptionalInt.of(Integer.parseInt(matcher.group(1))) : OptionalInt.empty();
	}

	/**
	 * Whether a class has what the code of every module calls.
	 * @param file the name of its class file
	 */
	public static boolean isHelper(String file) {
		return file.endsWith(HELPERS);
	}

	/**
	 * The function of a guest that a frame of a stack belongs to.
	 * @param frame the frame
	 * @return the function's index in its module, empty if it is no frame of a guest
	 */
	public static OptionalInt functionOf(StackTraceElement frame) {
		return frame.getClassName().startsWith(CLASS_PREFIX) ? functionOf(frame.getMethodName()) : OptionalInt.empty();
	}

	/**
	 * The function that the JVM complains of.
	 * @param message what the JVM says of a class that it does not load
	 * @return the function's index in its module, empty if none is named
	 */
	public static OptionalInt functionIn(String message) {
		Matcher matcher = METHOD_IN_MESSAGE.matcher(message);
		return matcher.find() ? OptionalInt.of(Integer.parseInt(matcher.group(1))) : OptionalInt.empty();
	}

	/**
	 * The function that did not fit into a method of the JVM.
	 * @param thrown what the compiler threw
	 * @return the function's index in its module, empty if something else is wrong
	 */
	public static OptionalInt tooLargeFunction(Throwable thrown) {
		Matcher matcher = TOO_LARGE.matcher(String.valueOf(thrown.getMessage()));
		return matcher.find() ? OptionalInt.of(Integer.parseInt(matcher.group(1))) : OptionalInt.empty();
	}

	/**
	 * The version of the compiler, which is part of the identity of compiled classes.
	 * @return {@code null} if it is not known
	 */
	public static @Nullable String compilerVersion() throws IOException {
		Properties properties = new Properties();
		try (InputStream stream = MachineFactoryCompiler.class.getResourceAsStream(VERSION_RESOURCE)) {
			if (stream != null) {
				properties.load(stream);
			}
		}
		return properties.getProperty("version");
	}

	/**
	 * Notes that the engine at hand is not the one that we know, and warns of it at the
	 * first time.
	 * @param difference what is different, and what follows from it: a sentence
	 */
	public static void different(String difference) {
		DIFFERENCES.add(difference);
	}

	/**
	 * In what the engine at hand differs from the one that we know, as far as it was
	 * noticed by now.
	 * @return sentences for the owner of the application, mostly none
	 */
	public static List<String> differences() {
		return DIFFERENCES.all();
	}

}
