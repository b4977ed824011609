package dev.wasmspring.sandbox.wasi;

import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

import com.dylibso.chicory.wasm.types.MemoryLimits;
import com.sun.management.ThreadMXBean;
import dev.wasmspring.Fixtures;
import dev.wasmspring.sandbox.Engine;
import dev.wasmspring.sandbox.Sandbox;
import dev.wasmspring.sandbox.Template;
import dev.wasmspring.sandbox.limit.Deadline;
import dev.wasmspring.sandbox.limit.HostMemory;
import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.limit.MemoryBudget;
import dev.wasmspring.sandbox.limit.MemoryClaim;
import dev.wasmspring.sandbox.limit.Outcome;
import dev.wasmspring.sandbox.limit.SandboxException;
import dev.wasmspring.sandbox.limit.Watchdog;
import dev.wasmspring.sandbox.memory.LinearMemory;
import dev.wasmspring.sandbox.memory.MemoryImage;
import dev.wasmspring.sandbox.module.Export;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class WasiFunctionsTests {

	private static final int SUCCESS = 0;

	private static final int BADF = 8;

	private static final int INVAL = 28;

	private static final Limits LIMITS = new Limits(Duration.ofSeconds(60), 1 << 20, 1 << 20, 1 << 20);

	/** The entries of the fixture's table, from the first function of WASI. */
	private static final List<String> EVERY_KIND = everyKind();

	private static final Engine ENGINE = new Engine();

	private static Template guards;

	private static Template denied;

	@BeforeAll
	static void load() {
		guards = ENGINE.load(Fixtures.module("guards"), LIMITS, Capabilities.NONE);
		denied = ENGINE.load(Fixtures.module("denied"), LIMITS, Capabilities.NONE);
	}

	@AfterAll
	static void closeEngine() {
		ENGINE.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "read", "write" })
	void asManyVectorsAsPosixAllowsAreTaken(String function) {
		assertThat(call(guards, function, 0, 0)).isEqualTo(SUCCESS);
		assertThat(call(guards, function, 1, 65536)).isEqualTo(SUCCESS);
		assertThat(call(guards, function, 1024, 1)).isEqualTo(SUCCESS);
		// Two pages, the whole memory
		assertThat(call(guards, function, 1024, 128)).isEqualTo(SUCCESS);
	}

	@ParameterizedTest
	@CsvSource({ "read,1025", "read,-1", "read,-2147483648", "write,1025", "write,-1", "write,-2147483648" })
	void moreVectorsAreRefused(String function, int count) {
		assertThat(call(guards, function, count, 0)).isEqualTo(INVAL);
	}

	@ParameterizedTest
	@CsvSource({ "read,1024,129", "read,3,65536", "read,1,131073", "read,1,2147483647", "read,1,-1", "write,1024,129",
			"write,3,65536", "write,1,131073", "write,1,2147483647", "write,1,-1" })
	void vectorsThatTogetherNameMoreThanTheMemoryAreRefused(String function, int count, int length) {
		assertThat(call(guards, function, count, length)).isEqualTo(INVAL);
	}

	@ParameterizedTest
	@ValueSource(ints = { 131065, 131072, -8, Integer.MAX_VALUE, Integer.MIN_VALUE })
	void aListOfVectorsOutsideOfMemoryIsATrap(int address) {
		SandboxException exception = catchThrowableOfType(SandboxException.class,
				() -> call(guards, "write_at", address));
		assertThat(exception.outcome()).isEqualTo(Outcome.TRAP);
		assertThat(exception).hasMessageContaining("out of bounds memory access");
	}

	@Test
	void asManySubscriptionsAsAreReasonableAreTaken() {
		assertThat(call(guards, "poll", 1)).isEqualTo(SUCCESS);
		assertThat(call(guards, "poll", 64)).isEqualTo(SUCCESS);
	}

	@ParameterizedTest
	@ValueSource(ints = { 65, 1000, 0, -1 })
	void otherNumbersOfSubscriptionsAreRefused(int count) {
		assertThat(call(guards, "poll", count)).isEqualTo(INVAL);
	}

	@ParameterizedTest
	@CsvSource({ "set_rights,58", "allocate,8", "prestat,8", "mkdir,8", "shutdown,8", "raise,52", "yield,0" })
	void whatASandboxDoesNotHaveIsAnErrno(String function, int errno) {
		assertThat(call(denied, function)).isEqualTo(errno);
	}

	@ParameterizedTest
	@CsvSource({ "args_get,0", "args_sizes_get,0", "environ_get,0", "environ_sizes_get,0", "clock_res_get,0",
			"clock_time_get,0", "fd_advise,8", "fd_allocate,8", "fd_close,0", "fd_datasync,8", "fd_fdstat_get,0",
			"fd_fdstat_set_flags,0", "fd_fdstat_set_rights,58", "fd_filestat_get,0", "fd_filestat_set_size,8",
			"fd_filestat_set_times,8", "fd_pread,8", "fd_prestat_dir_name,8", "fd_prestat_get,8", "fd_pwrite,8",
			"fd_read,0", "fd_readdir,8", "fd_renumber,8", "fd_seek,8", "fd_sync,8", "fd_tell,8", "fd_write,0",
			"path_create_directory,8", "path_filestat_get,8", "path_filestat_set_times,8", "path_link,8", "path_open,8",
			"path_readlink,8", "path_remove_directory,8", "path_rename,8", "path_symlink,8", "path_unlink_file,8",
			"poll_oneoff,0", "proc_raise,52", "random_get,0", "sched_yield,0", "sock_accept,8", "sock_recv,8",
			"sock_send,8", "sock_shutdown,8" })
	void everyFunctionAnswersWithoutAGrant(String function, int errno) {
		Template template = ENGINE.load(Fixtures.module("every_kind"), LIMITS, Capabilities.NONE);
		assertThat(call(template, "run", 0, EVERY_KIND.indexOf(function))).isEqualTo(errno);
	}

	@Test
	void clocksGoInStepsAndTellTheirSteps() {
		Capabilities coarse = new Capabilities(List.of(), Map.of(), List.of(), Duration.ofMillis(250));
		Template template = ENGINE.load(Fixtures.module("clock"), LIMITS, coarse);
		for (Capabilities capabilities : List.of(coarse, Capabilities.NONE)) {
			try (Sandbox sandbox = template.open(template.module().exports().get(0), LIMITS, capabilities)) {
				long told = ByteBuffer.wrap(sandbox.call(new byte[0])).order(ByteOrder.LITTLE_ENDIAN).getLong();
				assertThat(told % capabilities.clockResolution().toNanos()).isZero();
			}
		}
		CallClock clock = new CallClock(250_000_000);
		for (int id : new int[] { 0, 1 }) {
			assertThat(clock.resolution(id)).isEqualTo(250_000_000);
			assertThat(clock.time(id) % 250_000_000).isZero();
		}
		assertThatExceptionOfType(Errno.ErrnoException.class).isThrownBy(() -> clock.time(2)).withMessage("NOTSUP");
		assertThatExceptionOfType(Errno.ErrnoException.class).isThrownBy(() -> clock.resolution(4))
			.withMessage("INVAL");
		assertThatExceptionOfType(Errno.ErrnoException.class).isThrownBy(() -> clock.time(-1)).withMessage("INVAL");
	}

	@Test
	void aVectorIsRefusedWhereverItIsRead() {
		Template template = ENGINE.load(Fixtures.module("guards"), LIMITS, Capabilities.NONE);
		for (String function : List.of("pread", "pwrite")) {
			// Descriptor 3 is not open: the vectors are looked at before
			assertThat(call(template, function, 1024, 128)).isEqualTo(BADF);
			assertThat(call(template, function, 1025, 0)).isEqualTo(INVAL);
			assertThat(call(template, function, 1, -1)).isEqualTo(INVAL);
			assertThat(call(template, function, 3, 65536)).isEqualTo(INVAL);
		}
	}

	@Test
	void aStreamIsReadAndWrittenInSeveralPieces() {
		try (Call call = ENGINE.calls().begin("test", LIMITS, Capabilities.NONE)) {
			LinearMemory memory = memory(call);
			call.input(new byte[] { 1, 2, 3, 4, 5 });
			vectors(memory, 100, 2, 300, 0, 200, 2, 400, 10);
			assertThat(WasiFunctions.apply("fd_read", call, memory, 0, 0, 4, 64)).isEqualTo(SUCCESS);
			assertThat(memory.readInt(64)).isEqualTo(5);
			assertThat(memory.readBytes(100, 3)).containsExactly(1, 2, 0);
			assertThat(memory.readBytes(200, 3)).containsExactly(3, 4, 0);
			assertThat(memory.readBytes(400, 2)).containsExactly(5, 0);
			assertThat(WasiFunctions.apply("fd_read", call, memory, 0, 0, 4, 64)).isEqualTo(SUCCESS);
			assertThat(memory.readInt(64)).isZero();

			vectors(memory, 200, 2, 300, 0, 100, 2, 400, 1);
			for (int stream : new int[] { 1, 2 }) {
				assertThat(WasiFunctions.apply("fd_write", call, memory, stream, 0, 4, 64)).isEqualTo(SUCCESS);
				assertThat(memory.readInt(64)).isEqualTo(5);
			}
			assertThat(call.standardOutput().toByteArray()).containsExactly(3, 4, 1, 2, 5);
			assertThat(call.standardError().toByteArray()).containsExactly(3, 4, 1, 2, 5);
		}
	}

	@Test
	void onlyAnOpenStreamIsReadAndWrittenAndOnlyInItsDirection() {
		try (Call call = ENGINE.calls().begin("test", LIMITS, Capabilities.NONE)) {
			LinearMemory memory = memory(call);
			call.input(new byte[10]);
			vectors(memory, 100, 1);
			assertThat(WasiFunctions.apply("fd_write", call, memory, 0, 0, 1, 64)).isEqualTo(BADF);
			for (int stream : new int[] { 1, 2 }) {
				assertThat(WasiFunctions.apply("fd_read", call, memory, stream, 0, 1, 64)).isEqualTo(BADF);
			}
			for (int stream : new int[] { 0, 1, 2 }) {
				String function = (stream == 0) ? "fd_read" : "fd_write";
				assertThat(WasiFunctions.apply(function, call, memory, stream, 0, 1, 64)).isEqualTo(SUCCESS);
				assertThat(WasiFunctions.apply("fd_close", call, memory, stream)).isEqualTo(SUCCESS);
				assertThat(WasiFunctions.apply(function, call, memory, stream, 0, 1, 64)).isEqualTo(BADF);
			}
			assertThat(call.standardOutput().toByteArray()).hasSize(1);
		}
	}

	@Test
	void aGuestThatReadsAndWritesManyTimesLeavesHardlyAnyGarbage() {
		ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
		try (Call call = ENGINE.calls().begin("test", LIMITS, Capabilities.NONE)) {
			LinearMemory memory = memory(call);
			vectors(memory, 1024, 65536 - 1024);
			long before = threads.getCurrentThreadAllocatedBytes();
			for (int i = 0; i < 10_000; i++) {
				WasiFunctions.apply("fd_write", call, memory, 2, 0, 1, 64);
				WasiFunctions.apply("fd_read", call, memory, 0, 0, 1, 64);
			}
			// 1.3 GB if every vector was an array
			assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(100 << 20);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "args_sizes_get", "path_filestat_get", "fd_readdir", "poll_oneoff" })
	void aGuestThatCallsWhatLeavesGarbageBehindAllTheTimeMustWait(String function) {
		MemoryBudget budget = new MemoryBudget(HostMemory.ofHeap().withRate(1 << 20));
		// Nobody has a turn for an hour
		budget.pace().reserve(3600L << 20, System.nanoTime());
		try (Watchdog watchdog = new Watchdog();
				Call unhurried = ENGINE.calls().begin("test", LIMITS, Capabilities.NONE);
				Call call = new Call(watchdog.start(LIMITS.timeout()), budget, "test", LIMITS, Capabilities.NONE,
						new SecureRandom())) {
			LinearMemory memory = memory(unhurried);
			AtomicBoolean ended = new AtomicBoolean();
			CompletableFuture<Void> interrupter = interrupterOfAWait(Thread.currentThread(), ended);
			try {
				assertThatExceptionOfType(Deadline.PassedException.class).isThrownBy(() -> {
					for (int i = 0; i < 10_000; i++) {
						WasiFunctions.apply(function, call, memory, 3, 64, 16, 1, 64);
					}
				});
			}
			finally {
				ended.set(true);
				interrupter.join();
				Thread.interrupted();
			}
			assertThat(call.memoryWait()).isPositive();
		}
	}

	/** Ends the guest's wait for memory, once it waits. */
	private static CompletableFuture<Void> interrupterOfAWait(Thread guest, AtomicBoolean ended) {
		return CompletableFuture.runAsync(() -> {
			while (!ended.get()) {
				if (LockSupport.getBlocker(guest) instanceof MemoryClaim) {
					guest.interrupt();
					return;
				}
				Thread.onSpinWait();
			}
		}, (task) -> new Thread(task).start());
	}

	@Test
	void aStandardStreamIsNoTerminal() {
		Template template = ENGINE.load(Fixtures.module("guards"), LIMITS, Capabilities.NONE);
		for (int stream = 0; stream < 3; stream++) {
			assertThat(call(template, "kind_by_flags", stream)).isZero();
			assertThat(call(template, "kind_by_status", stream)).isZero();
		}
	}

	@Test
	void aGuestWritesNothingIntoTheLogOfTheHost() {
		List<LogRecord> records = new CopyOnWriteArrayList<>();
		Handler handler = new Handler() {

			@Override
			public void publish(LogRecord written) {
				records.add(written);
			}

			@Override
			public void flush() {
				// Nothing is kept back
			}

			@Override
			public void close() {
				// There is nothing to close
			}

		};
		// Where the engine's log goes
		Logger root = Logger.getLogger("");
		Logger engine = Logger.getLogger("chicory");
		root.addHandler(handler);
		// However much the host logs
		engine.setLevel(Level.ALL);
		try {
			call(denied, "set_rights");
			call(denied, "allocate");
			call(guards, "write", 1, 1);
		}
		finally {
			engine.setLevel(null);
			root.removeHandler(handler);
		}
		assertThat(records).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "fd_read", "fd_write", "fd_pread", "fd_pwrite", "fd_readdir", "fd_allocate", "path_open",
			"path_rename", "path_filestat_get" })
	void whatWorksOnFilesPassesACheckpoint(String function) {
		try (Call call = ENGINE.calls().begin("test", LIMITS, Capabilities.NONE)) {
			LinearMemory memory = new LinearMemory(MemoryImage.empty(new MemoryLimits(1)), 1, call);
			call.deadline().cancel();
			assertThatExceptionOfType(Deadline.PassedException.class)
				.isThrownBy(() -> WasiFunctions.apply(function, call, memory, new long[9]));
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2 })
	void whatIsKeptOfAStreamCountsAsMemory(int stream) {
		try (Engine engine = new Engine(HostMemory.ofHeap().withTotal(1 << 20));
				Call call = engine.calls().begin("test", LIMITS, Capabilities.NONE)) {
			LinearMemory memory = new LinearMemory(MemoryImage.empty(new MemoryLimits(2)), 2, call);
			memory.writeI32(0, 100);
			memory.writeI32(4, 1 << 16);
			long before = engine.memoryInUse();
			assertThat(WasiFunctions.apply("fd_write", call, memory, stream, 0, 1, 8)).isEqualTo(SUCCESS);
			// A part of it may be left of the block that was taken before
			assertThat(engine.memoryInUse() - before).isGreaterThan((1 << 16) - (8 << 10));
		}
	}

	@Test
	void whatAScratchDirectoryHoldsCountsAsMemory() {
		Capabilities capabilities = new Capabilities(List.of(), Map.of(), List.of(Mount.scratch("/tmp", 1 << 20)),
				Capabilities.CLOCK_RESOLUTION);
		try (Engine engine = new Engine(HostMemory.ofHeap().withTotal(1 << 20));
				Call call = engine.calls().begin("test", LIMITS, capabilities)) {
			LinearMemory memory = new LinearMemory(MemoryImage.empty(new MemoryLimits(2)), 2, call);
			memory.writeI32(0, 100);
			memory.writeI32(4, 1 << 16);
			memory.writeByte(100, (byte) 'f');
			// Creates the file "f" for writing
			assertThat(WasiFunctions.apply("path_open", call, memory, 3, 0, 100, 1, 1, 1 << 6, 0, 0, 16))
				.isEqualTo(SUCCESS);
			long before = engine.memoryInUse();
			assertThat(WasiFunctions.apply("fd_write", call, memory, memory.readInt(16), 0, 1, 8)).isEqualTo(SUCCESS);
			assertThat(engine.memoryInUse() - before).isGreaterThanOrEqualTo(1 << 16);
		}
	}

	@Test
	void aMountIsFoundAtTheFirstDescriptorThatIsNoStream() {
		Capabilities capabilities = new Capabilities(List.of(), Map.of(), List.of(Mount.scratch("/tmp", 4096)),
				Capabilities.CLOCK_RESOLUTION);
		try (Call call = ENGINE.calls().begin("test", LIMITS, capabilities)) {
			LinearMemory memory = new LinearMemory(MemoryImage.empty(new MemoryLimits(1)), 1, call);
			assertThat(WasiFunctions.apply("fd_prestat_get", call, memory, 3, 0)).isEqualTo(SUCCESS);
			assertThat(memory.readInt(4)).isEqualTo("/tmp".length());
			assertThat(WasiFunctions.apply("fd_prestat_dir_name", call, memory, 3, 8, 4)).isEqualTo(SUCCESS);
			assertThat(memory.readBytes(8, 4)).asString().isEqualTo("/tmp");
			assertThat(WasiFunctions.apply("fd_prestat_get", call, memory, 4, 0)).isEqualTo(BADF);
			assertThat(WasiFunctions.apply("fd_prestat_get", call, memory, 1, 0)).isEqualTo(BADF);
		}
	}

	@Test
	void onlyTheFunctionsOfWasiHaveAType() {
		assertThat(WasiFunctions.type("fd_write")).isNotNull();
		assertThat(WasiFunctions.type("path_open")).isNotNull();
		assertThat(WasiFunctions.type("no_such")).isNull();
	}

	private static LinearMemory memory(Call call) {
		LinearMemory memory = new LinearMemory(MemoryImage.empty(new MemoryLimits(1, 1)), 1, call);
		memory.write(0, new byte[65536]);
		return memory;
	}

	/** Addresses and lengths, from the beginning of memory. */
	private static void vectors(LinearMemory memory, int... values) {
		for (int i = 0; i < values.length; i++) {
			memory.writeI32(4 * i, values[i]);
		}
	}

	private static List<String> everyKind() {
		List<String> kinds = new ArrayList<>(Collections.nCopies(30, ""));
		Fixtures.module("every_kind")
			.imports()
			.forEach((imported) -> kinds.add(imported.substring(imported.lastIndexOf(".") + 1)));
		return kinds;
	}

	private static long call(Template template, String name, long... arguments) {
		Export export = template.module()
			.exports()
			.stream()
			.filter((candidate) -> candidate.name().equals(name))
			.findFirst()
			.orElseThrow();
		try (Sandbox sandbox = template.open(export, LIMITS, Capabilities.NONE)) {
			return sandbox.call(arguments)[0];
		}
	}

}
