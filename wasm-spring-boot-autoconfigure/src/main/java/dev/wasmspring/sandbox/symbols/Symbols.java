package dev.wasmspring.sandbox.symbols;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.types.NameCustomSection;
import com.dylibso.chicory.wasm.types.SectionId;
import dev.wasmspring.sandbox.chicory.EngineInternals;
import org.jspecify.annotations.Nullable;

/**
 * What a module's functions are called, and where in the source they begin, as far as the
 * module tells. Immutable and shared by all threads; lives as long as somebody asks now
 * and then.
 */
public final class Symbols {

	/** Frames of a stack; the innermost ones tell most. */
	private static final int MAX_FRAMES = 20;

	private static final int MAX_NAME = 200;

	private final @Nullable NameCustomSection names;

	private final @Nullable String[] lines;

	private final int imported;

	private final int functions;

	/**
	 * Reads the symbols; takes milliseconds.
	 * @param module the module, which was parsed before
	 * @param imported how many functions it imports
	 * @param functions how many it has, imported ones included; what comes behind them
	 * are parts that were cut out of one
	 */
	public Symbols(byte[] module, int imported, int functions) {
		this.names = names(module);
		this.lines = SourceLines.read(module);
		this.imported = imported;
		this.functions = functions;
	}

	/**
	 * The name that the module's name section has for a function.
	 */
	public static @Nullable String nameOf(int function, byte[] module) {
		return nameOf(function, names(module));
	}

	public static @Nullable String nameOf(int function, @Nullable NameCustomSection names) {
		String name = (names != null) ? names.nameOfFunction(function) : null;
		return (name != null && name.length() > MAX_NAME) ? name.substring(0, MAX_NAME) + "..." : name;
	}

	public static @Nullable NameCustomSection names(byte[] module) {
		return Parser.builder()
			.includeSectionId(SectionId.CUSTOM)
			.build()
			.parse(() -> new ByteArrayInputStream(module))
			.nameSection();
	}

	/**
	 * The functions of the guest on a stack.
	 * @param thrown what was thrown in the guest
	 * @return descriptions of at most 20 of them, innermost first
	 */
	public List<String> stack(Throwable thrown) {
		// The engine replaces some errors, of which only the original has the frames
		Throwable cause = thrown.getCause();
		List<String> original = (cause != null) ? stack(cause) : List.of();
		return original.isEmpty() ? frames(thrown) : original;
	}

	private List<String> frames(Throwable thrown) {
		List<String> stack = new ArrayList<>();
		for (StackTraceElement frame : thrown.getStackTrace()) {
			OptionalInt function = EngineInternals.functionOf(frame);
			// The frame of a part is followed by that of the function that it was cut out
			// of
			if (function.isPresent() && function.getAsInt() < this.functions) {
				if (stack.size() == MAX_FRAMES) {
					stack.add("...");
					break;
				}
				stack.add(describe(function.getAsInt()));
			}
		}
		return stack;
	}

	private String describe(int function) {
		String name = nameOf(function, this.names);
		int defined = function - this.imported;
		String line = (defined >= 0 && defined < this.lines.length) ? this.lines[defined] : null;
		return ((name != null) ? name : "function") + " (#" + function + ((line != null) ? ", " + line : "") + ")";
	}

}
