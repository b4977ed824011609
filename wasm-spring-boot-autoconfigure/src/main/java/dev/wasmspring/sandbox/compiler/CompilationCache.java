package dev.wasmspring.sandbox.compiler;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileOwnerAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import dev.wasmspring.sandbox.chicory.EngineInternals;
import dev.wasmspring.sandbox.module.Module;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * A directory that keeps compiled classes between starts. Lives as long as its
 * {@code Engine}; used by all threads, and by any number of processes at the same time.
 * <p>
 * Whoever can write a class that is loaded here runs code in this process, and the JVM's
 * verifier is no guard against that: it checks that bytecode is well-formed, not that it
 * is harmless. <strong>The guard is the directory</strong>: it is created for its owner
 * alone (0700), and one that others can write or that another user owns is refused, and
 * so is every such file in it. The digest in an entry is there for what goes wrong
 * without malice: a truncated write, a bad disk, a file under the wrong name. A secret
 * key would add nothing, since who can write the directory can read the key in it. The
 * directories above are not looked at; name one whose parents belong to the same user or
 * to the system.
 * <p>
 * Where the file system has no POSIX permissions (Windows), a new directory inherits the
 * rights of its parent and only the owner is checked: name one inside of the user's
 * profile.
 * <p>
 * Whatever is wrong with an entry, it is as good as absent and the module is compiled
 * again. Nothing that fails while reading or writing an entry fails a load: the next
 * start is slower, that is all.
 */
public final class CompilationCache {

	private static final Log logger = LogFactory.getLog(CompilationCache.class);

	/**
	 * How many bytes all entries may have together unless told otherwise: CPython takes 4
	 * MB, and a module of 60 KB as many.
	 */
	public static final long DEFAULT_MAX_SIZE = 1024L * 1024 * 1024;

	/**
	 * Begins every entry. Counts up when the format or the meaning of entries changes.
	 */
	private static final byte[] MAGIC = "WASMCLS2".getBytes(StandardCharsets.US_ASCII);

	private static final int DIGEST_SIZE = 32;

	/**
	 * Magic, key, length of the content, digest of all of these and the content.
	 */
	private static final int HEADER_SIZE = MAGIC.length + DIGEST_SIZE + Long.BYTES + DIGEST_SIZE;

	private static final Pattern ENTRY = Pattern.compile("[0-9a-f]{64}\\.classes");

	/** After how many parts of the limit that were written all entries are looked at. */
	private static final int LOOKS = 32;

	private static final String UNFINISHED = ".unfinished";

	/**
	 * After this time whoever was writing an entry is not writing it any more.
	 */
	private static final Duration ABANDONED = Duration.ofHours(1);

	private static final FileAttribute<?> PRIVATE = PosixFilePermissions
		.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

	private final Path directory;

	private final long maxSize;

	private final String compiler;

	private final boolean posix;

	private final @Nullable UserPrincipal user;

	private final AtomicBoolean warned = new AtomicBoolean();

	private final AtomicBoolean full = new AtomicBoolean();

	/** Bytes that were written since somebody looked at all entries. */
	private final AtomicLong written = new AtomicLong();

	/** Bytes of all entries when somebody looked at them. */
	private volatile long size;

	/**
	 * Opens a directory, and creates it where there is none.
	 * @param directory the directory; a symbolic link to one will do
	 * @param maxSize how many bytes all entries may have together
	 * @throws CompilationCacheException if others could change what is in the directory,
	 * or if it is none
	 */
	public CompilationCache(Path directory, long maxSize) {
		this.maxSize = maxSize;
		try {
			this.compiler = compilerVersion(directory);
			this.directory = create(directory);
			FileStore store = Files.getFileStore(this.directory);
			this.posix = store.supportsFileAttributeView(PosixFileAttributeView.class);
			requireNotWritableByOthers(directory);
			this.user = store.supportsFileAttributeView(FileOwnerAttributeView.class) ? currentUser() : null;
			requireOwned(directory);
		}
		catch (IOException | UnsupportedOperationException ex) {
			throw new CompilationCacheException(directory, "It cannot be opened (" + ex + ").",
					"Name a directory that the application can create, or one of its own.", ex);
		}
		trim();
	}

	/**
	 * The compiler's version, without which the cache would go on serving the classes of
	 * the version before. The compiler's manifest does not tell it.
	 */
	private static String compilerVersion(Path directory) throws IOException {
		String version = EngineInternals.compilerVersion();
		if (version == null) {
			throw new CompilationCacheException(directory, "The version of the compiler is not known.",
					"Keep " + EngineInternals.VERSION_RESOURCE
							+ " when the application is packaged, or use no cache directory.",
					null);
		}
		return version;
	}

	private static Path create(Path directory) throws IOException {
		// Not left to createDirectories: before Java 20 it refuses a link to a directory
		if (!Files.isDirectory(directory)) {
			boolean posix = directory.getFileSystem().supportedFileAttributeViews().contains("posix");
			Files.createDirectories(directory, posix ? new FileAttribute<?>[] { PRIVATE } : new FileAttribute<?>[0]);
		}
		return directory.toRealPath();
	}

	private void requireNotWritableByOthers(Path given) throws IOException {
		if (isWritableByOthers(this.directory)) {
			throw new CompilationCacheException(given,
					"Others can write it, and whoever can write it can run code in this application.",
					"Make it private (chmod 700 " + given
							+ "), or name a directory that does not exist yet: it is created for its owner alone.",
					null);
		}
	}

	private void requireOwned(Path given) throws IOException {
		if (!isOwned(this.directory)) {
			throw new CompilationCacheException(given,
					"It belongs to " + Files.getOwner(this.directory) + ", but the application runs as " + this.user
							+ ", and whoever owns it can run code in this application.",
					"Make the application's user its owner (chown " + this.user + " " + given
							+ "), or name a directory that does not exist yet: it is created for its owner alone.",
					null);
		}
	}

	/**
	 * The user that this process is to the file system. A file shows it; the name in
	 * {@code user.name} can be anything, and in a container there may be none.
	 */
	private UserPrincipal currentUser() throws IOException {
		Path file;
		try {
			file = createUnfinished();
		}
		catch (IOException ex) {
			// Not writable, which is no obstacle: an image may bring a filled cache along
			file = Files.createTempFile(null, UNFINISHED);
		}
		try {
			return Files.getOwner(file, LinkOption.NOFOLLOW_LINKS);
		}
		finally {
			Files.deleteIfExists(file);
		}
	}

	/**
	 * The key of a module's classes.
	 * @param module the module
	 * @param options how it is compiled
	 */
	Key key(Module module, String options) {
		return new Key(module.digest(), this.compiler, options);
	}

	/**
	 * Whether there is an entry; it is not looked into.
	 */
	public boolean contains(Key key) {
		return Files.isRegularFile(entry(key), LinkOption.NOFOLLOW_LINKS);
	}

	/**
	 * Reads an entry.
	 * @return what was stored under the key, or {@code null} if there is no entry or none
	 * that can be trusted
	 */
	byte @Nullable [] find(Key key) {
		Path entry = entry(key);
		try {
			byte[] content = read(entry, key);
			touch(entry);
			return content;
		}
		catch (NoSuchFileException ex) {
			return null;
		}
		catch (IOException ex) {
			logger.info("An entry of the compilation cache cannot be used, and its module is compiled again: " + ex);
			delete(entry);
			return null;
		}
	}

	private byte[] read(Path entry, Key key) throws IOException {
		BasicFileAttributes attributes = Files.readAttributes(entry, BasicFileAttributes.class,
				LinkOption.NOFOLLOW_LINKS);
		// Before the file is opened: opening a pipe would wait for a writer
		require(attributes.isRegularFile() && isOwned(entry) && !isWritableByOthers(entry));
		long length = attributes.size() - HEADER_SIZE;
		require(length >= 0 && length <= Math.min(this.maxSize, Integer.MAX_VALUE) - HEADER_SIZE);
		try (DataInputStream stream = new DataInputStream(Files.newInputStream(entry, LinkOption.NOFOLLOW_LINKS))) {
			byte[] start = stream.readNBytes(HEADER_SIZE - DIGEST_SIZE);
			require(MessageDigest.isEqual(start, start(key, length)));
			byte[] digest = stream.readNBytes(DIGEST_SIZE);
			byte[] content = new byte[(int) length];
			require(stream.readNBytes(content, 0, content.length) == length && stream.read() == -1
					&& MessageDigest.isEqual(digest, sha256(start, content)));
			return content;
		}
	}

	private static void require(boolean condition) throws IOException {
		if (!condition) {
			throw new IOException("Not an entry of this cache");
		}
	}

	/**
	 * Writes an entry, in place of the one that may be there, and makes room for it.
	 */
	void store(Key key, byte[] content) {
		if (content.length > this.maxSize - HEADER_SIZE) {
			return;
		}
		Path file = null;
		try {
			file = createUnfinished();
			byte[] start = start(key, content.length);
			try (OutputStream stream = Files.newOutputStream(file)) {
				stream.write(start);
				stream.write(sha256(start, content));
				stream.write(content);
			}
			// Others see all of it or nothing. What a power failure leaves of it is not
			// what its digest says
			Files.move(file, entry(key), StandardCopyOption.ATOMIC_MOVE);
			// Not each time: there may be thousands. Other processes write as well
			long more = this.written.addAndGet(HEADER_SIZE + content.length);
			if (this.size + more > this.maxSize || more > this.maxSize / LOOKS) {
				trim();
			}
		}
		catch (IOException ex) {
			if (this.warned.compareAndSet(false, true)) {
				logger.warn("Compiled modules cannot be kept in " + this.directory + " (" + ex
						+ "). They are compiled again at each start.");
			}
			if (file != null) {
				delete(file);
			}
		}
	}

	/**
	 * Removes an entry that turned out to be of no use.
	 */
	public void discard(Key key) {
		delete(entry(key));
	}

	/**
	 * Deletes the entries that were not used for the longest time until the others are
	 * within the limit, and what writers left behind. Several processes may do so at
	 * once; the last one to write sees the entries of all others.
	 */
	private void trim() {
		this.written.set(0);
		List<Stored> entries = new ArrayList<>();
		try (Stream<Path> files = Files.list(this.directory)) {
			for (Path file : (Iterable<Path>) files::iterator) {
				addTo(entries, file);
			}
		}
		catch (IOException | UncheckedIOException ex) {
			return;
		}
		entries.sort(Comparator.comparing(Stored::used));
		long size = entries.stream().mapToLong(Stored::size).sum();
		for (Stored entry : entries) {
			if (size <= this.maxSize) {
				break;
			}
			if (this.full.compareAndSet(false, true)) {
				logger.info("The compilation cache in " + this.directory + " is full (" + this.maxSize
						+ " bytes). What was not used for the longest time is deleted, and compiled again when it is"
						+ " needed; 'wasm.compilation.cache-size' makes it larger.");
			}
			delete(entry.file());
			size -= entry.size();
		}
		this.size = size;
	}

	private static void addTo(List<Stored> entries, Path file) {
		String name = file.getFileName().toString();
		try {
			if (ENTRY.matcher(name).matches()) {
				BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class,
						LinkOption.NOFOLLOW_LINKS);
				entries.add(new Stored(file, attributes.size(), attributes.lastModifiedTime()));
			}
			else if (name.endsWith(UNFINISHED) && Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS)
				.toInstant()
				.isBefore(Instant.now().minus(ABANDONED))) {
				delete(file);
			}
		}
		catch (IOException ex) {
			// Another process was faster and deleted it
		}
	}

	private static void touch(Path entry) {
		try {
			Files.setLastModifiedTime(entry, FileTime.from(Instant.now()));
		}
		catch (IOException ex) {
			// Deleted meanwhile, or not ours to change: the order of deletion suffers,
			// nothing else
		}
	}

	private static void delete(Path file) {
		try {
			Files.deleteIfExists(file);
		}
		catch (IOException ex) {
			// Still not used: its content is checked again at every start
		}
	}

	private Path createUnfinished() throws IOException {
		// Readable and writable by its owner alone, wherever there are permissions
		return Files.createTempFile(this.directory, null, UNFINISHED);
	}

	private Path entry(Key key) {
		return this.directory.resolve(HexFormat.of().formatHex(key.digest()) + ".classes");
	}

	private boolean isOwned(Path file) throws IOException {
		return this.user == null || this.user.equals(Files.getOwner(file, LinkOption.NOFOLLOW_LINKS));
	}

	private boolean isWritableByOthers(Path file) throws IOException {
		if (!this.posix) {
			return false;
		}
		Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS);
		return permissions.contains(PosixFilePermission.GROUP_WRITE)
				|| permissions.contains(PosixFilePermission.OTHERS_WRITE);
	}

	private static byte[] start(Key key, long length) {
		return ByteBuffer.allocate(HEADER_SIZE - DIGEST_SIZE).put(MAGIC).put(key.digest()).putLong(length).array();
	}

	private static byte[] sha256(byte[]... parts) {
		try {
			MessageDigest digest = MessageDigest.getInstance("SHA-256");
			for (byte[] part : parts) {
				digest.update(part);
			}
			return digest.digest();
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

	/**
	 * Everything that compiled classes depend on. Immutable. The Java release is not
	 * among it: the compiler writes the same classes on every one, for Java 11.
	 *
	 * @param module the digest of the module
	 * @param compiler the version of the compiler
	 * @param options how the module was compiled
	 */
	record Key(String module, String compiler, String options) {

		byte[] digest() {
			ByteArrayOutputStream bytes = new ByteArrayOutputStream();
			try (DataOutputStream stream = new DataOutputStream(bytes)) {
				// Each with its length, so that no two keys are the same bytes
				stream.write(MAGIC);
				stream.writeUTF(this.module);
				stream.writeUTF(this.compiler);
				stream.writeUTF(this.options);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
			return sha256(bytes.toByteArray());
		}

	}

	/**
	 * An entry as it was found in the directory. Immutable; lives for one tidying up.
	 */
	private record Stored(Path file, long size, FileTime used) {

	}

}
