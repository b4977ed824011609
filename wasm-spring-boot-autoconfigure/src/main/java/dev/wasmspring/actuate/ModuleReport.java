package dev.wasmspring.actuate;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

import dev.wasmspring.function.ModuleRejection;
import dev.wasmspring.function.ModuleStatus;
import dev.wasmspring.sandbox.Template;
import dev.wasmspring.sandbox.compiler.HugeFunction;
import dev.wasmspring.sandbox.module.Export;
import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.split.SplitReport;
import org.jspecify.annotations.Nullable;

/**
 * What operators are told of a module. Immutable.
 *
 * @param name the module's name
 * @param state {@code ready}, {@code pending}, {@code unloaded} or {@code rejected}
 * @param origin where it came from
 * @param digest SHA-256 in hexadecimal digits; {@code null} if it could not be parsed,
 * and so are the next four
 * @param size bytes
 * @param kind the kinds of its exports
 * @param imports what it imports, as {@code module.name}
 * @param exports the names of what can be called
 * @param functions the names of the functions that can be called
 * @param memory bytes of linear memory that a sandbox starts with; {@code null} if it is
 * not ready
 * @param loadedMemory about how many bytes it holds while it is loaded, together with
 * others that have the same digest; {@code null} if it is not ready
 * @param compilation how it was compiled; {@code null} if it is not ready
 * @param hugeFunctions functions that HotSpot does not compile; {@code null} if it has
 * none, or is not ready
 * @param splitFunctions functions that were too large and were split, or could not be;
 * {@code null} if there are none, or it is not ready
 * @param rejection why it cannot be used; {@code null} unless it is rejected
 */
public record ModuleReport(String name, String state, String origin, @Nullable String digest, @Nullable Integer size,
		@Nullable String kind, @Nullable List<String> imports, @Nullable List<String> exports, List<String> functions,
		@Nullable Long memory, @Nullable Long loadedMemory, @Nullable Compilation compilation,
		@Nullable HugeFunctions hugeFunctions, @Nullable SplitFunctions splitFunctions, @Nullable Rejection rejection) {

	static ModuleReport of(ModuleStatus status, Map<Module, List<String>> functions) {
		Module module = status.module();
		Template template = status.template();
		return new ModuleReport(status.name(), status.state().toString(), status.origin(),
				(module != null) ? module.digest() : null, (module != null) ? module.size() : null,
				(module != null) ? kind(module) : null, (module != null) ? module.imports() : null,
				(module != null) ? module.exports().stream().map(Export::name).toList() : null,
				(module != null) ? functions.getOrDefault(module, List.of()) : List.of(),
				(template != null) ? template.memory() : null, (template != null) ? template.loadedMemory() : null,
				(template != null) ? Compilation.of(template) : null,
				(template != null) ? HugeFunctions.of(template) : null,
				(template != null) ? SplitFunctions.of(template) : null, Rejection.of(status.rejection()));
	}

	private static String kind(Module module) {
		return module.exports()
			.stream()
			.map((export) -> export.kind().name().toLowerCase(Locale.ROOT))
			.distinct()
			.sorted()
			.collect(Collectors.joining(", "));
	}

	/**
	 * How a module was compiled. Immutable.
	 *
	 * @param source {@code compiled}, or {@code cache} if it was compiled before
	 * @param millis how long it took, or reading what was compiled before
	 */
	public record Compilation(String source, double millis) {

		private static Compilation of(Template template) {
			return new Compilation(template.compilationSource().name().toLowerCase(Locale.ROOT),
					Math.round(template.compilation().toNanos() / 10_000.0) / 100.0);
		}

	}

	/**
	 * Functions that HotSpot does not compile. Immutable.
	 *
	 * @param functions each with its index, its name and the size of its bytecode; at
	 * most 100 of them
	 * @param advice what helps
	 */
	public record HugeFunctions(List<HugeFunction> functions, String advice) {

		private static final int MAX = 100;

		private static @Nullable HugeFunctions of(Template template) {
			List<HugeFunction> functions = template.hugeFunctions();
			return functions.isEmpty() ? null
					: new HugeFunctions(functions.stream().limit(MAX).toList(), HugeFunction.ADVICE);
		}

	}

	/**
	 * Functions that were too large for HotSpot's compilers. Immutable.
	 *
	 * @param split those that were split: each with its index, the size that it would
	 * have had, the number of its parts and the size of the largest; at most 100
	 * @param whole those that were not: each with its index, its size and why; at most
	 * 100
	 */
	public record SplitFunctions(List<SplitReport.Split> split, List<SplitReport.Whole> whole) {

		private static final int MAX = 100;

		private static @Nullable SplitFunctions of(Template template) {
			SplitReport report = template.splits();
			return report.isEmpty() ? null : new SplitFunctions(report.split().stream().limit(MAX).toList(),
					report.whole().stream().limit(MAX).toList());
		}

	}

	/**
	 * Why a module cannot be used. Immutable.
	 *
	 * @param reason what is wrong with it, a sentence
	 * @param remedy what to do about it, a sentence
	 * @param olderInService whether an older version is in service
	 */
	public record Rejection(String reason, String remedy, boolean olderInService) {

		private static @Nullable Rejection of(@Nullable ModuleRejection rejected) {
			return (rejected != null) ? new Rejection(rejected.reason(), rejected.remedy(), rejected.olderInService())
					: null;
		}

	}

}
