package dev.wasmspring.function;

import java.util.Map;

import dev.wasmspring.sandbox.Template;
import dev.wasmspring.sandbox.limit.Outcome;
import org.jetbrains.annotations.ApiStatus;
import org.jspecify.annotations.Nullable;

/**
 * An observer of modules and of every call of every function, however the function was
 * called. Lives as long as the functions; called by all threads at once, in the middle of
 * calls: it should be quick and must not throw.
 */
public interface FunctionObserver {

	/**
	 * An observer that does nothing.
	 */
	FunctionObserver NONE = new FunctionObserver() {
	};

	/**
	 * A module was compiled, or found compiled, and initialised.
	 * @param template what came of it
	 */
	@ApiStatus.Internal
	default void loaded(Template template) {
	}

	/**
	 * A function is known from now on. Its name comes only once, however often its module
	 * changes.
	 * @param function the function's name
	 * @param statistics what is counted of its calls in any case
	 * @return is told of each of its calls
	 */
	default Calls calls(String function, CallStatistics statistics) {
		return Calls.UNOBSERVED;
	}

	/**
	 * An observer of the calls of one function. Lives as long as the function; called by
	 * all threads at once.
	 */
	@FunctionalInterface
	interface Calls {

		/**
		 * An observer that does nothing.
		 */
		Calls UNOBSERVED = (definition) -> Call.UNOBSERVED;

		/**
		 * A call begins, on this thread.
		 * @param definition what is called; {@code null} if the function's module was
		 * removed
		 * @return is told what becomes of the call
		 */
		Call begin(@Nullable FunctionDefinition definition);

	}

	/**
	 * An observer of one call. Lives for the call and is confined to the thread of its
	 * caller. What is logged about the call is logged before it ends.
	 */
	@FunctionalInterface
	interface Call {

		/**
		 * An observer that does nothing.
		 */
		Call UNOBSERVED = (outcome, failure) -> {
		};

		/**
		 * What the guest is to see in its environment, if it is a command, in addition to
		 * what its function gives it.
		 * @return environment variables, mostly none
		 */
		default Map<String, String> environment() {
			return Map.of();
		}

		/**
		 * What a script is to be given with its input, in place of what its caller says
		 * under the same names.
		 * @return names in lower case, with texts or lists of texts; mostly none
		 */
		default Map<String, Object> headers() {
			return Map.of();
		}

		/**
		 * The call had a sandbox, which is closed now.
		 * @param coldStart the time from the call's turn to a sandbox that was ready to
		 * run, in nanoseconds
		 * @param load whether the module had to be loaded for it, for the first time or
		 * again, which is most of the cold start then
		 * @param memory the linear memory that it held in the end, in bytes
		 * @param memoryWait how long it waited for host memory, in nanoseconds; mostly 0
		 */
		default void sandbox(long coldStart, boolean load, long memory, long memoryWait) {
			sandbox(coldStart, memory, memoryWait);
		}

		/**
		 * The call had a sandbox, which is closed now: for whom it does not matter
		 * whether the module had to be loaded.
		 * @param coldStart the time from the call's turn to a sandbox that was ready to
		 * run, in nanoseconds
		 * @param memory the linear memory that it held in the end, in bytes
		 * @param memoryWait how long it waited for host memory, in nanoseconds; mostly 0
		 */
		default void sandbox(long coldStart, long memory, long memoryWait) {
		}

		/**
		 * The call ends: the last that is heard of it.
		 * @param outcome how
		 * @param failure what is thrown at the caller, or {@code null} after a success
		 */
		void ended(Outcome outcome, @Nullable Throwable failure);

	}

}
