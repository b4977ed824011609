package dev.wasmspring.script;

import java.util.function.Consumer;

import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.module.Derivation;
import dev.wasmspring.sandbox.module.GuestText;
import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.module.ModuleException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * What scripts of a language are derived from. Immutable; lives as long as the
 * {@link ScriptRuntimes} and is shared by all threads.
 *
 * @param runtime the runtime of the language
 * @param runtimeLimits what initialising it may use
 * @param printer is told what scripts print while they are loaded, {@code null} for the
 * log
 */
record ScriptDerivation(Module runtime, Limits runtimeLimits,
		@Nullable Consumer<byte[]> printer) implements Derivation {

	ScriptDerivation printingTo(@Nullable Consumer<byte[]> other) {
		return (other != null) ? new ScriptDerivation(this.runtime, this.runtimeLimits, other) : this;
	}

	@Override
	public ModuleException rejected(String script, String origin, byte[] report) {
		ScriptReport read = ScriptReport.parse(report);
		return ModuleException.ofScript(script, origin, reason(read), remedy(read), ScriptException.of(report));
	}

	private static String reason(ScriptReport report) {
		String what = switch (report.kind()) {
			case SYNTAX -> "It cannot be compiled: " + report.summary();
			case HANDLER, FORMAT -> report.message();
			case MEMORY -> "Loading it needs more memory than allowed";
			default -> "Loading it threw an exception: " + report.summary();
		};
		String place = report.place();
		String line = report.source();
		return what + (place.isEmpty() ? "" : ", at " + place) + (line.isEmpty() ? "." : ": " + line.strip());
	}

	private static String remedy(ScriptReport report) {
		return switch (report.kind()) {
			case SYNTAX -> "Correct the script.";
			case HANDLER -> "Give the script a handler that takes the input, and the metadata if it wants it.";
			case FORMAT -> "Compile it for .NET Framework 4.x, for example with 'mcs -target:library'.";
			case MEMORY -> "Raise 'wasm.limits.initialization.memory', or let the script do less when it is loaded.";
			default -> "Correct what the script does outside of its functions, which runs once when it is loaded.";
		};
	}

	@Override
	public void printed(String script, byte[] text) {
		if (this.printer != null) {
			this.printer.accept(text);
			return;
		}
		Log log = LogFactory.getLog("wasm.functions." + script);
		if (text.length > 0 && log.isInfoEnabled()) {
			GuestText.lines(text).forEach(log::info);
		}
	}

}
