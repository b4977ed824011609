package dev.wasmspring.sandbox.wasi;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.dylibso.chicory.wasm.types.MemoryLimits;
import dev.wasmspring.sandbox.memory.Checkpoint;
import dev.wasmspring.sandbox.memory.LinearMemory;
import dev.wasmspring.sandbox.memory.MemoryImage;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class GuestFilesTests {

	private static final int DATA = 3;

	private static final int SCRATCH = 4;

	private static final int CREATE = 1;

	private static final int DIRECTORY = 2;

	private static final int EXCLUSIVE = 4;

	private static final int TRUNCATE = 8;

	private static final long READ = 1L << 1;

	private static final long WRITE = 1L << 6;

	private static final int KILOBYTE = 1024;

	private static final int APPEND = 1;

	private long allocated;

	private final Checkpoint call = new Checkpoint() {

		@Override
		public void check() {
		}

		@Override
		public void allocate(long bytes) {
			GuestFilesTests.this.allocated += bytes;
		}

	};

	private final LinearMemory memory = new LinearMemory(MemoryImage.empty(new MemoryLimits(16)), 16);

	private final StandardInput input = new StandardInput(bytes("input"));

	private final BoundedOutput output = BoundedOutput.failing(64 * KILOBYTE, Checkpoint.NONE);

	private final BoundedOutput error = BoundedOutput.dropping(64 * KILOBYTE, Checkpoint.NONE);

	private final GuestFiles files = files(64 * KILOBYTE);

	private GuestFiles files(long scratch) {
		Map<String, byte[]> contents = new LinkedHashMap<>();
		contents.put("hello.txt", bytes("Hello"));
		contents.put("sub/deep/number.txt", bytes("42"));
		contents.put("sub/empty.txt", new byte[0]);
		return new GuestFiles(List.of(Mount.readOnly("/data", () -> contents), Mount.scratch("/tmp", scratch)),
				this.call, new CallClock(1_000_000), streams());
	}

	private StandardStreams streams() {
		return new StandardStreams() {

			@Override
			public StandardInput standardInput() {
				return GuestFilesTests.this.input;
			}

			@Override
			public BoundedOutput standardOutput() {
				return GuestFilesTests.this.output;
			}

			@Override
			public BoundedOutput standardError() {
				return GuestFilesTests.this.error;
			}

		};
	}

	// What is there

	@Test
	void mountsAreTheFirstDescriptorsAndTellTheirPaths() {
		this.files.descriptors().describeMount(this.memory, DATA, 0);
		assertThat(this.memory.readInt(0)).isZero();
		assertThat(this.memory.readInt(4)).isEqualTo(5);
		this.files.descriptors().nameMount(this.memory, DATA, 8, 5);
		assertThat(this.memory.readBytes(8, 5)).asString().isEqualTo("/data");
		this.files.descriptors().nameMount(this.memory, SCRATCH, 8, 4);
		assertThat(this.memory.readBytes(8, 4)).asString().isEqualTo("/tmp");
		assertThat(fails(() -> this.files.descriptors().nameMount(this.memory, DATA, 8, 4)))
			.isEqualTo(Errno.NAMETOOLONG);
		assertThat(fails(() -> this.files.descriptors().describeMount(this.memory, 5, 0))).isEqualTo(Errno.BADF);
		int directory = open(DATA, "sub", 0, 0);
		assertThat(fails(() -> this.files.descriptors().describeMount(this.memory, directory, 0)))
			.isEqualTo(Errno.BADF);
	}

	@ParameterizedTest
	@CsvSource({ "hello.txt,Hello", "./hello.txt,Hello", "sub/deep/number.txt,42", "sub//deep/../deep/number.txt,42",
			"sub/../hello.txt,Hello", "sub/empty.txt,''" })
	void filesOfThePictureCanBeRead(String path, String content) {
		assertThat(content(DATA, path)).isEqualTo(content);
	}

	@ParameterizedTest
	@CsvSource({ "nothing,NOENT", "nothing/hello.txt,NOENT", "hello.txt/,NOTDIR", "hello.txt/x,NOTDIR", "'',NOENT",
			"/hello.txt,PERM", "/,PERM", "..,PERM", "../etc/passwd,PERM", "sub/../../etc/passwd,PERM", "sub/../..,PERM",
			"./../data/hello.txt,PERM", "..\\hello.txt,NOENT" })
	void nothingElseCanBeReached(String path, Errno errno) {
		assertThat(fails(() -> open(DATA, path, 0, READ))).isEqualTo(errno);
		assertThat(fails(() -> this.files.status().status(this.memory, DATA, 0, path, 0))).isEqualTo(errno);
	}

	@Test
	void noPathLeadsAboveTheDirectoryThatItStartsFrom() {
		int sub = open(DATA, "sub", DIRECTORY, 0);
		assertThat(content(sub, "deep/../deep/number.txt")).isEqualTo("42");
		assertThat(fails(() -> open(sub, "../hello.txt", 0, READ))).isEqualTo(Errno.PERM);
	}

	@Test
	void namesHaveALimit() {
		assertThat(fails(() -> open(SCRATCH, "x".repeat(256), CREATE, WRITE))).isEqualTo(Errno.NAMETOOLONG);
		open(SCRATCH, "x".repeat(255), CREATE, WRITE);
		assertThat(fails(() -> GuestPath.read(this.memory, 0, 4097))).isEqualTo(Errno.NAMETOOLONG);
		assertThat(fails(() -> GuestPath.read(this.memory, 0, -1))).isEqualTo(Errno.NAMETOOLONG);
	}

	@Test
	void aPathIsTextWithoutNul() {
		this.memory.write(0, new byte[] { 'a', 0, 'b' });
		assertThat(fails(() -> GuestPath.read(this.memory, 0, 3))).isEqualTo(Errno.INVAL);
		this.memory.write(0, new byte[] { (byte) 0xff });
		assertThat(fails(() -> GuestPath.read(this.memory, 0, 1))).isEqualTo(Errno.ILSEQ);
	}

	@Test
	void aDirectoryIsListedInParts() {
		assertThat(list(DATA, 4096)).containsExactly(".", "..", "hello.txt", "sub");
		assertThat(list(DATA, 40)).containsExactly(".", "..", "hello.txt", "sub");
		assertThat(fails(() -> this.files.tree().list(this.memory, open(DATA, "hello.txt", 0, READ), 0, 100, 0, 200)))
			.isEqualTo(Errno.NOTDIR);
	}

	@Test
	void whoeverDeletesWhatWasListedMissesNothing() {
		for (int i = 0; i < 100; i++) {
			this.files.descriptors().close(open(SCRATCH, "file" + i, CREATE, WRITE));
		}
		long cookie = 0;
		int deleted = 0;
		while (true) {
			Entry entry = next(SCRATCH, cookie);
			if (entry == null) {
				break;
			}
			cookie = entry.cookie();
			if (entry.name().startsWith("file")) {
				this.files.tree().removeFile(SCRATCH, entry.name());
				deleted++;
			}
		}
		assertThat(deleted).isEqualTo(100);
	}

	@Test
	void theStatusTellsKindAndSize() {
		this.files.status().status(this.memory, DATA, 0, "hello.txt", 0);
		assertThat(this.memory.read(16)).isEqualTo((byte) 4);
		assertThat(this.memory.readLong(32)).isEqualTo(5);
		this.files.status().status(this.memory, DATA, 0, "sub", 0);
		assertThat(this.memory.read(16)).isEqualTo((byte) 3);
		this.files.status().status(this.memory, DATA, 0);
		assertThat(this.memory.read(16)).isEqualTo((byte) 3);
	}

	@Test
	void seekingMovesWhereItIsRead() {
		int file = open(DATA, "hello.txt", 0, READ);
		this.files.contents().seek(this.memory, file, -2, 2, 0);
		assertThat(this.memory.readLong(0)).isEqualTo(3);
		assertThat(read(file)).isEqualTo("lo");
		this.files.contents().tell(this.memory, file, 0);
		assertThat(this.memory.readLong(0)).isEqualTo(5);
		this.files.contents().seek(this.memory, file, 1, 0, 0);
		this.files.contents().seek(this.memory, file, 1, 1, 0);
		assertThat(read(file)).isEqualTo("llo");
		this.files.contents().seek(this.memory, file, Long.MAX_VALUE, 0, 0);
		assertThat(read(file)).isEmpty();
		assertThat(fails(() -> this.files.contents().seek(this.memory, file, -1, 0, 0))).isEqualTo(Errno.INVAL);
		assertThat(fails(() -> this.files.contents().seek(this.memory, file, Long.MAX_VALUE, 2, 0)))
			.isEqualTo(Errno.INVAL);
		assertThat(fails(() -> this.files.contents().seek(this.memory, file, 0, 3, 0))).isEqualTo(Errno.INVAL);
		assertThat(fails(() -> this.files.contents().seek(this.memory, DATA, 0, 0, 0))).isEqualTo(Errno.ISDIR);
	}

	// Nobody writes to a picture

	@Test
	void aPictureCannotBeChanged() {
		assertThat(fails(() -> open(DATA, "hello.txt", 0, WRITE))).isEqualTo(Errno.ROFS);
		assertThat(fails(() -> open(DATA, "hello.txt", TRUNCATE, READ))).isEqualTo(Errno.ROFS);
		assertThat(fails(() -> open(DATA, "new.txt", CREATE, READ))).isEqualTo(Errno.ROFS);
		assertThat(fails(() -> this.files.tree().createDirectory(DATA, "new"))).isEqualTo(Errno.ROFS);
		assertThat(fails(() -> this.files.tree().removeFile(DATA, "hello.txt"))).isEqualTo(Errno.ROFS);
		assertThat(fails(() -> this.files.tree().removeDirectory(DATA, "sub"))).isEqualTo(Errno.ROFS);
		assertThat(fails(() -> this.files.tree().rename(DATA, "hello.txt", DATA, "x"))).isEqualTo(Errno.ROFS);
		assertThat(fails(() -> this.files.tree().rename(DATA, "hello.txt", SCRATCH, "x"))).isEqualTo(Errno.ROFS);
		assertThat(fails(() -> this.files.tree().rename(SCRATCH, "..", DATA, "x"))).isEqualTo(Errno.PERM);
		assertThat(fails(() -> this.files.tree().symbolicLink(DATA, "x"))).isEqualTo(Errno.ROFS);
		assertThat(fails(() -> this.files.status().setTimes(DATA, 0, "hello.txt", 0, 1, 4))).isEqualTo(Errno.ROFS);
		assertThat(fails(() -> this.files.status().setTimes(DATA, 0, 1, 4))).isEqualTo(Errno.ROFS);
		int file = open(DATA, "hello.txt", 0, READ);
		assertThat(fails(() -> write(file, "x"))).isEqualTo(Errno.NOTCAPABLE);
		assertThat(fails(() -> this.files.contents().writeAt(this.memory, file, vectors(0), 0, 16)))
			.isEqualTo(Errno.NOTCAPABLE);
		assertThat(fails(() -> this.files.contents().resize(file, 0))).isEqualTo(Errno.NOTCAPABLE);
		assertThat(fails(() -> this.files.contents().allocate(file, 0, 1L << 40))).isEqualTo(Errno.NOTCAPABLE);
		assertThat(content(DATA, "hello.txt")).isEqualTo("Hello");
	}

	// Scratch

	@Test
	void whatIsWrittenCanBeReadAndIsGoneWithTheCall() {
		this.files.tree().createDirectory(SCRATCH, "sub");
		int file = open(SCRATCH, "sub/new.txt", CREATE, READ | WRITE);
		write(file, "Hello");
		write(file, ", world");
		this.files.contents().seek(this.memory, file, 0, 0, 0);
		assertThat(read(file)).isEqualTo("Hello, world");
		assertThat(content(SCRATCH, "sub/new.txt")).isEqualTo("Hello, world");
		assertThat(fails(() -> open(SCRATCH, "sub/new.txt", CREATE | EXCLUSIVE, WRITE))).isEqualTo(Errno.EXIST);
		this.files.descriptors().close(open(SCRATCH, "sub/new.txt", TRUNCATE, WRITE));
		assertThat(content(SCRATCH, "sub/new.txt")).isEmpty();
		assertThat(list(new GuestFilesTests().files, SCRATCH, 4096)).containsExactly(".", "..");
	}

	@Test
	void appendingWritesAtTheEnd() {
		int file = this.files.tree().open(SCRATCH, 0, "log", CREATE, WRITE, APPEND);
		write(file, "a");
		this.files.contents().seek(this.memory, file, 0, 0, 0);
		write(file, "b");
		assertThat(content(SCRATCH, "log")).isEqualTo("ab");
	}

	@Test
	void aScratchDirectoryHoldsNoMoreThanItMay() {
		int file = open(SCRATCH, "large", CREATE, READ | WRITE);
		String kilobyte = "x".repeat(KILOBYTE);
		for (int i = 0; i < 64; i++) {
			write(file, kilobyte);
		}
		assertThat(fails(() -> write(file, "x"))).isEqualTo(Errno.NOSPC);
		int other = open(SCRATCH, "other", CREATE, WRITE);
		assertThat(fails(() -> write(other, "x"))).isEqualTo(Errno.NOSPC);
		assertThat(this.allocated).isEqualTo(64 * KILOBYTE + 2 * KILOBYTE);
		this.files.tree().removeFile(SCRATCH, "large");
		assertThat(fails(() -> write(other, "x"))).as("while it is open").isEqualTo(Errno.NOSPC);
		this.files.descriptors().close(file);
		write(other, "x");
		assertThat(this.allocated).as("memory is used again").isEqualTo(64 * KILOBYTE + 2 * KILOBYTE);
	}

	@ParameterizedTest
	@ValueSource(longs = { 64 * KILOBYTE + 1, 1L << 40, Long.MAX_VALUE })
	void noFileIsLargerThanItsDirectory(long size) {
		int file = open(SCRATCH, "sparse", CREATE, READ | WRITE);
		assertThat(fails(() -> this.files.contents().allocate(file, 0, size))).isEqualTo(Errno.NOSPC);
		assertThat(fails(() -> this.files.contents().allocate(file, size, Long.MAX_VALUE))).isEqualTo(Errno.NOSPC);
		assertThat(fails(() -> this.files.contents().resize(file, size))).isEqualTo(Errno.NOSPC);
		this.files.contents().seek(this.memory, file, size, 0, 0);
		assertThat(fails(() -> write(file, "x"))).isEqualTo(Errno.NOSPC);
		assertThat(fails(() -> this.files.contents().resize(file, -1))).isEqualTo(Errno.INVAL);
		assertThat(fails(() -> this.files.contents().allocate(file, 0, 0))).isEqualTo(Errno.INVAL);
	}

	@Test
	void whatWasNeverWrittenIsZeroAndTakesNoMemory() {
		int file = open(SCRATCH, "sparse", CREATE, READ | WRITE);
		this.files.contents().allocate(file, 0, 64 * KILOBYTE);
		assertThat(this.allocated).isEqualTo(KILOBYTE);
		this.files.contents().seek(this.memory, file, 5000, 0, 0);
		write(file, "x");
		this.files.contents().resize(file, 5000);
		this.files.contents().resize(file, 5002);
		this.files.contents().seek(this.memory, file, 4999, 0, 0);
		assertThat(read(file)).as("also what was written and cut off").isEqualTo("\0\0\0");
	}

	@Test
	void thereAreNoMoreFilesThanThereMayBe() {
		for (int i = 0; i < Volume.MAX_NODES; i++) {
			this.files.descriptors().close(open(SCRATCH, "file" + i, CREATE, WRITE));
		}
		assertThat(fails(() -> open(SCRATCH, "more", CREATE, WRITE))).isEqualTo(Errno.NOSPC);
		assertThat(fails(() -> this.files.tree().createDirectory(SCRATCH, "more"))).isEqualTo(Errno.NOSPC);
		this.files.tree().removeFile(SCRATCH, "file0");
		this.files.tree().createDirectory(SCRATCH, "more");
		assertThat(this.allocated).isEqualTo(Volume.MAX_NODES * KILOBYTE);
	}

	@Test
	void filesAndDirectoriesAreMoved() {
		this.files.tree().createDirectory(SCRATCH, "a");
		this.files.tree().createDirectory(SCRATCH, "a/b");
		this.files.tree().createDirectory(SCRATCH, "empty");
		write(open(SCRATCH, "a/b/file", CREATE, WRITE), "1");
		write(open(SCRATCH, "other", CREATE, WRITE), "2");
		assertThat(fails(() -> this.files.tree().rename(SCRATCH, "a", SCRATCH, "a/b/c"))).isEqualTo(Errno.INVAL);
		assertThat(fails(() -> this.files.tree().rename(SCRATCH, "a", SCRATCH, "a"))).isNull();
		assertThat(fails(() -> this.files.tree().rename(SCRATCH, "a", SCRATCH, "other"))).isEqualTo(Errno.NOTDIR);
		assertThat(fails(() -> this.files.tree().rename(SCRATCH, "other", SCRATCH, "a"))).isEqualTo(Errno.ISDIR);
		assertThat(fails(() -> this.files.tree().rename(SCRATCH, "empty", SCRATCH, "a"))).isEqualTo(Errno.NOTEMPTY);
		assertThat(fails(() -> this.files.tree().rename(SCRATCH, "other", SCRATCH, "new/"))).isEqualTo(Errno.NOTDIR);
		assertThat(fails(() -> this.files.tree().rename(SCRATCH, "nothing", SCRATCH, "new"))).isEqualTo(Errno.NOENT);
		this.files.tree().rename(SCRATCH, "a", SCRATCH, "empty");
		this.files.tree().rename(SCRATCH, "other", SCRATCH, "empty/b/file");
		assertThat(content(SCRATCH, "empty/b/file")).isEqualTo("2");
		assertThat(list(SCRATCH, 4096)).containsExactly(".", "..", "empty");
	}

	@Test
	void nothingIsMovedFromOneDirectoryIntoAnother() {
		GuestFiles two = new GuestFiles(List.of(Mount.scratch("/large", 1 << 20), Mount.scratch("/small", 4096)),
				this.call, new CallClock(1_000_000), streams());
		int file = two.tree().open(DATA, 0, "file", CREATE, WRITE, 0);
		two.contents().resize(file, 1 << 20);
		assertThat(fails(() -> two.tree().rename(DATA, "file", SCRATCH, "file"))).isEqualTo(Errno.XDEV);
		assertThat(list(two, SCRATCH, 4096)).containsExactly(".", "..");
		assertThat(list(two, DATA, 4096)).containsExactly(".", "..", "file");
	}

	@Test
	void whatWasRemovedGivesItsPlaceBack() {
		for (int i = 0; i < 2 * Volume.MAX_NODES; i++) {
			this.files.tree().createDirectory(SCRATCH, "directory");
			this.files.tree().removeDirectory(SCRATCH, "directory");
		}
		for (int i = 0; i < 2; i++) {
			int file = open(SCRATCH, "file", CREATE, WRITE);
			write(file, "x".repeat(60 * KILOBYTE));
			this.files.tree().removeFile(SCRATCH, "file");
			// The last that has the file open is replaced
			int other = open(DATA, "hello.txt", 0, READ);
			this.files.descriptors().renumber(other, file);
			this.files.descriptors().close(file);
		}
	}

	@Test
	void onlyWhatIsEmptyOrAFileIsRemoved() {
		this.files.tree().createDirectory(SCRATCH, "a");
		this.files.descriptors().close(open(SCRATCH, "a/file", CREATE, WRITE));
		assertThat(fails(() -> this.files.tree().createDirectory(SCRATCH, "a"))).isEqualTo(Errno.EXIST);
		assertThat(fails(() -> this.files.tree().removeDirectory(SCRATCH, "a"))).isEqualTo(Errno.NOTEMPTY);
		assertThat(fails(() -> this.files.tree().removeFile(SCRATCH, "a"))).isEqualTo(Errno.ISDIR);
		assertThat(fails(() -> this.files.tree().removeDirectory(SCRATCH, "a/file"))).isEqualTo(Errno.NOTDIR);
		this.files.tree().removeFile(SCRATCH, "a/file");
		this.files.tree().removeDirectory(SCRATCH, "a");
		assertThat(fails(() -> this.files.tree().removeDirectory(SCRATCH, "."))).isEqualTo(Errno.INVAL);
		assertThat(list(SCRATCH, 4096)).containsExactly(".", "..");
	}

	@Test
	void thereAreNoLinks() {
		this.files.descriptors().close(open(SCRATCH, "file", CREATE, WRITE));
		assertThat(fails(() -> this.files.tree().link(SCRATCH, 0, "file", SCRATCH, "link"))).isEqualTo(Errno.NOTSUP);
		assertThat(fails(() -> this.files.tree().readLink(SCRATCH, "file"))).isEqualTo(Errno.INVAL);
	}

	// Descriptors

	@Test
	void onlySoManyFilesAreOpenAtOnce() {
		for (int fd = 5; fd < Descriptors.MAX_OPEN; fd++) {
			assertThat(open(DATA, "hello.txt", 0, READ)).isEqualTo(fd);
		}
		assertThat(fails(() -> open(DATA, "hello.txt", 0, READ))).isEqualTo(Errno.MFILE);
		assertThat(fails(() -> open(SCRATCH, "new", CREATE, WRITE))).isEqualTo(Errno.MFILE);
		assertThat(list(SCRATCH, 4096)).as("nothing was created").containsExactly(".", "..");
		this.files.descriptors().close(10);
		assertThat(open(DATA, "hello.txt", 0, READ)).isEqualTo(10);
	}

	@Test
	void aClosedDescriptorIsNone() {
		int file = open(DATA, "hello.txt", 0, READ);
		this.files.descriptors().close(file);
		assertThat(fails(() -> this.files.descriptors().close(file))).isEqualTo(Errno.BADF);
		assertThat(fails(() -> read(file))).isEqualTo(Errno.BADF);
		int other = open(DATA, "hello.txt", 0, READ);
		int renumbered = open(DATA, "sub/deep/number.txt", 0, READ);
		this.files.descriptors().renumber(renumbered, other);
		assertThat(read(other)).isEqualTo("42");
		assertThat(fails(() -> read(renumbered))).isEqualTo(Errno.BADF);
	}

	@Test
	void onlyWhatWasOpenedForItIsReadOrWritten() {
		int file = open(SCRATCH, "file", CREATE, WRITE);
		assertThat(fails(() -> read(file))).isEqualTo(Errno.NOTCAPABLE);
		int reader = open(SCRATCH, "file", 0, READ);
		assertThat(fails(() -> write(reader, "x"))).isEqualTo(Errno.NOTCAPABLE);
		assertThat(fails(() -> open(SCRATCH, ".", 0, WRITE))).isEqualTo(Errno.ISDIR);
		assertThat(fails(() -> read(SCRATCH))).isEqualTo(Errno.ISDIR);
		assertThat(fails(() -> open(reader, "x", 0, READ))).isEqualTo(Errno.NOTDIR);
	}

	@Test
	void thereIsNothingBeforeTheBeginningOfAFile() {
		int picture = open(DATA, "hello.txt", 0, READ);
		int file = open(SCRATCH, "file", CREATE, READ | WRITE);
		this.memory.writeI32(0, 1000);
		this.memory.writeI32(4, 1);
		for (long offset : new long[] { -1, -4096, Long.MIN_VALUE }) {
			assertThat(fails(() -> this.files.contents().readAt(this.memory, picture, vectors(1), offset, 16)))
				.isEqualTo(Errno.INVAL);
			assertThat(fails(() -> this.files.contents().readAt(this.memory, file, vectors(1), offset, 16)))
				.isEqualTo(Errno.INVAL);
			assertThat(fails(() -> this.files.contents().writeAt(this.memory, file, vectors(1), offset, 16)))
				.isEqualTo(Errno.INVAL);
		}
	}

	@Test
	void noVectorHasANegativeLength() {
		int file = open(SCRATCH, "file", CREATE, READ | WRITE);
		this.memory.writeI32(0, 1000);
		this.memory.writeI32(4, -1);
		assertThat(fails(() -> this.files.contents().read(this.memory, file, vectors(1), 16))).isEqualTo(Errno.INVAL);
		assertThat(fails(() -> this.files.contents().write(this.memory, file, vectors(1), 16))).isEqualTo(Errno.INVAL);
	}

	@Test
	void aListIsWrittenNoFurtherThanItsBuffer() {
		for (int size = 0; size < 100; size++) {
			this.memory.fill((byte) 0x5a, 1000, 1200);
			this.files.tree().list(this.memory, DATA, 1000, size, 0, 0);
			assertThat(this.memory.readInt(0)).isLessThanOrEqualTo(size);
			assertThat(this.memory.readBytes(1000 + size, 100)).containsOnly(0x5a);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "../up", "a/../../up", "/absolute", "a//b", "./a", "" })
	void aPictureHasNoFileThatNoPathOfAGuestLeadsTo(String path) {
		Mount mount = Mount.readOnly("/data", () -> Map.of(path, bytes("1")));
		assertThatIOException().isThrownBy(mount::read).withMessageContaining("is no path for a guest");
	}

	@Test
	void aPictureHasNoTwoFilesOfOneName() {
		Map<String, byte[]> contents = new LinkedHashMap<>();
		contents.put("a/b", bytes("1"));
		contents.put("a", bytes("2"));
		Mount mount = Mount.readOnly("/data", () -> contents);
		assertThatIOException().isThrownBy(mount::read).withMessage("There are two files 'a'");
	}

	@Test
	void thePathOfAMountIsAbsoluteAndItsSizeIsBounded() {
		assertThatIllegalArgumentException().isThrownBy(() -> Mount.scratch("tmp", 1 << 20));
		assertThatIllegalArgumentException().isThrownBy(() -> Mount.scratch("/a\0b", 1 << 20));
		assertThatIllegalArgumentException().isThrownBy(() -> Mount.scratch("/tmp", 4095));
		assertThatIllegalArgumentException().isThrownBy(() -> Mount.scratch("/tmp", (1L << 30) + 1));
	}

	@Test
	void moreEnvironmentTakesNoDirectoryAway() {
		Capabilities capabilities = new Capabilities(List.of("a"), Map.of("A", "1"),
				List.of(Mount.scratch("/tmp", 1 << 20)), Duration.ofMillis(7));
		Capabilities more = capabilities.withEnvironment(Map.of("B", "2"));
		assertThat(more.environment()).containsOnlyKeys("A", "B");
		assertThat(more.mounts()).isEqualTo(capabilities.mounts());
		assertThat(more.arguments()).isEqualTo(capabilities.arguments());
		assertThat(more.clockResolution()).isEqualTo(capabilities.clockResolution());
	}

	/** So many as lie at the beginning of memory. */
	private Vectors vectors(int count) {
		return new Vectors().read(this.memory, 0, count);
	}

	private static Errno fails(ThrowingCallable call) {
		Errno.ErrnoException failure = catchThrowableOfType(Errno.ErrnoException.class, call);
		return (failure != null) ? failure.errno() : null;
	}

	private int open(int fd, String path, int openFlags, long rights) {
		return this.files.tree().open(fd, 0, path, openFlags, rights, 0);
	}

	private String content(int fd, String path) {
		int file = open(fd, path, 0, READ);
		try {
			return read(file);
		}
		finally {
			this.files.descriptors().close(file);
		}
	}

	/** Reads with two vectors, the first of one byte. */
	private String read(int file) {
		this.memory.writeI32(0, 1000);
		this.memory.writeI32(4, 1);
		this.memory.writeI32(8, 1001);
		this.memory.writeI32(12, 99_999);
		this.files.contents().read(this.memory, file, vectors(2), 16);
		return new String(this.memory.readBytes(1000, this.memory.readInt(16)), StandardCharsets.UTF_8);
	}

	private void write(int file, String text) {
		byte[] bytes = bytes(text);
		this.memory.write(1000, bytes);
		this.memory.writeI32(0, 1000);
		this.memory.writeI32(4, bytes.length);
		this.files.contents().write(this.memory, file, vectors(1), 16);
		assertThat(this.memory.readInt(16)).isEqualTo(bytes.length);
	}

	private List<String> list(int fd, int bufferSize) {
		return list(this.files, fd, bufferSize);
	}

	private List<String> list(GuestFiles files, int fd, int bufferSize) {
		List<String> names = new ArrayList<>();
		long cookie = 0;
		while (true) {
			files.tree().list(this.memory, fd, 1000, bufferSize, cookie, 0);
			int used = this.memory.readInt(0);
			for (int at = 1000; at + 24 <= 1000 + used;) {
				int length = this.memory.readInt(at + 16);
				if (at + 24 + length > 1000 + used) {
					break;
				}
				names.add(new String(this.memory.readBytes(at + 24, length), StandardCharsets.UTF_8));
				cookie = this.memory.readLong(at);
				at += 24 + length;
			}
			if (used < bufferSize) {
				return names;
			}
		}
	}

	private Entry next(int fd, long cookie) {
		this.files.tree().list(this.memory, fd, 1000, 100, cookie, 0);
		if (this.memory.readInt(0) == 0) {
			return null;
		}
		return new Entry(this.memory.readLong(1000),
				new String(this.memory.readBytes(1024, this.memory.readInt(1016)), StandardCharsets.UTF_8));
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private record Entry(long cookie, String name) {
	}

}
