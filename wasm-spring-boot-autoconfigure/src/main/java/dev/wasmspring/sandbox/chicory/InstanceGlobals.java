package dev.wasmspring.sandbox.chicory;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.util.stream.IntStream;

import com.dylibso.chicory.runtime.GlobalInstance;
import com.dylibso.chicory.runtime.Instance;
import org.jspecify.annotations.Nullable;

/**
 * Reaches the array in which an instance keeps its globals, which is not public.
 * Stateless.
 */
public final class InstanceGlobals {

	private static final @Nullable MethodHandle GLOBALS = find();

	private InstanceGlobals() {
	}

	/**
	 * Finds what reads the array. Where it is not as we know it, or cannot be reached,
	 * that is a difference that the owner of the application is told.
	 * @return takes an {@code Instance} and returns its {@code GlobalInstance[]}
	 */
	private static @Nullable MethodHandle find() {
		try {
			Field globals = Instance.class.getDeclaredField("globals");
			globals.setAccessible(true);
			return MethodHandles.lookup()
				.unreflectGetter(globals)
				.asType(MethodType.methodType(GlobalInstance[].class, Instance.class));
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
		try {
			return (GlobalInstance[]) GLOBALS.invokeExact(instance);
		}
		catch (RuntimeException | Error ex) {
			throw ex;
		}
		catch (Throwable ex) {
			throw new IllegalStateException("Reading a field throws nothing else", ex);
		}
	}

}
