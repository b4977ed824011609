package dev.wasmspring.sandbox.chicory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.stream.IntStream;

import com.dylibso.chicory.runtime.GlobalInstance;
import com.dylibso.chicory.runtime.Instance;
import org.jspecify.annotations.Nullable;

/**
 * Reaches the array in which an instance keeps its globals, which is not public.
 * Stateless.
 */
public final class InstanceGlobals {

	private static final @Nullable VarHandle GLOBALS = find();

	private InstanceGlobals() {
	}

	/**
	 * Finds what reads the array. Where it is not as we know it, or cannot be reached,
	 * that is a difference that the owner of the application is told.
	 */
	private static @Nullable VarHandle find() {
		try {
			return MethodHandles.privateLookupIn(Instance.class, MethodHandles.lookup())
				.findVarHandle(Instance.class, "globals", GlobalInstance[].class);
		}
		catch (ReflectiveOperationException | RuntimeException ex) {
			EngineInternals.different("The globals of its instances cannot be set (" + ex.getClass().getSimpleName()
					+ "), so that the engine evaluates them for each sandbox.");
			return null;
		}
	}

	/**
	 * Whether the array itself can be had, so that whoever makes an instance may set its
	 * elements.
	 */
	public static boolean canBeSet() {
		return GLOBALS != null;
	}

	/**
	 * The globals that an instance declares itself. Its own array where
	 * {@link #canBeSet}, else one with the same elements, as far as they were made.
	 * @param instance an instance that imports no globals
	 */
	public static GlobalInstance[] of(Instance instance) {
		if (GLOBALS == null) {
			return IntStream.range(0, instance.globalCount()).mapToObj(instance::global).toArray(GlobalInstance[]::new);
		}
		return (GlobalInstance[]) GLOBALS.get(instance);
	}

}
