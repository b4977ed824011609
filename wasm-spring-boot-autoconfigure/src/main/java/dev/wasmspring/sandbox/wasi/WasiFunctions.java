package dev.wasmspring.sandbox.wasi;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import com.dylibso.chicory.runtime.ExecutionCompletedException;
import com.dylibso.chicory.runtime.HostFunction;
import com.dylibso.chicory.runtime.ImportFunction;
import com.dylibso.chicory.runtime.ImportValues;
import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.wasi.WasiExitException;
import com.dylibso.chicory.wasi.WasiPreview1;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.FunctionType;
import dev.wasmspring.sandbox.memory.LinearMemory;
import org.jspecify.annotations.Nullable;

/**
 * The functions of WASI preview 1 that a guest may import. Stateless and shared by all
 * calls: each function finds its {@link Call} through the memory of the calling instance,
 * so that the table is built once and not for every sandbox.
 * <p>
 * What a sandbox does not have, sockets above all, is answered with the errno that a
 * guest expects. An address out of bounds is a trap, and one that is not aligned is an
 * address like any other. Of Chicory's WASI only the signatures are used.
 */
public final class WasiFunctions {

	/** The name of the module that these functions are imported from. */
	public static final String MODULE = "wasi_snapshot_preview1";

	/**
	 * How many random bytes are drawn at once.
	 */
	private static final int RANDOM_CHUNK = 4096;

	/**
	 * About what a function leaves behind on the heap, in bytes; what a guest calls all
	 * the time leaves nothing: streams, clocks.
	 */
	private static final int GARBAGE = 512;

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
	public static @Nullable FunctionType type(String name) {
		return TYPES.get(name);
	}

	/**
	 * The import values for a module that imports nothing but functions of
	 * {@link #MODULE}: one for each of its imports, in their order.
	 */
	public static ImportValues importsOf(WasmModule module) {
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
		Body body = body(name);
		return new HostFunction(MODULE, name, type, (instance, arguments) -> {
			// Every memory of a sandbox has its call as its checkpoint
			LinearMemory memory = (LinearMemory) instance.memory();
			return new long[] { body.apply((Call) memory.checkpoint(), memory, arguments) };
		});
	}

	private static Body body(String name) {
		return BODIES.getOrDefault(name, answer(Errno.NOSYS));
	}

	/**
	 * The names of all functions of WASI preview 1.
	 */
	public static Set<String> names() {
		return TYPES.keySet();
	}

	/**
	 * Calls a function as a guest would.
	 * @return what the guest would get
	 */
	public static long apply(String name, Call call, LinearMemory memory, long... arguments) {
		return body(name).apply(call, memory, arguments);
	}

	private static Map<String, Body> bodies() {
		Map<String, Body> bodies = new HashMap<>();
		bodies.put("args_get", working((call, m, a) -> texts(call.arguments(), m, i32(a, 0), i32(a, 1))));
		bodies.put("args_sizes_get", working((call, m, a) -> sizes(call.arguments(), m, i32(a, 0), i32(a, 1))));
		bodies.put("environ_get", working((call, m, a) -> texts(call.environment(), m, i32(a, 0), i32(a, 1))));
		bodies.put("environ_sizes_get", working((call, m, a) -> sizes(call.environment(), m, i32(a, 0), i32(a, 1))));
		bodies.put("clock_res_get",
				answering((call, m, a) -> m.writeLong(i32(a, 1), call.clock().resolution(i32(a, 0)))));
		bodies.put("clock_time_get", answering((call, m, a) -> m.writeLong(i32(a, 2), call.clock().time(i32(a, 0)))));
		bodies.put("poll_oneoff",
				working((call, m, a) -> Poll.wait(call, m, i32(a, 0), i32(a, 1), i32(a, 2), i32(a, 3))));
		bodies.put("proc_exit", (call, m, a) -> {
			throw exit(i32(a, 0));
		});
		bodies.put("random_get", working((call, m, a) -> random(call, m, i32(a, 0), i32(a, 1))));
		bodies.put("sched_yield", answer(Errno.SUCCESS));
		addDescriptors(bodies);
		addFiles(bodies);
		addPaths(bodies);
		return Map.copyOf(bodies);
	}

	private static RuntimeException exit(int code) {
		return (code == 0) ? new ExecutionCompletedException("exit code 0") : new WasiExitException(code);
	}

	private static void sizes(List<byte[]> texts, LinearMemory memory, int countAt, int lengthAt) {
		memory.requireWithin(countAt, Integer.BYTES);
		memory.requireWithin(lengthAt, Integer.BYTES);
		memory.writeI32(countAt, texts.size());
		memory.writeI32(lengthAt, length(texts));
	}

	private static void texts(List<byte[]> texts, LinearMemory memory, int addressesAt, int textsAt) {
		memory.requireWithin(addressesAt, texts.size() * Integer.BYTES);
		memory.requireWithin(textsAt, length(texts));
		int address = textsAt;
		for (int i = 0; i < texts.size(); i++) {
			memory.writeI32(addressesAt + i * Integer.BYTES, address);
			memory.write(address, texts.get(i));
			address += texts.get(i).length;
		}
	}

	private static int length(List<byte[]> texts) {
		return texts.stream().mapToInt((text) -> text.length).sum();
	}

	private static void random(Call call, LinearMemory memory, int address, int length) {
		memory.requireWithin(address, length);
		HostLine line = call.hostLine();
		int answered = (line != null) ? line.read(memory, address, length) : 0;
		if (answered == length) {
			return;
		}
		byte[] chunk = new byte[Math.min(length - answered, RANDOM_CHUNK)];
		call.discard(chunk.length);
		for (int done = answered; done < length; done += chunk.length) {
			call.check();
			call.random().nextBytes(chunk);
			memory.write(address + done, chunk, 0, Math.min(chunk.length, length - done));
		}
	}

	/**
	 * What can be done with standard streams as well as with files.
	 */
	private static void addDescriptors(Map<String, Body> bodies) {
		bodies.put("fd_close", file((files, m, a) -> files.descriptors().close(i32(a, 0))));
		bodies.put("fd_fdstat_get", file((files, m, a) -> files.status().flags(m, i32(a, 0), i32(a, 1))));
		bodies.put("fd_fdstat_set_flags", file((files, m, a) -> files.descriptors().setFlags(i32(a, 0), i32(a, 1))));
		bodies.put("fd_fdstat_set_rights", file((files, m, a) -> files.descriptors().setRights(i32(a, 0))));
		bodies.put("fd_filestat_get", file((files, m, a) -> files.status().status(m, i32(a, 0), i32(a, 1))));
		bodies.put("fd_read",
				vectors((files, m, a, vectors) -> files.contents().read(m, i32(a, 0), vectors, i32(a, 3))));
		bodies.put("fd_renumber", file((files, m, a) -> files.descriptors().renumber(i32(a, 0), i32(a, 1))));
		bodies.put("fd_seek", file((files, m, a) -> files.contents().seek(m, i32(a, 0), a[1], i32(a, 2), i32(a, 3))));
		bodies.put("fd_tell", file((files, m, a) -> files.contents().tell(m, i32(a, 0), i32(a, 1))));
		bodies.put("fd_write",
				vectors((files, m, a, vectors) -> files.contents().write(m, i32(a, 0), vectors, i32(a, 3))));
		for (String socket : List.of("sock_accept", "sock_recv", "sock_send", "sock_shutdown")) {
			bodies.put(socket, file((files, m, a) -> files.descriptors().requireSocket(i32(a, 0))));
		}
	}

	private static void addFiles(Map<String, Body> bodies) {
		bodies.put("fd_advise", file((files, m, a) -> files.contents().advise(i32(a, 0), i32(a, 3))));
		bodies.put("fd_allocate", file((files, m, a) -> files.contents().allocate(i32(a, 0), a[1], a[2])));
		bodies.put("fd_datasync", file((files, m, a) -> files.contents().sync(i32(a, 0))));
		bodies.put("fd_filestat_set_size", file((files, m, a) -> files.contents().resize(i32(a, 0), a[1])));
		bodies.put("fd_filestat_set_times",
				file((files, m, a) -> files.status().setTimes(i32(a, 0), a[1], a[2], i32(a, 3))));
		bodies.put("fd_pread",
				vectors((files, m, a, vectors) -> files.contents().readAt(m, i32(a, 0), vectors, a[3], i32(a, 4))));
		bodies.put("fd_prestat_get", file((files, m, a) -> files.descriptors().describeMount(m, i32(a, 0), i32(a, 1))));
		bodies.put("fd_prestat_dir_name",
				file((files, m, a) -> files.descriptors().nameMount(m, i32(a, 0), i32(a, 1), i32(a, 2))));
		bodies.put("fd_pwrite",
				vectors((files, m, a, vectors) -> files.contents().writeAt(m, i32(a, 0), vectors, a[3], i32(a, 4))));
		bodies.put("fd_readdir",
				file((files, m, a) -> files.tree().list(m, i32(a, 0), i32(a, 1), i32(a, 2), a[3], i32(a, 4))));
		bodies.put("fd_sync", file((files, m, a) -> files.contents().sync(i32(a, 0))));
	}

	private static void addPaths(Map<String, Body> bodies) {
		bodies.put("path_create_directory",
				file((files, m, a) -> files.tree().createDirectory(i32(a, 0), path(files, m, a, 0, 1))));
		bodies.put("path_filestat_get", file(
				(files, m, a) -> files.status().status(m, i32(a, 0), i32(a, 1), path(files, m, a, 0, 2), i32(a, 4))));
		bodies.put("path_filestat_set_times", file((files, m, a) -> files.status()
			.setTimes(i32(a, 0), i32(a, 1), path(files, m, a, 0, 2), a[4], a[5], i32(a, 6))));
		bodies.put("path_link", file((files, m, a) -> files.tree()
			.link(i32(a, 0), i32(a, 1), path(files, m, a, 0, 2), i32(a, 4), path(files, m, a, 4, 5))));
		bodies.put("path_open", file((files, m, a) -> {
			m.requireWithin(i32(a, 8), Integer.BYTES);
			m.writeI32(i32(a, 8),
					files.tree().open(i32(a, 0), i32(a, 1), path(files, m, a, 0, 2), i32(a, 4), a[5], i32(a, 7)));
		}));
		bodies.put("path_readlink", file((files, m, a) -> files.tree().readLink(i32(a, 0), path(files, m, a, 0, 1))));
		bodies.put("path_remove_directory",
				file((files, m, a) -> files.tree().removeDirectory(i32(a, 0), path(files, m, a, 0, 1))));
		bodies.put("path_rename", file((files, m, a) -> files.tree()
			.rename(i32(a, 0), path(files, m, a, 0, 1), i32(a, 3), path(files, m, a, 3, 4))));
		bodies.put("path_symlink", file((files, m, a) -> {
			FileTree.requireTarget(GuestPath.read(m, i32(a, 0), i32(a, 1)));
			files.tree().symbolicLink(i32(a, 2), path(files, m, a, 2, 3));
		}));
		bodies.put("path_unlink_file",
				file((files, m, a) -> files.tree().removeFile(i32(a, 0), path(files, m, a, 0, 1))));
	}

	/**
	 * Reads a path, but not before it is known that there is something to find it in.
	 */
	private static String path(GuestFiles files, Memory memory, long[] arguments, int descriptor, int index) {
		files.descriptors().require(i32(arguments, descriptor));
		return GuestPath.read(memory, i32(arguments, index), i32(arguments, index + 1));
	}

	private static Body file(FileFunction function) {
		return working((call, memory, arguments) -> {
			call.check();
			function.apply(call.files(), memory, arguments);
		});
	}

	/**
	 * A function that reads or writes what its second and third argument name. It leaves
	 * no garbage, since guests call it all the time.
	 */
	private static Body vectors(VectorFunction function) {
		return answering((call, memory, arguments) -> {
			Vectors vectors = call.vectors().read(memory, i32(arguments, 1), i32(arguments, 2));
			call.check();
			function.apply(call.files(), memory, arguments, vectors);
		});
	}

	/**
	 * A function that leaves garbage behind.
	 */
	private static Body working(Answering function) {
		return answering((call, memory, arguments) -> {
			call.discard(GARBAGE);
			function.apply(call, memory, arguments);
		});
	}

	/**
	 * A function that answers with the number of what it throws.
	 */
	private static Body answering(Answering function) {
		return (call, memory, arguments) -> {
			try {
				function.apply(call, memory, arguments);
				return Errno.SUCCESS.value();
			}
			catch (Errno.ErrnoException ex) {
				return ex.errno().value();
			}
		};
	}

	private static Body answer(Errno errno) {
		return (call, memory, arguments) -> errno.value();
	}

	private static int i32(long[] arguments, int index) {
		return (int) arguments[index];
	}

	/**
	 * What a function does for the call that it was found for.
	 */
	private interface Body {

		int apply(Call call, LinearMemory memory, long[] arguments);

	}

	/**
	 * A function that fails with an {@link Errno.ErrnoException}.
	 */
	private interface Answering {

		void apply(Call call, LinearMemory memory, long[] arguments);

	}

	/**
	 * A function that reads or writes in several places.
	 */
	private interface VectorFunction {

		void apply(GuestFiles files, LinearMemory memory, long[] arguments, Vectors vectors);

	}

	/**
	 * A function on the descriptors of the call.
	 */
	private interface FileFunction {

		void apply(GuestFiles files, LinearMemory memory, long[] arguments);

	}

}
