package dev.wasmspring.autoconfigure.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import dev.wasmspring.function.FunctionDefinition;
import dev.wasmspring.function.ModuleRejection;
import dev.wasmspring.function.ModuleStatus;
import dev.wasmspring.function.WasmFunctions;
import dev.wasmspring.sandbox.Template;
import dev.wasmspring.sandbox.compiler.CompilationSource;
import dev.wasmspring.sandbox.compiler.HugeFunction;
import dev.wasmspring.sandbox.module.Module;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.ansi.AnsiColor;
import org.springframework.boot.ansi.AnsiElement;
import org.springframework.boot.ansi.AnsiOutput;
import org.springframework.boot.ansi.AnsiStyle;

/**
 * What came of all functions: a table of them, then what is wrong. Immutable; lives until
 * it is printed.
 */
final class CheckReport {

	private static final List<String> HEADINGS = List.of("Function", "Kind", "Size", "Compiled", "Module");

	private final List<List<String>> rows = new ArrayList<>();

	private final List<String> slow = new ArrayList<>();

	private final List<ModuleRejection> rejections;

	private final int modules;

	private CheckReport(WasmFunctions functions) {
		List<ModuleStatus> statuses = functions.modules();
		this.rejections = functions.rejected();
		this.modules = statuses.size();
		for (FunctionDefinition function : functions.definitions()) {
			ModuleStatus status = status(statuses, function.module());
			Template template = (status != null) ? status.template() : null;
			this.rows.add(List.of(function.name(), function.export().kind().name().toLowerCase(Locale.ROOT),
					size(function.module().size()), (template != null) ? compiled(template) : "-",
					function.module().origin()));
		}
		for (ModuleStatus status : statuses) {
			Template template = status.template();
			if (template != null && !template.hugeFunctions().isEmpty()) {
				this.slow.add("Module '" + status.name() + "': " + template.hugeFunctions().size()
						+ " function(s) are never compiled to machine code. " + HugeFunction.ADVICE);
			}
		}
	}

	static CheckReport of(WasmFunctions functions) {
		return new CheckReport(functions);
	}

	private static @Nullable ModuleStatus status(List<ModuleStatus> statuses, Module module) {
		return statuses.stream().filter((status) -> status.module() == module).findFirst().orElse(null);
	}

	private static String size(int bytes) {
		return (bytes < 10 * 1024) ? bytes + " B"
				: (bytes < 10 * 1024 * 1024) ? bytes / 1024 + " KB" : bytes / (1024 * 1024) + " MB";
	}

	private static String compiled(Template template) {
		String time = template.compilation().toMillis() + " ms";
		return (template.compilationSource() == CompilationSource.CACHE) ? time + " (cache)" : time;
	}

	/**
	 * Whether there are functions, and no module was rejected.
	 */
	boolean isGood() {
		return this.rejections.isEmpty() && !this.rows.isEmpty();
	}

	/**
	 * The report, with the colours of the console.
	 */
	@Override
	public String toString() {
		StringBuilder text = new StringBuilder("\n");
		if (!this.rows.isEmpty()) {
			table(text);
		}
		for (String line : this.slow) {
			text.append(coloured(AnsiColor.YELLOW, line)).append('\n');
		}
		for (ModuleRejection rejection : this.rejections) {
			text.append(coloured(AnsiColor.RED, "Module '" + rejection.name() + "' cannot be used"))
				.append(" (")
				.append(rejection.origin())
				.append(")\n  ")
				.append(rejection.reason().replace("\n", "\n  "))
				.append("\n  ")
				.append(rejection.remedy())
				.append('\n');
		}
		return text.append(summary()).toString();
	}

	private void table(StringBuilder text) {
		int[] widths = HEADINGS.stream().mapToInt(String::length).toArray();
		for (List<String> row : this.rows) {
			for (int i = 0; i < widths.length; i++) {
				widths[i] = Math.max(widths[i], row.get(i).length());
			}
		}
		text.append(coloured(AnsiStyle.BOLD, line(HEADINGS, widths))).append('\n');
		this.rows.forEach((row) -> text.append(line(row, widths)).append('\n'));
		text.append('\n');
	}

	private static String line(List<String> cells, int[] widths) {
		StringBuilder line = new StringBuilder();
		for (int i = 0; i < widths.length; i++) {
			line.append(cells.get(i)).append(" ".repeat(widths[i] - cells.get(i).length() + 2));
		}
		return line.toString().stripTrailing();
	}

	private String summary() {
		String functions = this.rows.size() + ((this.rows.size() == 1) ? " function" : " functions");
		if (this.rows.isEmpty() && this.rejections.isEmpty()) {
			return coloured(AnsiColor.RED, "There are no modules: the property 'wasm.locations' says where to look");
		}
		if (!this.rejections.isEmpty()) {
			return coloured(AnsiColor.RED,
					functions + "; " + this.rejections.size() + " of " + this.modules + " module(s) cannot be used");
		}
		return coloured(AnsiColor.GREEN, functions + ", and all modules can be used");
	}

	private static String coloured(AnsiElement element, String text) {
		return AnsiOutput.toString(element, text);
	}

}
