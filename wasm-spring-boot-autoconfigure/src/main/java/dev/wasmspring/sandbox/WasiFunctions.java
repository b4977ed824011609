package dev.wasmspring.sandbox;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
 * Files and clocks are ours; everything else is Chicory's, behind guards for what it
 * takes on trust. What a sandbox does not have, sockets above all, is answered with the
 * errno that a guest expects.
 */
final class WasiFunctions {

	static final String MODULE = "wasi_snapshot_preview1";

	/**
	 * Most vectors in one read or write. Real guests use one or two; POSIX allows 1024.
	 */
	private static final int MAX_VECTORS = 1024;

	private static final int VECTOR_SIZE = 8;

	private static final int MAX_SUBSCRIPTIONS = 64;

	/**
	 * About what a function leaves behind on the heap, in bytes; what a guest calls all
	 * the time leaves nothing: streams, clocks.
	 */
	private static final int GARBAGE = 512;

	/**
	 * Where the status of a file says what kind it is.
	 */
	private static final int FILE_TYPE_OFFSET = 16;

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
		Body body = body(name);
		return new HostFunction(MODULE, name, type, (instance, arguments) -> {
			// Every memory of a sandbox has its call as its checkpoint
			LinearMemory memory = (LinearMemory) instance.memory();
			return new long[] { body.apply((Call) memory.checkpoint(), memory, arguments) };
		});
	}

	private static Body body(String name) {
		return BODIES.getOrDefault(name, answer(errnoWithoutGrant(name)));
	}

	/**
	 * The names of all functions of WASI preview 1.
	 */
	static Set<String> names() {
		return TYPES.keySet();
	}

	/**
	 * Calls a function as a guest would.
	 * @return what the guest would get
	 */
	static long apply(String name, Call call, LinearMemory memory, long... arguments) {
		return body(name).apply(call, memory, arguments);
	}

	private static Errno errnoWithoutGrant(String name) {
		return name.startsWith("sock_") ? Errno.NOTSOCK : Errno.NOSYS;
	}

	private static Map<String, Body> bodies() {
		Map<String, Body> bodies = new HashMap<>();
		bodies.put("args_get", with((wasi, m, a) -> wasi.argsGet(m, i32(a, 0), i32(a, 1))));
		bodies.put("args_sizes_get", with((wasi, m, a) -> wasi.argsSizesGet(m, i32(a, 0), i32(a, 1))));
		bodies.put("environ_get", with((wasi, m, a) -> wasi.environGet(m, i32(a, 0), i32(a, 1))));
		bodies.put("environ_sizes_get", with((wasi, m, a) -> wasi.environSizesGet(m, i32(a, 0), i32(a, 1))));
		bodies.put("clock_res_get",
				answering((call, m, a) -> m.writeLong(i32(a, 1), call.clock().resolution(i32(a, 0)))));
		bodies.put("clock_time_get", answering((call, m, a) -> m.writeLong(i32(a, 2), call.clock().time(i32(a, 0)))));
		bodies.put("poll_oneoff", ifFewSubscriptions(
				with((wasi, m, a) -> wasi.pollOneoff(m, i32(a, 0), i32(a, 1), i32(a, 2), i32(a, 3)))));
		bodies.put("proc_exit", with((wasi, m, a) -> {
			wasi.procExit(i32(a, 0));
			return 0;
		}));
		bodies.put("random_get", with((wasi, m, a) -> wasi.randomGet(m, i32(a, 0), i32(a, 1))));
		bodies.put("sched_yield", answer(Errno.SUCCESS));
		addDescriptors(bodies);
		addFiles(bodies);
		addPaths(bodies);
		return Map.copyOf(bodies);
	}

	/**
	 * What can be done with standard streams, which are Chicory's, as well as with files,
	 * which are ours.
	 */
	private static void addDescriptors(Map<String, Body> bodies) {
		bodies.put("fd_close",
				streamOrFile(with((wasi, m, a) -> wasi.fdClose(i32(a, 0))), (files, m, a) -> files.close(i32(a, 0))));
		bodies.put("fd_fdstat_get", streamOrFile(with((wasi, m, a) -> wasi.fdFdstatGet(m, i32(a, 0), i32(a, 1))),
				(files, m, a) -> files.flags(m, i32(a, 0), i32(a, 1))));
		bodies.put("fd_fdstat_set_flags",
				streamOrFile(with((wasi, m, a) -> wasi.fdFdstatSetFlags(i32(a, 0), i32(a, 1))),
						(files, m, a) -> files.setFlags(i32(a, 0), i32(a, 1))));
		bodies.put("fd_fdstat_set_rights", answer(Errno.NOTSUP));
		bodies.put("fd_filestat_get", streamOrFile(with(WasiFunctions::streamStatus),
				(files, m, a) -> files.status(m, i32(a, 0), i32(a, 1))));
		bodies.put("fd_read", ifVectorsFit(streamOrFile(WasiFunctions::readStream,
				(files, m, a) -> files.read(m, i32(a, 0), i32(a, 1), i32(a, 2), i32(a, 3)))));
		bodies.put("fd_seek", streamOrFile(with((wasi, m, a) -> wasi.fdSeek(m, i32(a, 0), a[1], i32(a, 2), i32(a, 3))),
				(files, m, a) -> files.seek(m, i32(a, 0), a[1], i32(a, 2), i32(a, 3))));
		bodies.put("fd_tell", streamOrFile(with((wasi, m, a) -> wasi.fdTell(m, i32(a, 0), i32(a, 1))),
				(files, m, a) -> files.tell(m, i32(a, 0), i32(a, 1))));
		bodies.put("fd_write", ifVectorsFit(streamOrFile(WasiFunctions::writeStream,
				(files, m, a) -> files.write(m, i32(a, 0), i32(a, 1), i32(a, 2), i32(a, 3)))));
	}

	/**
	 * Chicory, which knows whether the stream is open, is asked without any vectors: it
	 * would make an array of the length of each, which makes garbage as fast as a guest
	 * can ask for it.
	 */
	private static int readStream(Call call, LinearMemory memory, long[] arguments) {
		int vectors = i32(arguments, 1);
		int readAt = i32(arguments, 3);
		int errno = call.wasi().fdRead(memory, i32(arguments, 0), vectors, 0, readAt);
		if (errno != Errno.SUCCESS.value()) {
			return errno;
		}
		int total = 0;
		for (int i = 0; i < i32(arguments, 2); i++) {
			int vector = vectors + i * VECTOR_SIZE;
			int length = memory.readInt(vector + 4);
			int read = call.standardInput().read(memory, memory.readInt(vector), length);
			total += read;
			if (read < length) {
				break;
			}
		}
		memory.writeI32(readAt, total);
		return errno;
	}

	/**
	 * As {@link #readStream}, for the same reason.
	 */
	private static int writeStream(Call call, LinearMemory memory, long[] arguments) {
		int vectors = i32(arguments, 1);
		int writtenAt = i32(arguments, 3);
		int errno = call.wasi().fdWrite(memory, i32(arguments, 0), vectors, 0, writtenAt);
		if (errno != Errno.SUCCESS.value()) {
			return errno;
		}
		BoundedOutput output = (i32(arguments, 0) == 1) ? call.standardOutput() : call.standardError();
		int total = 0;
		for (int i = 0; i < i32(arguments, 2); i++) {
			int vector = vectors + i * VECTOR_SIZE;
			int length = memory.readInt(vector + 4);
			output.write(memory, memory.readInt(vector), length);
			total += length;
		}
		memory.writeI32(writtenAt, total);
		return errno;
	}

	/**
	 * No terminal and no device, as {@code fd_fdstat_get} says of them too: guests that
	 * believe to speak with a person colour their output or wait for ever.
	 */
	private static int streamStatus(WasiPreview1 wasi, Memory memory, long[] arguments) {
		int errno = wasi.fdFilestatGet(memory, i32(arguments, 0), i32(arguments, 1));
		if (errno == Errno.SUCCESS.value()) {
			memory.writeByte(i32(arguments, 1) + FILE_TYPE_OFFSET, (byte) 0);
		}
		return errno;
	}

	private static void addFiles(Map<String, Body> bodies) {
		bodies.put("fd_advise", file((files, m, a) -> files.advise(i32(a, 0))));
		bodies.put("fd_allocate", file((files, m, a) -> files.allocate(i32(a, 0), a[1], a[2])));
		bodies.put("fd_datasync", file((files, m, a) -> files.sync(i32(a, 0))));
		bodies.put("fd_filestat_set_size", file((files, m, a) -> files.resize(i32(a, 0), a[1])));
		bodies.put("fd_filestat_set_times", file((files, m, a) -> files.setTimes(i32(a, 0), a[2], i32(a, 3))));
		bodies.put("fd_pread",
				ifVectorsFit(file((files, m, a) -> files.readAt(m, i32(a, 0), i32(a, 1), i32(a, 2), a[3], i32(a, 4)))));
		bodies.put("fd_prestat_get", file((files, m, a) -> files.describeMount(m, i32(a, 0), i32(a, 1))));
		bodies.put("fd_prestat_dir_name", file((files, m, a) -> files.nameMount(m, i32(a, 0), i32(a, 1), i32(a, 2))));
		bodies.put("fd_pwrite", ifVectorsFit(
				file((files, m, a) -> files.writeAt(m, i32(a, 0), i32(a, 1), i32(a, 2), a[3], i32(a, 4)))));
		bodies.put("fd_readdir",
				file((files, m, a) -> files.list(m, i32(a, 0), i32(a, 1), i32(a, 2), a[3], i32(a, 4))));
		bodies.put("fd_renumber", file((files, m, a) -> files.renumber(i32(a, 0), i32(a, 1))));
		bodies.put("fd_sync", file((files, m, a) -> files.sync(i32(a, 0))));
	}

	private static void addPaths(Map<String, Body> bodies) {
		bodies.put("path_create_directory",
				file((files, m, a) -> files.createDirectory(i32(a, 0), path(files, m, a, 0, 1))));
		bodies.put("path_filestat_get",
				file((files, m, a) -> files.status(m, i32(a, 0), path(files, m, a, 0, 2), i32(a, 4))));
		bodies.put("path_filestat_set_times",
				file((files, m, a) -> files.setTimes(i32(a, 0), path(files, m, a, 0, 2), a[5], i32(a, 6))));
		bodies.put("path_link", file((files, m, a) -> files.link(i32(a, 4), path(files, m, a, 4, 5))));
		bodies.put("path_open", file((files, m, a) -> m.writeI32(i32(a, 8),
				files.open(i32(a, 0), path(files, m, a, 0, 2), i32(a, 4), a[5], i32(a, 7)))));
		bodies.put("path_readlink", file((files, m, a) -> files.readLink(i32(a, 0), path(files, m, a, 0, 1))));
		bodies.put("path_remove_directory",
				file((files, m, a) -> files.removeDirectory(i32(a, 0), path(files, m, a, 0, 1))));
		bodies.put("path_rename", file(
				(files, m, a) -> files.rename(i32(a, 0), path(files, m, a, 0, 1), i32(a, 3), path(files, m, a, 3, 4))));
		bodies.put("path_symlink", file((files, m, a) -> files.link(i32(a, 2), path(files, m, a, 2, 3))));
		bodies.put("path_unlink_file", file((files, m, a) -> files.removeFile(i32(a, 0), path(files, m, a, 0, 1))));
	}

	/**
	 * Reads a path, but not before it is known that there is something to find it in.
	 */
	private static String path(GuestFiles files, Memory memory, long[] arguments, int descriptor, int index) {
		files.requireOpen(i32(arguments, descriptor));
		return GuestFiles.path(memory, i32(arguments, index), i32(arguments, index + 1));
	}

	private static Body streamOrFile(Body stream, FileFunction file) {
		Body body = file(file);
		return (call, memory, arguments) -> (Integer.compareUnsigned(i32(arguments, 0), GuestFiles.FIRST) < 0)
				? stream.apply(call, memory, arguments) : body.apply(call, memory, arguments);
	}

	private static Body file(FileFunction function) {
		return answering((call, memory, arguments) -> {
			call.check();
			call.discard(GARBAGE);
			function.apply(call.files(), memory, arguments);
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
			catch (Errno.Failure ex) {
				return ex.errno().value();
			}
		};
	}

	private static Body with(Delegate delegate) {
		return (call, memory, arguments) -> {
			call.discard(GARBAGE);
			return delegate.apply(call.wasi(), memory, arguments);
		};
	}

	private static Body answer(Errno errno) {
		return (call, memory, arguments) -> errno.value();
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
				return Errno.INVAL.value();
			}
			long total = 0;
			for (int i = 0; i < count; i++) {
				total += Integer.toUnsignedLong(memory.readInt(vectors + i * VECTOR_SIZE + 4));
			}
			if (total > (long) memory.pages() * Memory.PAGE_SIZE) {
				return Errno.INVAL.value();
			}
			call.check();
			return body.apply(call, memory, arguments);
		};
	}

	private static Body ifFewSubscriptions(Body body) {
		return (call, memory, arguments) -> (i32(arguments, 2) > MAX_SUBSCRIPTIONS) ? Errno.INVAL.value()
				: body.apply(call, memory, arguments);
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
	 * A function of Chicory's WASI.
	 */
	private interface Delegate {

		int apply(WasiPreview1 wasi, Memory memory, long[] arguments);

	}

	/**
	 * A function of ours.
	 */
	private interface Answering {

		void apply(Call call, LinearMemory memory, long[] arguments);

	}

	/**
	 * A function on the files of the call.
	 */
	private interface FileFunction {

		void apply(GuestFiles files, LinearMemory memory, long[] arguments);

	}

}
