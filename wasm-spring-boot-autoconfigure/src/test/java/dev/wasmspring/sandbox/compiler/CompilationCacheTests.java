package dev.wasmspring.sandbox.compiler;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

import dev.wasmspring.Fixtures;
import dev.wasmspring.sandbox.CompilationCacheProcess;
import dev.wasmspring.sandbox.CraftedModule;
import dev.wasmspring.sandbox.Engine;
import dev.wasmspring.sandbox.Sandbox;
import dev.wasmspring.sandbox.Template;
import dev.wasmspring.sandbox.limit.HostMemory;
import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.module.ModuleException;
import dev.wasmspring.sandbox.wasi.Capabilities;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CompilationCacheTests {

	private static final Limits LIMITS = new Limits(Duration.ofSeconds(60), 1 << 20, 1 << 20, 1 << 20);

	private static final int HEADER_SIZE = 8 + 32 + 8 + 32;

	@TempDir
	Path temporary;

	private Path directory() {
		return this.temporary.resolve("cache");
	}

	private CompilationCache open() {
		return new CompilationCache(directory(), CompilationCache.DEFAULT_MAX_SIZE);
	}

	private CompilationSource load(Module module, long answer) {
		return load(module, answer, open());
	}

	private static CompilationSource load(Module module, long answer, CompilationCache cache) {
		try (Engine engine = new Engine(HostMemory.ofHeap(), cache)) {
			Template template = engine.load(module, LIMITS, Capabilities.NONE);
			assertThat(CraftedModule.answer(template, LIMITS)).isEqualTo(answer);
			return template.compilationSource();
		}
	}

	private CompilationSource load() {
		return load(CraftedModule.answering(42), 42);
	}

	private List<Path> files() throws IOException {
		try (Stream<Path> files = Files.list(directory())) {
			return files.toList();
		}
	}

	/** The only entry, of the module that {@link #load()} loads. */
	private Path entry() throws IOException {
		List<Path> files = files();
		assertThat(files).hasSize(1);
		return files.get(0);
	}

	@Test
	void aModuleIsCompiledOnceAndThenReadFromTheCache() {
		assertThat(load()).isEqualTo(CompilationSource.COMPILED);
		assertThat(load()).isEqualTo(CompilationSource.CACHE);
		assertThat(load()).isEqualTo(CompilationSource.CACHE);
	}

	@Test
	void withoutADirectoryEveryModuleIsCompiled() {
		assertThat(load(CraftedModule.answering(42), 42, null)).isEqualTo(CompilationSource.COMPILED);
		assertThat(load(CraftedModule.answering(42), 42, null)).isEqualTo(CompilationSource.COMPILED);
	}

	@Test
	void theEngineOpensTheDirectory() throws IOException {
		for (CompilationSource expected : CompilationSource.values()) {
			try (Engine engine = new Engine(HostMemory.ofHeap(), directory())) {
				Template template = engine.load(CraftedModule.answering(42), LIMITS, Capabilities.NONE);
				assertThat(template.compilationSource()).isEqualTo(expected);
			}
		}
		assertThat(files()).hasSize(1);
	}

	@Test
	void aModuleThatWasLoadedBeforeCanBeLoadedAtAnyTimeUnlessItsCodeRunsThen() {
		try (Engine engine = new Engine(HostMemory.ofHeap(), open())) {
			for (String name : List.of("echo", "initialize", "wizer", "start_section")) {
				Module module = Fixtures.module(name);
				assertThat(engine.canLoadAnyTime(module, LIMITS)).isFalse();
				engine.load(module, LIMITS, Capabilities.NONE);
				assertThat(engine.canLoadAnyTime(module, LIMITS)).as(name).isEqualTo(name.equals("echo"));
			}
			Module large = Fixtures.module("large_memory");
			Limits more = new Limits(LIMITS.timeout(), 64 << 20, LIMITS.input(), LIMITS.output());
			engine.load(large, more, Capabilities.NONE);
			assertThat(engine.canLoadAnyTime(large, more)).isTrue();
			assertThat(engine.canLoadAnyTime(large, LIMITS)).isFalse();
		}
		try (Engine withoutCache = new Engine()) {
			withoutCache.load(Fixtures.module("echo"), LIMITS, Capabilities.NONE);
			assertThat(withoutCache.canLoadAnyTime(Fixtures.module("echo"), LIMITS)).isFalse();
		}
	}

	@Test
	void aModuleThatCompilesAndCannotBeInitialisedLeavesNoEntry() throws IOException {
		try (Engine engine = new Engine(HostMemory.ofHeap(), open())) {
			Module module = Fixtures.module("start_traps");
			assertThatExceptionOfType(ModuleException.class)
				.isThrownBy(() -> engine.load(module, LIMITS, Capabilities.NONE));
		}
		assertThat(files()).isEmpty();
	}

	@Test
	void everyModuleHasAnEntryOfItsOwn() throws IOException {
		assertThat(load(CraftedModule.answering(1), 1)).isEqualTo(CompilationSource.COMPILED);
		assertThat(load(CraftedModule.answering(2), 2)).isEqualTo(CompilationSource.COMPILED);
		assertThat(load(CraftedModule.answering(1), 1)).isEqualTo(CompilationSource.CACHE);
		assertThat(load(CraftedModule.answering(2), 2)).isEqualTo(CompilationSource.CACHE);
		assertThat(files()).hasSize(2);
	}

	@Test
	void anEntryIsFoundByTheContentOfAModuleAndNotByItsName() {
		Module module = Fixtures.module("add");
		byte[] bytes = Fixtures.bytes("add");
		CompilationCache cache = open();
		assertThat(Compiling.compile(module, cache).source()).isEqualTo(CompilationSource.COMPILED);
		assertThat(Compiling.compile(Module.parse("other", "elsewhere", bytes), cache).source())
			.isEqualTo(CompilationSource.CACHE);
	}

	@Test
	void theKeyIsTheModuleTheCompilersVersionAndTheOptions() throws IOException {
		load();
		Module module = CraftedModule.answering(42);
		CompilationCache.Key key = open().key(module, "fallback=FAIL;functions-per-class=256;table-checks=1"
				+ ";compact=1;dispatchers=1;split=4,SplitSettings[limit=5500, switchPart=5500, part=3000]");
		assertThat(key.module()).isEqualTo(module.digest());
		assertThat(key.compiler()).matches("\\d+\\.\\d+\\.\\d+.*");
		assertThat(entry()).hasFileName(HexFormat.of().formatHex(key.digest()) + ".classes");
	}

	@Test
	void everyPartOfTheKeyTellsEntriesApart() {
		assertThat(Stream
			.of(new CompilationCache.Key("a", "b", "c"), new CompilationCache.Key("x", "b", "c"),
					new CompilationCache.Key("a", "x", "c"), new CompilationCache.Key("a", "b", "x"),
					new CompilationCache.Key("ab", "", "c"), new CompilationCache.Key("a", "bc", ""))
			.map((key) -> HexFormat.of().formatHex(key.digest()))).doesNotHaveDuplicates();
	}

	static List<Arguments> damages() {
		return List.of(damage("empty", (entry) -> new byte[0]), damage("half", (entry) -> cut(entry, entry.length / 2)),
				damage("one byte short", (entry) -> cut(entry, entry.length - 1)),
				damage("one byte long", (entry) -> cut(entry, entry.length + 1)),
				damage("header alone", (entry) -> cut(entry, HEADER_SIZE)),
				damage("cut in the header", (entry) -> cut(entry, HEADER_SIZE - 1)),
				damage("zeros", (entry) -> new byte[entry.length]),
				damage("foreign", (entry) -> "#!/bin/sh\necho hello\n".getBytes(StandardCharsets.US_ASCII)),
				damage("format", (entry) -> flip(entry, 7)), damage("key", (entry) -> flip(entry, 8)),
				damage("length", (entry) -> flip(entry, 47)), damage("negative length", (entry) -> flip(entry, 40)),
				damage("negative length that is right",
						(entry) -> cut(fill(entry, 40, 48, (byte) -1), HEADER_SIZE - 1)),

				damage("digest", (entry) -> flip(entry, 48)),
				damage("first byte of the content", (entry) -> flip(entry, HEADER_SIZE)),
				damage("a byte of the content", (entry) -> flip(entry, entry.length / 2)),
				damage("last byte of the content", (entry) -> flip(entry, entry.length - 1)));
	}

	private static Arguments damage(String name, UnaryOperator<byte[]> damage) {
		return arguments(name, damage);
	}

	private static byte[] cut(byte[] entry, int length) {
		return Arrays.copyOf(entry, length);
	}

	private static byte[] flip(byte[] entry, int index) {
		byte[] flipped = entry.clone();
		flipped[index] ^= (byte) 0x80;
		return flipped;
	}

	private static byte[] fill(byte[] entry, int from, int to, byte value) {
		byte[] filled = entry.clone();
		Arrays.fill(filled, from, to, value);
		return filled;
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("damages")
	void aDamagedEntryIsCompiledAgain(String name, UnaryOperator<byte[]> damage) throws IOException {
		load();
		byte[] good = Files.readAllBytes(entry());
		Files.write(entry(), damage.apply(good));
		CompilationCache cache = open();
		assertThat(cache.find(Compilation.key(CraftedModule.answering(42), Splitting.ALL, cache))).isNull();
		assertThat(files()).as("the damaged entry is deleted").isEmpty();
		assertThat(load()).isEqualTo(CompilationSource.COMPILED);
		assertThat(load()).isEqualTo(CompilationSource.CACHE);
	}

	@Test
	void anEntryUnderTheNameOfAnotherIsCompiledAgain() throws IOException {
		load(CraftedModule.answering(1), 1);
		Path first = entry();
		load(CraftedModule.answering(2), 2);
		Path second = files().stream().filter((file) -> !file.equals(first)).findAny().orElseThrow();
		Path aside = this.temporary.resolve("aside");
		Files.move(first, aside);
		Files.move(second, first);
		Files.move(aside, second);
		assertThat(load(CraftedModule.answering(1), 1)).isEqualTo(CompilationSource.COMPILED);
		assertThat(load(CraftedModule.answering(2), 2)).isEqualTo(CompilationSource.COMPILED);
		assertThat(load(CraftedModule.answering(1), 1)).isEqualTo(CompilationSource.CACHE);
		assertThat(load(CraftedModule.answering(2), 2)).isEqualTo(CompilationSource.CACHE);
	}

	static List<Arguments> uselessContents() {
		return List.of(useless("no jar", (jar) -> new byte[] { 1, 2, 3 }),
				useless("an empty jar", (jar) -> rewrite(jar, (name, bytes) -> null)),
				useless("no class file",
						(jar) -> rewrite(jar, (name, bytes) -> name.endsWith(".class") ? new byte[10] : bytes)),
				useless("bytecode of the wrong type", (jar) -> rewrite(jar, (name, bytes) -> replaceAddition(bytes))));
	}

	private static Arguments useless(String name, UnaryOperator<byte[]> change) {
		return arguments(name, change);
	}

	/** Adds two integers as if they were longs, which the JVM's verifier finds. */
	private static byte[] replaceAddition(byte[] bytes) {
		String file = new String(bytes, StandardCharsets.ISO_8859_1);
		// iload_0, iload_1, iadd, ireturn
		return file.replace("\u001a\u001b\u0060\u00ac", "\u001a\u001b\u0061\u00ac")
			.getBytes(StandardCharsets.ISO_8859_1);
	}

	private interface Rewriter {

		byte[] apply(String name, byte[] bytes);

	}

	private static byte[] rewrite(byte[] jar, Rewriter rewriter) {
		ByteArrayOutputStream rewritten = new ByteArrayOutputStream();
		try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(jar));
				ZipOutputStream out = new ZipOutputStream(rewritten)) {
			for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
				byte[] bytes = rewriter.apply(entry.getName(), in.readAllBytes());
				if (bytes != null) {
					out.putNextEntry(new ZipEntry(entry.getName()));
					out.write(bytes);
				}
			}
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		return rewritten.toByteArray();
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("uselessContents")
	void anIntactEntryThatTheJvmDoesNotTakeIsCompiledAgain(String name, UnaryOperator<byte[]> change) {
		Module module = Fixtures.module("add");
		CompilationCache cache = open();
		CompilationCache.Key key = Compilation.key(module, Splitting.ALL, cache);
		Compiling.compile(module, cache, Splitting.ALL);
		byte[] good = cache.find(key);
		byte[] changed = changeClasses(good, change);
		assertThat(changed).isNotEqualTo(good);
		cache.store(key, changed);
		assertThat(cache.find(key)).isEqualTo(changed);
		try (Engine engine = new Engine(HostMemory.ofHeap(), cache)) {
			Template template = engine.load(module, LIMITS, Capabilities.NONE);
			assertThat(template.compilationSource()).isEqualTo(CompilationSource.COMPILED);
			try (Sandbox sandbox = template.open(module.exports().get(0), LIMITS, Capabilities.NONE)) {
				assertThat(sandbox.call(new long[] { 20, 22 })).containsExactly(42);
			}
		}
		assertThat(Compiling.compile(module, cache, Splitting.ALL).source()).isEqualTo(CompilationSource.CACHE);
	}

	/**
	 * Changes what follows the report of what was split and the length of the classes.
	 */
	private static byte[] changeClasses(byte[] entry, UnaryOperator<byte[]> change) {
		int start = new String(entry, StandardCharsets.ISO_8859_1).indexOf("PK\3\4");
		byte[] classes = change.apply(Arrays.copyOfRange(entry, start, entry.length));
		return ByteBuffer.allocate(start + classes.length)
			.put(entry, 0, start - 4)
			.putInt(classes.length)
			.put(classes)
			.array();
	}

	@Test
	void aModuleThatCannotBeCompiledLeavesNothing() throws IOException {
		CompilationCache cache = open();
		Module module = new CraftedModule().function(null, 0, 0).function(null, 16_000, 0).parse("too-large");
		assertThat(catchThrowableOfType(ModuleException.class, () -> Compiling.compile(module, cache))).isNotNull();
		assertThat(files()).isEmpty();
	}

	@Test
	void aSymbolicLinkIsNoEntry() throws IOException {
		load();
		Path entry = entry();
		Path elsewhere = this.temporary.resolve("elsewhere");
		Files.move(entry, elsewhere);
		Files.createSymbolicLink(entry, elsewhere);
		CompilationCache cache = open();
		assertThat(cache.contains(Compilation.key(CraftedModule.answering(42), Splitting.ALL, cache))).isFalse();
		assertThat(load()).isEqualTo(CompilationSource.COMPILED);
		assertThat(entry()).isRegularFile().isNotEqualTo(elsewhere);
		assertThat(Files.isSymbolicLink(entry())).isFalse();
		assertThat(elsewhere).exists();
		assertThat(load()).isEqualTo(CompilationSource.CACHE);
	}

	@Test
	void aDirectoryIsNoEntry() throws IOException {
		load();
		Path entry = entry();
		Files.delete(entry);
		Files.createDirectories(entry.resolve("child"));
		assertThat(load()).isEqualTo(CompilationSource.COMPILED);
		assertThat(load()).isEqualTo(CompilationSource.COMPILED);
		assertThat(files()).as("no temporary file is left").containsExactly(entry);
	}

	@Test
	void aPipeIsNoEntry() throws Exception {
		assumePosix();
		load();
		Path entry = entry();
		Files.delete(entry);
		assumeThat(new ProcessBuilder("mkfifo", "-m", "600", entry.toString()).start().waitFor()).isZero();
		assertThat(load()).isEqualTo(CompilationSource.COMPILED);
		assertThat(load()).isEqualTo(CompilationSource.CACHE);
	}

	@ParameterizedTest
	@ValueSource(strings = { "rw--w----", "rw-----w-", "rw-rw-rw-" })
	void anEntryThatOthersCanWriteIsCompiledAgain(String permissions) throws IOException {
		assumePosix();
		load();
		Files.setPosixFilePermissions(entry(), PosixFilePermissions.fromString(permissions));
		assertThat(load()).isEqualTo(CompilationSource.COMPILED);
		assertThat(Files.getPosixFilePermissions(entry())).isEqualTo(PosixFilePermissions.fromString("rw-------"));
		assertThat(load()).isEqualTo(CompilationSource.CACHE);
	}

	@Test
	void anEntryOfAnotherUserIsCompiledAgain() throws IOException {
		load();
		giveAway(entry());
		assertThat(load()).isEqualTo(CompilationSource.COMPILED);
		assertThat(load()).isEqualTo(CompilationSource.CACHE);
	}

	@Test
	void theDirectoryAndItsEntriesAreForTheirOwnerAlone() throws IOException {
		assumePosix();
		Path nested = this.temporary.resolve("a/b/cache");
		load(CraftedModule.answering(42), 42, new CompilationCache(nested, CompilationCache.DEFAULT_MAX_SIZE));
		for (Path created : List.of(nested, nested.getParent(), nested.getParent().getParent())) {
			assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(created))).isEqualTo("rwx------");
		}
		try (Stream<Path> files = Files.list(nested)) {
			assertThat(files.toList()).singleElement()
				.satisfies((file) -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
					.isEqualTo("rw-------"));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "rwxrwxrwx", "rwxrwx---", "rwx----w-", "rwx-w----" })
	void aDirectoryThatOthersCanWriteIsRefused(String permissions) throws IOException {
		assumePosix();
		Files.createDirectory(directory());
		Files.setPosixFilePermissions(directory(), PosixFilePermissions.fromString(permissions));
		CompilationCacheException refused = refused();
		assertThat(refused).hasMessage("The cache directory " + directory()
				+ " cannot be used: Others can write it, and whoever can write it can run code in this application.");
		assertThat(refused.directory()).isEqualTo(directory());
		assertThat(refused.remedy()).isEqualTo("Make it private (chmod 700 " + directory()
				+ "), or name a directory that does not exist yet: it is created for its owner alone.");
		assertThat(files()).isEmpty();
	}

	@Test
	void aDirectoryThatOthersCanReadIsNotRefused() throws IOException {
		assumePosix();
		Files.createDirectory(directory());
		Files.setPosixFilePermissions(directory(), PosixFilePermissions.fromString("rwxr-xr-x"));
		assertThat(load()).isEqualTo(CompilationSource.COMPILED);
		assertThat(load()).isEqualTo(CompilationSource.CACHE);
	}

	@Test
	void aDirectoryOfAnotherUserIsRefused() throws IOException {
		Files.createDirectory(directory());
		UserPrincipal other = giveAway(directory());
		CompilationCacheException refused = refused();
		assertThat(refused.reason()).startsWith("It belongs to " + other + ", but the application runs as ")
			.endsWith(", and whoever owns it can run code in this application.");
		assertThat(refused.remedy()).startsWith("Make the application's user its owner (chown ");
	}

	@Test
	void aDirectoryOfTheSystemIsRefused() {
		assumePosix();
		Path root = this.temporary.getRoot();
		assumeThat(Files.isWritable(root)).as("the user may write everything").isFalse();
		assertThat(catchThrowableOfType(CompilationCacheException.class,
				() -> new CompilationCache(root, CompilationCache.DEFAULT_MAX_SIZE))
			.reason()).startsWith("It belongs to ");
	}

	@Test
	void aFileIsRefused() throws IOException {
		Files.createFile(directory());
		assertThat(refused().reason()).startsWith("It cannot be opened (");
	}

	@Test
	void aLinkToADirectoryIsFollowed() throws IOException {
		Path target = Files.createDirectory(this.temporary.resolve("target"));
		Files.createSymbolicLink(directory(), target);
		assertThat(load()).isEqualTo(CompilationSource.COMPILED);
		assertThat(load()).isEqualTo(CompilationSource.CACHE);
	}

	@Test
	void aLinkToADirectoryThatOthersCanWriteIsRefused() throws IOException {
		assumePosix();
		Path target = Files.createDirectory(this.temporary.resolve("target"));
		Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxrwxrwx"));
		Files.createSymbolicLink(directory(), target);
		assertThat(refused().reason()).startsWith("Others can write it");
	}

	@Test
	void whatWasNotUsedForTheLongestTimeMakesRoom() throws IOException {
		CompilationCache cache = new CompilationCache(directory(), 3 * (HEADER_SIZE + 1000));
		List<CompilationCache.Key> keys = new ArrayList<>();
		for (int i = 0; i < 4; i++) {
			keys.add(new CompilationCache.Key("module" + i, "1", ""));
		}
		for (int i = 0; i < 3; i++) {
			cache.store(keys.get(i), new byte[1000]);
			age(keys.get(i), Duration.ofDays(3 - i));
		}
		assertThat(files()).hasSize(3);
		assertThat(cache.find(keys.get(0))).isNotNull();
		cache.store(keys.get(3), new byte[1000]);
		assertThat(cache.find(keys.get(1))).isNull();
		assertThat(cache.find(keys.get(0))).as("was used after it was written").isNotNull();
		assertThat(cache.find(keys.get(2))).isNotNull();
		assertThat(cache.find(keys.get(3))).isNotNull();
	}

	@Test
	void aLowerLimitHoldsFromTheStart() throws IOException {
		CompilationCache cache = open();
		for (int i = 0; i < 5; i++) {
			cache.store(new CompilationCache.Key("module" + i, "1", ""), new byte[1000]);
		}
		assertThat(files()).hasSize(5);
		new CompilationCache(directory(), 2 * (HEADER_SIZE + 1000));
		assertThat(files()).hasSize(2);
	}

	@Test
	void anEntryLargerThanTheLimitIsNotWritten() throws IOException {
		CompilationCache cache = new CompilationCache(directory(), HEADER_SIZE + 1000);
		CompilationCache.Key small = new CompilationCache.Key("small", "1", "");
		cache.store(small, new byte[1000]);
		cache.store(new CompilationCache.Key("large", "1", ""), new byte[1001]);
		assertThat(cache.find(small)).isNotNull();
		assertThat(files()).hasSize(1);
	}

	@Test
	void anEntryLargerThanTheLimitIsNotRead() {
		CompilationCache small = new CompilationCache(directory(), HEADER_SIZE + 1000);
		CompilationCache.Key key = new CompilationCache.Key("large", "1", "");
		open().store(key, new byte[1001]);
		assertThat(small.find(key)).isNull();
	}

	@Test
	void filesOfOthersAreLeftAlone() throws IOException {
		open();
		Path notes = Files.write(directory().resolve("notes.txt"), new byte[10_000]);
		Files.setLastModifiedTime(notes, FileTime.from(Instant.EPOCH));
		new CompilationCache(directory(), 1000);
		assertThat(notes).exists();
	}

	@Test
	void whatAWriterLeftBehindIsDeletedAfterAWhile() throws IOException {
		open();
		Path abandoned = Files.write(directory().resolve("1.unfinished"), new byte[10]);
		Path current = Files.write(directory().resolve("2.unfinished"), new byte[10]);
		Files.setLastModifiedTime(abandoned, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
		open();
		assertThat(abandoned).doesNotExist();
		assertThat(current).exists();
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void aDirectoryThatCannotBeWrittenAnyMoreFailsNoLoadAndIsSaidOnce(CapturedOutput output) throws IOException {
		CompilationCache cache = open();
		Files.delete(directory());
		assertThat(load(CraftedModule.answering(42), 42, cache)).isEqualTo(CompilationSource.COMPILED);
		Files.createFile(directory());
		assertThat(load(CraftedModule.answering(42), 42, cache)).isEqualTo(CompilationSource.COMPILED);
		assertThat(output.toString()).containsOnlyOnce("Compiled modules cannot be kept in ")
			.containsOnlyOnce(". They are compiled again at each start.");
	}

	@Test
	void aReadOnlyDirectoryIsReadAndFailsNoLoad() throws IOException {
		assumePosix();
		load();
		Files.setPosixFilePermissions(directory(), PosixFilePermissions.fromString("r-x------"));
		try {
			assumeThat(Files.isWritable(directory())).as("the user may write everything").isFalse();
			assertThat(load()).isEqualTo(CompilationSource.CACHE);
			assertThat(load(CraftedModule.answering(1), 1)).isEqualTo(CompilationSource.COMPILED);
			assertThat(load(CraftedModule.answering(1), 1)).isEqualTo(CompilationSource.COMPILED);
			Files.write(entry(), new byte[1]);
			assertThat(load()).isEqualTo(CompilationSource.COMPILED);
		}
		finally {
			Files.setPosixFilePermissions(directory(), PosixFilePermissions.fromString("rwx------"));
		}
	}

	@Test
	void anInterruptedThreadReadsAndWritesAllTheSame() throws IOException {
		CompilationCache cache = open();
		CompilationCache.Key key = new CompilationCache.Key("module", "1", "");
		Thread.currentThread().interrupt();
		cache.store(key, new byte[1000]);
		assertThat(cache.find(key)).hasSize(1000);
		assertThat(Thread.interrupted()).isTrue();
	}

	@Test
	void severalThreadsShareACache() throws Exception {
		CompilationCache cache = open();
		ExecutorService threads = Executors.newFixedThreadPool(4);
		try {
			List<Callable<CompilationSource>> loads = new ArrayList<>();
			for (int i = 0; i < 24; i++) {
				int answer = i % 3;
				loads.add(() -> load(CraftedModule.answering(answer), answer, cache));
			}
			for (Future<CompilationSource> load : threads.invokeAll(loads)) {
				load.get();
			}
		}
		finally {
			threads.shutdownNow();
		}
		assertThat(files()).hasSize(3).allSatisfy((file) -> assertThat(file.toString()).endsWith(".classes"));
	}

	@Test
	void severalProcessesShareADirectory() throws Exception {
		load();
		long size = Files.size(entry());
		// Room for some of the modules only, so that entries are deleted all the time
		long maxSize = 3 * size + size / 2;
		List<Process> processes = new ArrayList<>();
		try {
			for (int i = 0; i < 3; i++) {
				processes.add(start(maxSize, 30, this.temporary.resolve("output" + i)));
			}
			for (int i = 0; i < processes.size(); i++) {
				assertThat(processes.get(i).waitFor(100, TimeUnit.SECONDS)).isTrue();
				// The last line; what the process logs may stand before it
				List<String> output = Files.readAllLines(this.temporary.resolve("output" + i));
				String errors = Files.readString(this.temporary.resolve("output" + i + ".errors"));
				assertThat(processes.get(i).exitValue()).as(errors).isZero();
				assertThat(Integer.parseInt(output.get(output.size() - 1))).as("modules from the cache").isPositive();
			}
		}
		finally {
			processes.forEach(Process::destroyForcibly);
		}
		new CompilationCache(directory(), maxSize);
		assertThat(files()).allSatisfy((file) -> assertThat(file.toString()).endsWith(".classes"));
		assertThat(files().stream().mapToLong((file) -> file.toFile().length()).sum()).isLessThanOrEqualTo(maxSize);
		for (int i = 0; i < CompilationCacheProcess.MODULES; i++) {
			load(CraftedModule.answering(i), i);
			assertThat(load(CraftedModule.answering(i), i)).isEqualTo(CompilationSource.CACHE);
		}
	}

	/** A JVM says on standard error what it takes from its environment. */
	private Process start(long maxSize, int rounds, Path output) throws IOException {
		return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				System.getProperty("java.class.path"), CompilationCacheProcess.class.getName(), directory().toString(),
				Long.toString(maxSize), Integer.toString(rounds))
			.redirectError(output.resolveSibling(output.getFileName() + ".errors").toFile())
			.redirectOutput(output.toFile())
			.start();
	}

	private CompilationCacheException refused() {
		return catchThrowableOfType(CompilationCacheException.class, this::open);
	}

	private void age(CompilationCache.Key key, Duration age) throws IOException {
		Path file = directory().resolve(HexFormat.of().formatHex(key.digest()) + ".classes");
		Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(age)));
	}

	private static void assumePosix() {
		assumeThat(FileSystems.getDefault().supportedFileAttributeViews()).contains("posix");
	}

	/** Makes a file another user's, which only some users may do. */
	private static UserPrincipal giveAway(Path file) {
		try {
			UserPrincipal other = file.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody");
			assumeThat(Files.getOwner(file)).isNotEqualTo(other);
			return Files.getOwner(Files.setOwner(file, other));
		}
		catch (IOException | UnsupportedOperationException ex) {
			assumeThat(ex).as("the user may not give files away").isNull();
			throw new IllegalStateException(ex);
		}
	}

}
