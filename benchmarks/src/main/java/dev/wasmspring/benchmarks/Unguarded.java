package dev.wasmspring.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/**
 * This project without the guards that a call passes, to measure what they cost. Nothing
 * in the project can switch a guard off; so the guards are cut out of a copy of its
 * sources, and what was cut is compiled to classes that stand before the others on the
 * class path of one measurement.
 */
final class Unguarded {

	private static final String RETURN = "if (true) { return; } ";

	/** For each source what is cut, and what takes its place. */
	private static final Map<String, List<Cut>> CUTS = new LinkedHashMap<>();

	static {
		// Nobody watches the deadline, and nobody is told of the end
		CUTS.put("sandbox/limit/Watchdog",
				List.of(new Cut("this.live.add(deadline);", "if (true) { return deadline; }")));
		CUTS.put("sandbox/limit/Deadline",
				List.of(new Cut("boolean interruptedByUs;", RETURN + "boolean interruptedByUs;")));
		// No account of memory, and no look at the deadline in bulk operations
		CUTS.put("sandbox/limit/MemoryClaim", List.of(new Cut("this.used += bytes;", RETURN + "this.used += bytes;")));
		CUTS.put("sandbox/memory/LinearMemory",
				List.of(new Cut("this.unchecked += bytes;", RETURN + "this.unchecked += bytes;")));
		// Output without end, vectors of any number and length
		CUTS.put("sandbox/wasi/BoundedOutput", List.of(new Cut("if (wanted > room && this.failing) {", "if (false) {"),
				new Cut("Math.min(wanted, room)", "wanted")));
		CUTS.put("sandbox/wasi/Vectors", List.of(new Cut("if (count < 0 || count > MAX_COUNT) {", "if (count < 0) {"),
				new Cut("if (total > (long) memory.pages() * Memory.PAGE_SIZE) {", "if (false) {")));
		CUTS.put("sandbox/wasi/Poll", List.of(new Cut("count <= 0 || count > MAX_SUBSCRIPTIONS", "count <= 0")));
		// As many calls as come, with inputs of any length, on whatever thread
		CUTS.put("function/Admission",
				List.of(new Cut("if (this.waiting.get() == 0 && this.permits.tryAcquire()) {", "if (true) {"),
						new Cut("this.permits.release();", "")));
		CUTS.put("function/WasmFunction", List.of(new Cut("if (input.length > limit) {", "if (false) {")));
		CUTS.put("function/GuestThreads",
				List.of(new Cut("onVirtualThread() ? new Handover<>(work).await(threads(ANY_STACK)) : work.get()",
						"work.get()")));
	}

	private Unguarded() {
	}

	/**
	 * Compiles the sources without their guards.
	 * @param sources the directory of the project's sources
	 * @param target a directory for the classes
	 * @return a class path with the classes first
	 * @throws IllegalStateException if a guard is not where it was, or what is left does
	 * not compile
	 */
	static String classPath(Path sources, Path target) throws IOException {
		List<String> options = new ArrayList<>(List.of("-proc:none", "-nowarn", "-d", target.toString(), "-cp",
				System.getProperty("java.class.path")));
		for (Map.Entry<String, List<Cut>> cuts : CUTS.entrySet()) {
			String file = "dev/wasmspring/" + cuts.getKey() + ".java";
			String source = Files.readString(sources.resolve(file));
			for (Cut cut : cuts.getValue()) {
				source = cut.apply(source, file);
			}
			Path copy = target.resolve("sources").resolve(file);
			Files.createDirectories(copy.getParent());
			Files.writeString(copy, source);
			options.add(copy.toString());
		}
		JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
		if (compiler == null || compiler.run(null, null, null, options.toArray(String[]::new)) != 0) {
			throw new IllegalStateException("The sources without guards do not compile");
		}
		return target + System.getProperty("path.separator") + System.getProperty("java.class.path");
	}

	/**
	 * A guard, and what is left of it.
	 */
	private record Cut(String guard, String rest) {

		String apply(String source, String file) {
			int at = source.indexOf(this.guard);
			if (at < 0 || source.indexOf(this.guard, at + 1) >= 0) {
				throw new IllegalStateException("Not there once: '" + this.guard + "' in " + file);
			}
			return source.replace(this.guard, this.rest);
		}

	}

}
