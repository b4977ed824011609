package dev.wasmspring.function;

import java.util.List;
import java.util.function.Consumer;

import dev.wasmspring.sandbox.wasi.HostCalls;
import dev.wasmspring.script.ScriptFile;
import org.jetbrains.annotations.ApiStatus;
import org.jspecify.annotations.Nullable;

/**
 * A script before it is compiled, whose calls are {@linkplain HostedCall hosted} or not.
 * Immutable, nobody changes the files; lives while it is compiled.
 *
 * @param files the script and its own modules, the script first
 * @param whileLoading answers what the script asks for before it is called, {@code null}
 * if it can ask for nothing
 * @param printed is told what the script prints while it is loaded, also if it cannot be;
 * {@code null} for the log
 */
@ApiStatus.Internal
public record HostedScript(List<ScriptFile> files, @Nullable HostCalls whileLoading,
		@Nullable Consumer<byte[]> printed) {

}
