package dev.wasmspring.sandbox;

import java.util.Arrays;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import com.dylibso.chicory.runtime.HostFunction;
import com.dylibso.chicory.runtime.ImportFunction;
import com.dylibso.chicory.runtime.ImportValues;
import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.wasi.WasiPreview1;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.FunctionType;
import org.jspecify.annotations.Nullable;

/**
 * The functions of WASI preview 1 that a guest may import. Stateless and shared by all
 * calls: each function finds its {@link Call} through the memory of the calling instance,
 * so that the table is built once and not for every sandbox.
 * <p>
 * A sandbox has no file system and no network. The functions for those answer with the
 * errno that a guest expects; everything else is Chicory's, behind guards for what it
 * takes on trust.
 */
final class WasiFunctions {

	static final String MODULE = "wasi_snapshot_preview1";

	/**
	 * Most vectors in one read or write. Real guests use one or two; POSIX allows 1024.
	 */
	private static final int MAX_VECTORS = 1024;

	private static final int VECTOR_SIZE = 8;

	private static final int MAX_SUBSCRIPTIONS = 64;

	private static final Map<String, FunctionType> TYPES = Arrays
		.stream(WasiPreview1.builder().build().toHostFunctions())
		.collect(Collectors.toUnmodifiableMap(HostFunction::name, HostFunction::functionType));

	private static final Map<String, Body> BODIES = bodies();

	private WasiFunctions() {
	}

	/**
	 * The signature of a function of WASI preview 1.
	 * @return {@code null} if there is no such function
	 */
	static @Nullable FunctionType type(String name) {
		return TYPES.get(name);
	}

	/**
	 * The import values for a module that imports nothing but functions of
	 * {@link #MODULE}: one for each of its imports, in their order.
	 */
	static ImportValues importsOf(WasmModule module) {
		Map<String, HostFunction> used = new HashMap<>();
		List<ImportFunction> functions = new ArrayList<>();
		module.importSection()
			.stream()
			.forEach((imported) -> functions.add(used.computeIfAbsent(imported.name(), WasiFunctions::create)));
		return ImportValues.builder().withFunctions(functions).build();
	}

	private static HostFunction create(String name) {
		FunctionType type = TYPES.get(name);
		if (type == null) {
			throw new IllegalArgumentException("Not a function of WASI preview 1: " + name);
		}
		Body body = BODIES.getOrDefault(name, answer(errnoWithoutGrant(name)));
		return new HostFunction(MODULE, name, type, (instance, arguments) -> {
			// Every memory of a sandbox has its call as its checkpoint
			LinearMemory memory = (LinearMemory) instance.memory();
			return new long[] { body.apply((Call) memory.checkpoint(), memory, arguments) };
		});
	}

	private static Errno errnoWithoutGrant(String name) {
		if (name.startsWith("sock_")) {
			return Errno.NOTSOCK;
		}
		if (name.startsWith("fd_") || name.startsWith("path_")) {
			return Errno.BADF;
		}
		return Errno.NOSYS;
	}

	private static Map<String, Body> bodies() {
		Map<String, Body> bodies = new HashMap<>();
		bodies.put("args_get", with((wasi, m, a) -> wasi.argsGet(m, i32(a, 0), i32(a, 1))));
		bodies.put("args_sizes_get", with((wasi, m, a) -> wasi.argsSizesGet(m, i32(a, 0), i32(a, 1))));
		bodies.put("environ_get", with((wasi, m, a) -> wasi.environGet(m, i32(a, 0), i32(a, 1))));
		bodies.put("environ_sizes_get", with((wasi, m, a) -> wasi.environSizesGet(m, i32(a, 0), i32(a, 1))));
		bodies.put("clock_res_get", with((wasi, m, a) -> wasi.clockResGet(m, i32(a, 0), i32(a, 1))));
		bodies.put("clock_time_get", with((wasi, m, a) -> wasi.clockTimeGet(m, i32(a, 0), a[1], i32(a, 2))));
		bodies.put("fd_close", with((wasi, m, a) -> wasi.fdClose(i32(a, 0))));
		bodies.put("fd_fdstat_get", with((wasi, m, a) -> wasi.fdFdstatGet(m, i32(a, 0), i32(a, 1))));
		bodies.put("fd_fdstat_set_flags", with((wasi, m, a) -> wasi.fdFdstatSetFlags(i32(a, 0), i32(a, 1))));
		bodies.put("fd_fdstat_set_rights", answer(Errno.NOTSUP));
		bodies.put("fd_filestat_get", with((wasi, m, a) -> wasi.fdFilestatGet(m, i32(a, 0), i32(a, 1))));
		bodies.put("fd_prestat_get", with((wasi, m, a) -> wasi.fdPrestatGet(m, i32(a, 0), i32(a, 1))));
		bodies.put("fd_prestat_dir_name",
				with((wasi, m, a) -> wasi.fdPrestatDirName(m, i32(a, 0), i32(a, 1), i32(a, 2))));
		bodies.put("fd_read",
				ifVectorsFit(with((wasi, m, a) -> wasi.fdRead(m, i32(a, 0), i32(a, 1), i32(a, 2), i32(a, 3)))));
		bodies.put("fd_seek", with((wasi, m, a) -> wasi.fdSeek(m, i32(a, 0), a[1], i32(a, 2), i32(a, 3))));
		bodies.put("fd_tell", with((wasi, m, a) -> wasi.fdTell(m, i32(a, 0), i32(a, 1))));
		bodies.put("fd_write",
				ifVectorsFit(with((wasi, m, a) -> wasi.fdWrite(m, i32(a, 0), i32(a, 1), i32(a, 2), i32(a, 3)))));
		bodies.put("poll_oneoff", ifFewSubscriptions(
				with((wasi, m, a) -> wasi.pollOneoff(m, i32(a, 0), i32(a, 1), i32(a, 2), i32(a, 3)))));
		bodies.put("proc_exit", with((wasi, m, a) -> {
			wasi.procExit(i32(a, 0));
			return 0;
		}));
		bodies.put("random_get", with((wasi, m, a) -> wasi.randomGet(m, i32(a, 0), i32(a, 1))));
		bodies.put("sched_yield", answer(Errno.SUCCESS));
		return Map.copyOf(bodies);
	}

	private static Body with(Delegate delegate) {
		return (call, memory, arguments) -> delegate.apply(call.wasi(), memory, arguments);
	}

	private static Body answer(Errno errno) {
		return (call, memory, arguments) -> errno.value;
	}

	/**
	 * Refuses vectors that together name more than the whole memory: they overlap, or lie
	 * outside of it, and Chicory would allocate and copy whatever they say.
	 */
	private static Body ifVectorsFit(Body body) {
		return (call, memory, arguments) -> {
			int vectors = i32(arguments, 1);
			int count = i32(arguments, 2);
			if (count < 0 || count > MAX_VECTORS) {
				return Errno.INVAL.value;
			}
			long total = 0;
			for (int i = 0; i < count; i++) {
				total += Integer.toUnsignedLong(memory.readInt(vectors + i * VECTOR_SIZE + 4));
			}
			if (total > (long) memory.pages() * Memory.PAGE_SIZE) {
				return Errno.INVAL.value;
			}
			call.check();
			return body.apply(call, memory, arguments);
		};
	}

	private static Body ifFewSubscriptions(Body body) {
		return (call, memory, arguments) -> (i32(arguments, 2) > MAX_SUBSCRIPTIONS) ? Errno.INVAL.value
				: body.apply(call, memory, arguments);
	}

	private static int i32(long[] arguments, int index) {
		return (int) arguments[index];
	}

	/**
	 * The error numbers of WASI preview 1 that sandboxes answer with; Chicory's are not
	 * public.
	 */
	private enum Errno {

		SUCCESS(0), BADF(8), INVAL(28), NOSYS(52), NOTSOCK(57), NOTSUP(58);

		private final int value;

		Errno(int value) {
			this.value = value;
		}

	}

	/**
	 * What a function does for the call that it was found for.
	 */
	private interface Body {

		int apply(Call call, LinearMemory memory, long[] arguments);

	}

	/**
	 * A function of Chicory's WASI.
	 */
	private interface Delegate {

		int apply(WasiPreview1 wasi, Memory memory, long[] arguments);

	}

}
