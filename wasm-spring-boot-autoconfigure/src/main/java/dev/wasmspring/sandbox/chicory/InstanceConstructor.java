package dev.wasmspring.sandbox.chicory;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.util.Map;
import java.util.function.Function;

import com.dylibso.chicory.runtime.ExecutionListener;
import com.dylibso.chicory.runtime.GlobalFactory;
import com.dylibso.chicory.runtime.ImportValues;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.runtime.TableFactory;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.DataSegment;
import com.dylibso.chicory.wasm.types.Element;
import com.dylibso.chicory.wasm.types.FunctionBody;
import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.Global;
import com.dylibso.chicory.wasm.types.Table;
import com.dylibso.chicory.wasm.types.TagType;
import org.jspecify.annotations.Nullable;

/**
 * Finds the constructor of the engine's instances, which is not public. Stateless.
 */
public final class InstanceConstructor {

	/** What the constructor takes, and what it makes. */
	private static final MethodType TYPE = MethodType.methodType(Instance.class, WasmModule.class, Global[].class,
			Memory[].class, DataSegment[].class, FunctionBody[].class, FunctionType[].class, int[].class,
			ImportValues.class, Table[].class, Element[].class, TagType[].class, Map.class, Function.class,
			TableFactory.class, GlobalFactory.class, boolean.class, boolean.class, ExecutionListener.class);

	private InstanceConstructor() {
	}

	/**
	 * Finds the constructor. Where it is not as we know it, or cannot be reached, that is
	 * a difference that the owner of the application is told.
	 * @return {@code null} if instances have to be made otherwise
	 */
	public static @Nullable MethodHandle find() {
		try {
			Constructor<Instance> constructor = Instance.class.getDeclaredConstructor(TYPE.parameterArray());
			constructor.setAccessible(true);
			return MethodHandles.lookup().unreflectConstructor(constructor);
		}
		catch (ReflectiveOperationException | RuntimeException ex) {
			EngineInternals.different("The constructor of its instances cannot be called ("
					+ ex.getClass().getSimpleName()
					+ "), so that each sandbox is made by the engine's builder, which takes several times as long.");
			return null;
		}
	}

}
