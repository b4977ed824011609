package dev.wasmspring.function;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * A script that was compiled while the application runs, as a function. Lives until it is
 * closed; shared by all threads. Each call runs in a sandbox of its own, as those of
 * other functions do.
 *
 * @see WasmScripts
 */
public final class ScriptFunction implements Function<Object, Object>, AutoCloseable {

	private final WasmFunction function;

	private final Runnable release;

	private final AtomicBoolean closed = new AtomicBoolean();

	ScriptFunction(WasmFunction function, Runnable release) {
		this.function = function;
		this.release = release;
	}

	/**
	 * Calls the handler of the script.
	 * @param input a {@code byte[]}, a {@code String}, or a {@code Message} of one; JSON,
	 * unless the content type of the message says something else
	 * @return the output, in the same kind
	 * @throws WasmFunctionException if the call does not succeed, or if the function is
	 * closed
	 * @throws IllegalArgumentException if the input is of another type
	 */
	@Override
	public Object apply(@Nullable Object input) {
		return this.function.apply(input);
	}

	/**
	 * The name of the script, which is in its messages and the name of its log.
	 * @return the name
	 */
	public String name() {
		return this.function.name();
	}

	/**
	 * What is counted of the calls.
	 * @return the statistics, which go on counting
	 */
	public CallStatistics statistics() {
		return this.function.statistics();
	}

	/**
	 * Forgets the script. Calls that run end undisturbed, later ones end with
	 * {@code unknown-function}. Closing it again does nothing.
	 */
	@Override
	public void close() {
		if (this.closed.compareAndSet(false, true)) {
			this.function.serve(null);
			this.release.run();
		}
	}

	@Override
	public String toString() {
		return this.function.toString();
	}

}
