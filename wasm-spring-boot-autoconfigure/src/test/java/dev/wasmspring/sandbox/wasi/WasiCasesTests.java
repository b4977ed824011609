package dev.wasmspring.sandbox.wasi;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import com.dylibso.chicory.wasm.types.MemoryLimits;
import dev.wasmspring.Fixtures;
import dev.wasmspring.sandbox.Engine;
import dev.wasmspring.sandbox.Sandbox;
import dev.wasmspring.sandbox.Template;
import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.memory.LinearMemory;
import dev.wasmspring.sandbox.memory.MemoryImage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * WASI as other runtimes and POSIX have it, in small cases. The suites that
 * {@code conformance/run.sh} runs have more of them.
 */
@Timeout(60)
class WasiCasesTests {

	private static final int SUCCESS = 0;

	private static final int BADF = 8;

	private static final int EXIST = 20;

	private static final int INVAL = 28;

	private static final int ISDIR = 31;

	private static final int NOENT = 44;

	private static final int NOTDIR = 54;

	private static final int NOTSOCK = 57;

	private static final int NOTSUP = 58;

	private static final int SPIPE = 70;

	private static final int PICTURE = 3;

	private static final int SCRATCH = 4;

	private static final int CREATE = 1;

	private static final int DIRECTORY = 2;

	private static final int TRUNCATE = 8;

	private static final long READ = 1L << 1;

	private static final long WRITE = 1L << 6;

	/** Where functions put their answers. */
	private static final int ANSWER = 512;

	private static final int PATH = 1024;

	private static final int STATUS = 2048;

	private static final int SUBSCRIPTIONS = 4096;

	private static final int EVENTS = 8192;

	private static final int PAGE = 65536;

	private static final Limits LIMITS = new Limits(Duration.ofSeconds(60), 1 << 20, 1 << 20, 1 << 20);

	private static final Capabilities CAPABILITIES = new Capabilities(List.of("one", "zwei ä"), Map.of("NAME", "value"),
			List.of(Mount.readOnly("/data", () -> Map.of("hello.txt", "Hello".getBytes(StandardCharsets.UTF_8))),
					Mount.scratch("/tmp", 1 << 20), Mount.scratch("/Aa", 4096), Mount.scratch("/BB", 4096)),
			Duration.ofNanos(1));

	private static final Engine ENGINE = new Engine();

	private final Call call = ENGINE.calls().begin("program", LIMITS, CAPABILITIES);

	private final LinearMemory memory = new LinearMemory(MemoryImage.empty(new MemoryLimits(1, 1)), 1, this.call);

	@AfterAll
	static void closeEngine() {
		ENGINE.close();
	}

	@BeforeEach
	void giveInput() {
		this.call.input("input".getBytes(StandardCharsets.UTF_8));
	}

	@AfterEach
	void closeCall() {
		this.call.close();
	}

	// Guests

	@ParameterizedTest
	@CsvSource({ "write_over_vector,'',ABCD", "write_over_text,'',Hi", "read_over_vector,abcdefghijkl,abcdefghijkl",
			"poll_input,some input that comes in parts,some input that comes in parts", "poll_input,'',''" })
	void aCommandPrintsWhatItPrintsElsewhere(String fixture, String input, String output) {
		Template template = ENGINE.load(Fixtures.module(fixture), LIMITS, Capabilities.NONE);
		try (Sandbox sandbox = template.open(template.module().exports().get(0), LIMITS, Capabilities.NONE)) {
			assertThat(sandbox.call(input.getBytes(StandardCharsets.UTF_8))).asString().isEqualTo(output);
		}
	}

	@Test
	void aFileTakesThePlaceOfStandardOutput() {
		Capabilities scratch = new Capabilities(List.of(), Map.of(), List.of(Mount.scratch("/tmp", 4096)),
				Capabilities.CLOCK_RESOLUTION);
		Template template = ENGINE.load(Fixtures.module("reopen_output"), LIMITS, scratch);
		try (Sandbox sandbox = template.open(template.module().exports().get(0), LIMITS, scratch)) {
			assertThat(sandbox.call(new byte[0])).isEmpty();
			assertThat(sandbox.standardError()).asString().isEqualTo("HELLo");
		}
	}

	// Nothing is written before all is read

	@ParameterizedTest
	@ValueSource(ints = { 0, 4, 8, 12, 16, 20 })
	void theAnswerMayLieWhereTheVectorsOrTheTextLay(int answer) {
		int file = open(SCRATCH, "file", CREATE, READ | WRITE);
		for (int fd : new int[] { 1, file }) {
			vectors(16, 3, 19, 2);
			this.memory.write(16, "ABCDE".getBytes(StandardCharsets.UTF_8));
			assertThat(apply("fd_write", fd, 0, 2, answer)).isEqualTo(SUCCESS);
			assertThat(this.memory.readInt(answer)).isEqualTo(5);
		}
		assertThat(this.call.standardOutput().toByteArray()).asString().isEqualTo("ABCDE");
		assertThat(content("file")).isEqualTo("ABCDE");
	}

	@Test
	void whatIsReadMayLieWhereTheVectorsLay() {
		int file = open(PICTURE, "hello.txt", 0, READ);
		for (int fd : new int[] { 0, file }) {
			vectors(8, 2, 100, 3);
			assertThat(apply("fd_read", fd, 0, 2, 4)).isEqualTo(SUCCESS);
			assertThat(this.memory.readInt(4)).isEqualTo(5);
			String text = (fd == 0) ? "input" : "Hello";
			assertThat(this.memory.readBytes(8, 2)).asString().isEqualTo(text.substring(0, 2));
			assertThat(this.memory.readBytes(100, 3)).asString().isEqualTo(text.substring(2));
		}
	}

	@ParameterizedTest
	@CsvSource({ "65533,4,64", "-4,4,64", "100,4,65533", "100,4,-1" })
	void whatLiesOutsideOfMemoryIsATrapAndNothingHappens(int address, int length, int answer) {
		int file = open(SCRATCH, "file", CREATE, READ | WRITE);
		for (String function : List.of("fd_write", "fd_read")) {
			for (int fd : new int[] { function.equals("fd_write") ? 1 : 0, file }) {
				vectors(100, 2, address, length);
				assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> apply(function, fd, 0, 2, answer))
					.withMessageStartingWith("out of bounds memory access");
			}
		}
		assertThat(this.call.standardOutput().toByteArray()).isEmpty();
		assertThat(this.call.standardInput().available()).isEqualTo("input".length());
		assertThat(content("file")).isEmpty();
	}

	@Test
	void aVectorOfNothingMayLieAnywhere() {
		vectors(-1, 0, 70000, 0);
		assertThat(apply("fd_write", 1, 0, 2, ANSWER)).isEqualTo(SUCCESS);
		assertThat(apply("fd_read", 0, 0, 2, ANSWER)).isEqualTo(SUCCESS);
		assertThat(this.memory.readInt(ANSWER)).isZero();
		assertThat(apply("fd_write", 1, -1, 0, ANSWER)).isEqualTo(SUCCESS);
	}

	@Test
	void addressesNeedNotBeAligned() {
		assertThat(apply("fd_fdstat_get", SCRATCH, STATUS + 1)).isEqualTo(SUCCESS);
		assertThat(apply("clock_time_get", 0, 0, ANSWER + 3)).isEqualTo(SUCCESS);
		assertThat(apply("args_sizes_get", ANSWER + 1, ANSWER + 7)).isEqualTo(SUCCESS);
	}

	@Test
	void argumentsAndEnvironmentAreTextThatEndsWithZero() {
		assertThat(apply("args_sizes_get", ANSWER, ANSWER + 4)).isEqualTo(SUCCESS);
		assertThat(this.memory.readInt(ANSWER)).isEqualTo(3);
		assertThat(this.memory.readInt(ANSWER + 4)).isEqualTo("program\0one\0zwei aa\0".length());
		assertThat(apply("args_get", ANSWER, STATUS)).isEqualTo(SUCCESS);
		assertThat(this.memory.readInt(ANSWER + 4)).isEqualTo(STATUS + 8);
		assertThat(this.memory.readBytes(STATUS, 20)).asString().isEqualTo("program\0one\0zwei ä\0");
		assertThat(apply("environ_sizes_get", ANSWER, ANSWER + 4)).isEqualTo(SUCCESS);
		assertThat(this.memory.readInt(ANSWER)).isEqualTo(1);
		assertThat(apply("environ_get", ANSWER, STATUS)).isEqualTo(SUCCESS);
		assertThat(this.memory.readBytes(STATUS, 11)).asString().isEqualTo("NAME=value\0");
		for (String function : List.of("args_get", "environ_get", "args_sizes_get", "environ_sizes_get")) {
			assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> apply(function, 0, PAGE - 3));
			assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> apply(function, PAGE - 3, 0));
		}
	}

	@Test
	void randomBytesFillWhatIsAskedForAndNoMore() {
		assertThat(apply("random_get", 100, 9000)).isEqualTo(SUCCESS);
		assertThat(this.memory.readBytes(100, 9000)).isNotEqualTo(new byte[9000]);
		assertThat(this.memory.readBytes(9060, 40)).isNotEqualTo(new byte[40]);
		assertThat(this.memory.readBytes(9100, 100)).containsOnly(0);
		assertThat(apply("random_get", PAGE, 0)).isEqualTo(SUCCESS);
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> apply("random_get", PAGE - 1, 2));
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> apply("random_get", 0, -1));
	}

	// Waiting

	@Test
	void inputIsReadyAndSoIsItsEnd() {
		subscribe(0, 1, 0);
		assertThat(poll(1)).containsExactly(new Event(100, SUCCESS, 1, 5, 0));
		vectors(100, 9);
		apply("fd_read", 0, 0, 1, ANSWER);
		assertThat(poll(1)).containsExactly(new Event(100, SUCCESS, 1, 0, 1));
	}

	@Test
	void filesAreReadyAndTellWhatIsLeft() {
		int file = open(PICTURE, "hello.txt", 0, READ);
		subscribe(0, 1, file);
		subscribe(1, 2, file);
		apply("fd_seek", file, 2, 0, ANSWER);
		assertThat(poll(2)).containsExactly(new Event(100, SUCCESS, 1, 3, 0), new Event(101, SUCCESS, 2, 4096, 0));
		apply("fd_seek", file, 9, 0, ANSWER);
		assertThat(poll(1)).containsExactly(new Event(100, SUCCESS, 1, 0, 0));
	}

	@Test
	void whatCannotBeWaitedForIsAnErrorOfItsOwn() {
		apply("fd_close", 2);
		subscribe(0, 2, 1);
		subscribe(1, 2, 2);
		subscribe(2, 2, 0);
		subscribe(3, 1, 1);
		subscribe(4, 1, 50);
		subscribe(5, 1, -1);
		subscribe(6, 1, SCRATCH);
		assertThat(poll(7)).extracting(Event::errno).containsExactly(SUCCESS, BADF, BADF, BADF, BADF, BADF, BADF);
	}

	@Test
	void theOutputOfAPollMayLieWhereItsInputLay() {
		subscribe(0, 1, 0);
		subscribe(1, 2, 1);
		assertThat(apply("poll_oneoff", SUBSCRIPTIONS, SUBSCRIPTIONS, 2, SUBSCRIPTIONS + 24)).isEqualTo(SUCCESS);
		assertThat(this.memory.readLong(SUBSCRIPTIONS)).isEqualTo(100);
		assertThat(this.memory.readLong(SUBSCRIPTIONS + 32)).isEqualTo(101);
		assertThat(this.memory.readInt(SUBSCRIPTIONS + 24)).isEqualTo(2);
	}

	@ParameterizedTest
	@CsvSource({ "0,false", "1,false", "0,true", "1,true" })
	void aClockStrikesWhenItsTimeHasCome(int clock, boolean absolute) {
		long start = this.call.clock().time(clock);
		long wait = TimeUnit.MILLISECONDS.toNanos(20);
		subscribeClock(0, clock, absolute ? start + wait : wait, absolute ? 1 : 0);
		subscribeClock(1, clock, TimeUnit.HOURS.toNanos(1) + (absolute ? start : 0), absolute ? 1 : 0);
		subscribeClock(2, clock, -1, absolute ? 1 : 0);
		assertThat(poll(3)).containsExactly(new Event(100, SUCCESS, 0, 0, 0));
		assertThat(this.call.clock().time(clock) - start).isGreaterThanOrEqualTo(wait);
	}

	@Test
	void nobodyWaitsForAClockWhereSomethingElseIsReady() {
		subscribeClock(0, 1, TimeUnit.HOURS.toNanos(1), 0);
		subscribe(1, 2, 1);
		subscribeClock(2, 0, 0, 1);
		assertThat(poll(3)).extracting(Event::userdata).containsExactly(101L, 102L);
	}

	@ParameterizedTest
	@CsvSource({ "2,0,58", "3,0,58", "4,0,28", "-1,0,28", "0,2,28", "1,65535,28" })
	void aClockThatIsNotThereCannotBeWaitedFor(int clock, int flags, int errno) {
		subscribeClock(0, clock, 0, flags);
		assertThat(apply("poll_oneoff", SUBSCRIPTIONS, EVENTS, 1, ANSWER)).isEqualTo(errno);
		this.memory.writeByte(SUBSCRIPTIONS + 8, (byte) 3);
		assertThat(apply("poll_oneoff", SUBSCRIPTIONS, EVENTS, 1, ANSWER)).isEqualTo(INVAL);
	}

	// Descriptors

	@Test
	void aStreamIsMovedAndReplacedLikeAnyOther() {
		int file = open(SCRATCH, "file", CREATE, READ | WRITE);
		assertThat(apply("fd_renumber", file, 1)).isEqualTo(SUCCESS);
		write(1, "text");
		assertThat(content("file")).isEqualTo("text");
		assertThat(apply("fd_fdstat_get", file, STATUS)).isEqualTo(BADF);
		assertThat(apply("fd_renumber", 2, 1)).isEqualTo(SUCCESS);
		write(1, "error");
		assertThat(this.call.standardError().toByteArray()).asString().isEqualTo("error");
		assertThat(apply("fd_renumber", 0, 1)).isEqualTo(SUCCESS);
		vectors(100, 5);
		assertThat(apply("fd_read", 1, 0, 1, ANSWER)).isEqualTo(SUCCESS);
		assertThat(apply("fd_renumber", 1, 1)).isEqualTo(SUCCESS);
		for (int closed : new int[] { 0, 2, 50, 1000, -1 }) {
			assertThat(apply("fd_renumber", 1, closed)).isEqualTo(BADF);
			assertThat(apply("fd_renumber", closed, 1)).isEqualTo(BADF);
		}
		assertThat(this.call.standardOutput().toByteArray()).isEmpty();
	}

	@Test
	void theLowestDescriptorIsTakenNext() {
		assertThat(apply("fd_close", 0)).isEqualTo(SUCCESS);
		assertThat(open(PICTURE, "hello.txt", 0, READ)).isZero();
		vectors(100, 5);
		assertThat(apply("fd_read", 0, 0, 1, ANSWER)).isEqualTo(SUCCESS);
		assertThat(this.memory.readBytes(100, 5)).asString().isEqualTo("Hello");
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 2 })
	void aStreamHasNoPlaceAndNoFiles(int stream) {
		vectors(100, 1);
		boolean input = stream == 0;
		assertThat(apply("fd_seek", stream, 0, 0, ANSWER)).isEqualTo(SPIPE);
		assertThat(apply("fd_tell", stream, ANSWER)).isEqualTo(SPIPE);
		assertThat(apply("fd_pread", stream, 0, 1, 0, ANSWER)).isEqualTo(input ? SPIPE : BADF);
		assertThat(apply("fd_pwrite", stream, 0, 1, 0, ANSWER)).isEqualTo(input ? BADF : SPIPE);
		assertThat(apply("fd_sync", stream)).isEqualTo(INVAL);
		assertThat(apply("fd_allocate", stream, 0, 1)).isEqualTo(BADF);
		assertThat(apply("fd_prestat_get", stream, ANSWER)).isEqualTo(BADF);
		assertThat(apply("fd_readdir", stream, 100, 10, 0, ANSWER)).isEqualTo(NOTDIR);
		assertThat(openErrno(stream, 0, "x", 0, READ, 0)).isEqualTo(NOTDIR);
		assertThat(apply("fd_fdstat_set_flags", stream, 4)).isEqualTo(SUCCESS);
		assertThat(flags(stream)).isEqualTo(4);
		assertThat(rights(stream) & (READ | WRITE)).isEqualTo(input ? READ : WRITE);
	}

	@Test
	void whatIsOpenIsNoSocketAndWhatIsClosedIsNothing() {
		for (String function : List.of("sock_accept", "sock_recv", "sock_send", "sock_shutdown")) {
			assertThat(apply(function, 0, 0, 0, 0, 0, 0)).isEqualTo(NOTSOCK);
			assertThat(apply(function, SCRATCH, 0, 0, 0, 0, 0)).isEqualTo(NOTSOCK);
			assertThat(apply(function, 50, 0, 0, 0, 0, 0)).isEqualTo(BADF);
		}
		assertThat(apply("fd_fdstat_set_rights", 1, 0, 0)).isEqualTo(NOTSUP);
		assertThat(apply("fd_fdstat_set_rights", 50, 0, 0)).isEqualTo(BADF);
	}

	@Test
	void onlyWhatWasFoundOpenIsAMount() {
		int opened = open(SCRATCH, ".", DIRECTORY, 0);
		assertThat(apply("fd_prestat_get", opened, ANSWER)).isEqualTo(BADF);
		assertThat(apply("fd_prestat_dir_name", opened, ANSWER, 10)).isEqualTo(BADF);
		assertThat(apply("fd_renumber", PICTURE, opened)).isEqualTo(SUCCESS);
		assertThat(apply("fd_prestat_get", opened, ANSWER)).isEqualTo(SUCCESS);
		assertThat(apply("fd_prestat_get", PICTURE, ANSWER)).isEqualTo(BADF);
	}

	@Test
	void everyMountIsADeviceOfItsOwn() {
		// Their paths have one hash
		assertThat("/Aa".hashCode()).isEqualTo("/BB".hashCode());
		long[] devices = new long[4];
		for (int i = 0; i < devices.length; i++) {
			assertThat(apply("fd_filestat_get", PICTURE + i, STATUS)).isEqualTo(SUCCESS);
			devices[i] = this.memory.readLong(STATUS);
		}
		assertThat(devices).doesNotHaveDuplicates().doesNotContain(0);
	}

	@Test
	void directoriesTellTheRightsThatTheyHave() {
		long size = 1L << 19 | 1L << 22;
		long links = 1L << 11 | 1L << 12 | 1L << 24;
		assertThat(rights(SCRATCH) & (size | links | READ | WRITE)).isEqualTo(links);
		assertThat(rights(PICTURE) & (size | links | READ | WRITE)).isZero();
	}

	// Flags

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 4, 8, 16, 31 })
	void whateverFlagsAFileIsGivenItKeeps(int flags) {
		assertThat(openErrno(SCRATCH, 0, "file", CREATE, READ | WRITE, flags)).isEqualTo(SUCCESS);
		int file = this.memory.readInt(ANSWER);
		assertThat(flags(file)).isEqualTo(flags);
		assertThat(apply("fd_fdstat_set_flags", file, 0)).isEqualTo(SUCCESS);
		assertThat(flags(file)).isZero();
		assertThat(apply("fd_fdstat_set_flags", file, flags)).isEqualTo(SUCCESS);
		assertThat(flags(file)).isEqualTo(flags);
		assertThat(apply("fd_fdstat_set_flags", file, 32)).isEqualTo(INVAL);
	}

	@ParameterizedTest
	@CsvSource({ "2,0,0,28", "0,16,0,28", "0,3,0,28", "0,0,32,28", "1,0,0,0", "0,8,0,0", "0,2,0,54", "0,5,0,20" })
	void noFlagIsDroppedSilently(int lookup, int openFlags, int flags, int errno) {
		open(SCRATCH, "file", CREATE, READ | WRITE);
		assertThat(openErrno(SCRATCH, lookup, "file", openFlags, READ, flags)).isEqualTo(errno);
	}

	@Test
	void whatAppendsCanStillWriteAtAPlace() {
		assertThat(openErrno(SCRATCH, 0, "file", CREATE, READ | WRITE, 1)).isEqualTo(SUCCESS);
		int file = this.memory.readInt(ANSWER);
		write(file, "ab");
		apply("fd_seek", file, 0, 0, ANSWER);
		write(file, "cd");
		text("X");
		assertThat(apply("fd_pwrite", file, 0, 1, 0, ANSWER)).isEqualTo(SUCCESS);
		assertThat(content("file")).isEqualTo("Xbcd");
	}

	@ParameterizedTest
	@ValueSource(ints = { 6, 255, -1 })
	void onlyKnownAdviceIsTaken(int advice) {
		int file = open(PICTURE, "hello.txt", 0, READ);
		assertThat(apply("fd_advise", file, 0, 0, 5)).isEqualTo(SUCCESS);
		assertThat(apply("fd_advise", file, 0, 0, advice)).isEqualTo(INVAL);
		assertThat(apply("fd_advise", 50, 0, 0, advice)).isEqualTo(BADF);
	}

	// Files

	@Test
	void readingWritingAndNamingHaveTimesOfTheirOwn() throws InterruptedException {
		int file = open(SCRATCH, "file", CREATE, READ | WRITE);
		Times created = times(file);
		assertThat(created.accessed()).isPositive();
		Thread.sleep(2);
		write(file, "text");
		Times written = times(file);
		assertThat(written.accessed()).isEqualTo(created.accessed());
		assertThat(written.modified()).isGreaterThan(created.modified());
		Thread.sleep(2);
		content("file");
		Times read = times(file);
		assertThat(read.accessed()).isGreaterThan(written.accessed());
		assertThat(read.modified()).isEqualTo(written.modified());
		assertThat(read.changed()).isEqualTo(written.changed());
		assertThat(apply("fd_filestat_set_times", file, 11, 22, 1 | 4)).isEqualTo(SUCCESS);
		assertThat(times(file)).isEqualTo(new Times(11, 22, times(file).changed()));
		assertThat(times(file).changed()).isGreaterThan(written.changed());
		assertThat(apply("fd_filestat_set_times", file, 33, 44, 1)).isEqualTo(SUCCESS);
		assertThat(times(file).accessed()).isEqualTo(33);
		assertThat(times(file).modified()).isEqualTo(22);
		assertThat(apply("fd_filestat_set_times", file, 0, 0, 2 | 8)).isEqualTo(SUCCESS);
		assertThat(times(file).accessed()).isEqualTo(times(file).modified()).isGreaterThan(read.accessed());
	}

	@ParameterizedTest
	@ValueSource(ints = { 3, 12, 15, 16, -1 })
	void timesThatContradictEachOtherAreRefused(int flags) {
		int file = open(SCRATCH, "file", CREATE, READ | WRITE);
		assertThat(apply("fd_filestat_set_times", file, 0, 0, flags)).isEqualTo(INVAL);
		path("file");
		assertThat(apply("path_filestat_set_times", SCRATCH, 0, PATH, 4, 0, 0, flags)).isEqualTo(INVAL);
	}

	@Test
	void aWriteThatFitsInPartIsDoneInPart() {
		int small = 5;
		assertThat(openErrno(small, 0, "file", CREATE, READ | WRITE, 0)).isEqualTo(SUCCESS);
		int file = this.memory.readInt(ANSWER);
		vectors(10000, 3000, 20000, 3000);
		assertThat(apply("fd_write", file, 0, 2, ANSWER)).isEqualTo(SUCCESS);
		assertThat(this.memory.readInt(ANSWER)).isEqualTo(4096);
		assertThat(apply("fd_write", file, 0, 2, ANSWER)).isEqualTo(Errno.NOSPC.value());
		vectors(0, 0);
		assertThat(apply("fd_write", file, 0, 1, ANSWER)).isEqualTo(SUCCESS);
	}

	@Test
	void aRemovedDirectoryTakesNothingNew() {
		path("gone");
		apply("path_create_directory", SCRATCH, PATH, 4);
		int gone = open(SCRATCH, "gone", DIRECTORY, 0);
		open(SCRATCH, "file", CREATE, READ | WRITE);
		path("gone");
		assertThat(apply("path_remove_directory", SCRATCH, PATH, 4)).isEqualTo(SUCCESS);
		path("file");
		assertThat(apply("path_create_directory", gone, PATH, 4)).isEqualTo(NOENT);
		assertThat(apply("path_rename", SCRATCH, PATH, 4, gone, PATH, 4)).isEqualTo(NOENT);
		assertThat(openErrno(gone, 0, "file", CREATE, WRITE, 0)).isEqualTo(NOENT);
		assertThat(content("file")).isEmpty();
	}

	@Test
	void aListGoesOnBehindItsCookieAndEndsBehindTheLast() {
		open(SCRATCH, "file", CREATE, WRITE);
		for (long cookie : new long[] { 3, 4, Long.MAX_VALUE, -1, Long.MIN_VALUE }) {
			assertThat(apply("fd_readdir", SCRATCH, EVENTS, 1000, cookie, ANSWER)).isEqualTo(SUCCESS);
			assertThat(this.memory.readInt(ANSWER)).isZero();
		}
		apply("fd_readdir", SCRATCH, EVENTS, 1000, 2, ANSWER);
		assertThat(this.memory.readInt(ANSWER)).isEqualTo(24 + 4);
		assertThatExceptionOfType(RuntimeException.class)
			.isThrownBy(() -> apply("fd_readdir", SCRATCH, PAGE - 10, 1000, 0, ANSWER));
	}

	@Test
	void pathsEndWhereTheyShould() {
		assertThat(openErrno(SCRATCH, 0, "new/", CREATE, WRITE, 0)).isEqualTo(ISDIR);
		open(SCRATCH, "file", CREATE, WRITE);
		assertThat(openErrno(SCRATCH, 0, "file/", 0, READ, 0)).isEqualTo(NOTDIR);
		assertThat(openErrno(SCRATCH, 0, ".", TRUNCATE, READ, 0)).isEqualTo(ISDIR);
		assertThat(openErrno(SCRATCH, 0, "", 0, READ, 0)).isEqualTo(NOENT);
		assertThat(openErrno(SCRATCH, 0, "fi\0le", 0, READ, 0)).isEqualTo(INVAL);
		path("file");
		assertThat(apply("path_link", SCRATCH, 0, PATH, 4, SCRATCH, PATH, 4)).isEqualTo(EXIST);
		assertThat(apply("path_link", SCRATCH, 0, PATH, 4, 50, PATH, 4)).isEqualTo(BADF);
		assertThat(apply("path_link", SCRATCH, 0, PATH, 3, SCRATCH, PATH, 4)).isEqualTo(NOENT);
		assertThat(apply("path_link", SCRATCH, 0, PATH, 4, SCRATCH, PATH, 3)).isEqualTo(NOTSUP);
		assertThat(apply("path_symlink", PATH, 4, SCRATCH, PATH, 3)).isEqualTo(NOTSUP);
	}

	private int apply(String function, long... arguments) {
		return (int) WasiFunctions.apply(function, this.call, this.memory, arguments);
	}

	private void path(String path) {
		this.memory.write(PATH, path.getBytes(StandardCharsets.UTF_8));
	}

	private int openErrno(int fd, int lookup, String path, int openFlags, long rights, int flags) {
		path(path);
		return apply("path_open", fd, lookup, PATH, path.length(), openFlags, rights, 0, flags, ANSWER);
	}

	private int open(int fd, String path, int openFlags, long rights) {
		assertThat(openErrno(fd, 0, path, openFlags, rights, 0)).isEqualTo(SUCCESS);
		return this.memory.readInt(ANSWER);
	}

	/** Addresses and lengths, from the beginning of memory. */
	private void vectors(int... values) {
		for (int i = 0; i < values.length; i++) {
			this.memory.writeI32(4 * i, values[i]);
		}
	}

	private void text(String text) {
		this.memory.write(PATH, text.getBytes(StandardCharsets.UTF_8));
		vectors(PATH, text.length());
	}

	private void write(int fd, String text) {
		text(text);
		assertThat(apply("fd_write", fd, 0, 1, ANSWER)).isEqualTo(SUCCESS);
	}

	private String content(String path) {
		int file = open(SCRATCH, path, 0, READ);
		vectors(EVENTS, 1000);
		assertThat(apply("fd_read", file, 0, 1, ANSWER)).isEqualTo(SUCCESS);
		apply("fd_close", file);
		return new String(this.memory.readBytes(EVENTS, this.memory.readInt(ANSWER)), StandardCharsets.UTF_8);
	}

	private int flags(int fd) {
		assertThat(apply("fd_fdstat_get", fd, STATUS)).isEqualTo(SUCCESS);
		return this.memory.readShort(STATUS + 2);
	}

	private long rights(int fd) {
		assertThat(apply("fd_fdstat_get", fd, STATUS)).isEqualTo(SUCCESS);
		return this.memory.readLong(STATUS + 8);
	}

	private Times times(int fd) {
		assertThat(apply("fd_filestat_get", fd, STATUS)).isEqualTo(SUCCESS);
		return new Times(this.memory.readLong(STATUS + 40), this.memory.readLong(STATUS + 48),
				this.memory.readLong(STATUS + 56));
	}

	private void subscribe(int index, int kind, int fd) {
		subscription(index).put(8, (byte) kind).putInt(16, fd);
		store(index);
	}

	private void subscribeClock(int index, int clock, long timeout, int flags) {
		subscription(index).putInt(16, clock).putLong(24, timeout).putShort(40, (short) flags);
		store(index);
	}

	private final ByteBuffer subscription = ByteBuffer.allocate(48).order(ByteOrder.LITTLE_ENDIAN);

	private ByteBuffer subscription(int index) {
		this.subscription.clear().put(new byte[48]).clear();
		return this.subscription.putLong(0, 100 + index);
	}

	private void store(int index) {
		this.memory.write(SUBSCRIPTIONS + 48 * index, this.subscription.array());
	}

	private List<Event> poll(int count) {
		assertThat(apply("poll_oneoff", SUBSCRIPTIONS, EVENTS, count, ANSWER)).isEqualTo(SUCCESS);
		return java.util.stream.IntStream.range(0, this.memory.readInt(ANSWER)).mapToObj((i) -> {
			int at = EVENTS + 32 * i;
			return new Event(this.memory.readLong(at), this.memory.readShort(at + 8), this.memory.read(at + 10),
					this.memory.readLong(at + 16), this.memory.readShort(at + 24));
		}).toList();
	}

	private record Event(long userdata, int errno, int kind, long bytes, int flags) {
	}

	private record Times(long accessed, long modified, long changed) {
	}

}
