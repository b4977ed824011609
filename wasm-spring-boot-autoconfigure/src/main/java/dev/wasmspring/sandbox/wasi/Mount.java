package dev.wasmspring.sandbox.wasi;

import java.io.IOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Set;

import dev.wasmspring.sandbox.memory.Checkpoint;
import dev.wasmspring.sandbox.wasi.FileNode.Directory;
import dev.wasmspring.sandbox.wasi.FileNode.FixedFile;
import org.jspecify.annotations.Nullable;

/**
 * A directory that a guest sees. Lives as long as its function and is shared by all
 * threads.
 * <p>
 * It is either a picture of files of the host, which the guest can read and nobody can
 * change, or an empty scratch directory, which every call gets for itself and which is
 * gone after it. In both cases it lies in memory: no path that a guest names ever reaches
 * the file systems of the host.
 */
public final class Mount {

	/**
	 * Most files that a picture may have.
	 */
	public static final int MAX_FILES = 10_000;

	/**
	 * How large the files of a picture may be together, in bytes: 128 MB.
	 */
	public static final long MAX_SIZE = 128L << 20;

	/**
	 * How much a scratch directory may hold at most, in bytes: 1 GB.
	 */
	public static final long MAX_SCRATCH = 1L << 30;

	private static final int MAX_NAME = 255;

	private final String path;

	private final @Nullable Source source;

	private final long scratch;

	// Guarded by this object's monitor
	private @Nullable Directory files;

	private Mount(String path, @Nullable Source source, long scratch) {
		if (!path.startsWith("/") || path.indexOf('\0') != -1 || path.length() > MAX_NAME) {
			throw new IllegalArgumentException(
					"The path of a mount must begin with a slash and have at most 255 characters, but is '" + path
							+ "'");
		}
		this.path = path;
		this.source = source;
		this.scratch = scratch;
	}

	/**
	 * A directory of files that the guest can read.
	 * @param path where the guest sees it, for example {@code /data}
	 * @param source the files; asked once, when the files are first needed
	 * @return the mount
	 */
	public static Mount readOnly(String path, Source source) {
		return new Mount(path, source, 0);
	}

	/**
	 * A directory that is empty when a call begins and gone when it ends.
	 * @param path where the guest sees it, for example {@code /tmp}
	 * @param capacity how much it may hold, in bytes; what it holds counts as memory of
	 * the call
	 * @return the mount
	 */
	public static Mount scratch(String path, long capacity) {
		if (capacity < Volume.BLOCK || capacity > MAX_SCRATCH) {
			throw new IllegalArgumentException(
					"The size of a scratch directory must be between 4KB and 1GB, but is " + capacity);
		}
		return new Mount(path, null, capacity);
	}

	/**
	 * Where the guest sees it.
	 * @return an absolute path
	 */
	public String path() {
		return this.path;
	}

	/**
	 * Opens the mount for a call.
	 * @param device its number, which no other mount of the call has
	 */
	Volume open(Checkpoint call, long device) {
		if (this.source == null) {
			return Volume.scratch(this.path, device, this.scratch, call);
		}
		try {
			return Volume.readOnly(this.path, device, files(this.source));
		}
		catch (IOException ex) {
			throw new IllegalStateException("The files of a mount cannot be read", ex);
		}
	}

	/**
	 * Reads the files now, unless that has happened. Otherwise the first call would.
	 * @throws IOException if they cannot be read, or are too many or too large
	 */
	void read() throws IOException {
		if (this.source != null) {
			files(this.source);
		}
	}

	private synchronized Directory files(Source source) throws IOException {
		Directory current = this.files;
		if (current == null) {
			current = tree(source.read());
			this.files = current;
		}
		return current;
	}

	private static Directory tree(Map<String, byte[]> contents) throws IOException {
		Directory root = new Directory(Volume.FIRST_INODE, null);
		long inode = Volume.FIRST_INODE;
		for (Entry<String, byte[]> file : contents.entrySet()) {
			boolean isDirectory = file.getKey().endsWith("/");
			String[] names = withoutSlash(file.getKey()).split("/", -1);
			Directory directory = root;
			for (int i = 0; i < names.length; i++) {
				requireName(names[i], file.getKey());
				FileNode existing = directory.get(names[i]);
				if (i == names.length - 1 && !isDirectory) {
					if (existing != null) {
						throw new IOException("There are two files '" + file.getKey() + "'");
					}
					directory.put(names[i], new FixedFile(++inode, file.getValue()));
				}
				else if (existing instanceof Directory known) {
					directory = known;
				}
				else if (existing != null) {
					throw new IOException(
							"'" + names[i] + "' in '" + file.getKey() + "' is both a file and a directory");
				}
				else {
					Directory created = new Directory(++inode, directory);
					directory.put(names[i], created);
					directory = created;
				}
			}
		}
		return root;
	}

	private static String withoutSlash(String path) {
		return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
	}

	private static void requireName(String name, String path) throws IOException {
		if (name.isEmpty() || name.equals(".") || name.equals("..") || name.length() > MAX_NAME) {
			throw new IOException("'" + path + "' is no path for a guest");
		}
	}

	static void requireDistinct(Iterable<Mount> mounts) {
		Set<String> paths = new HashSet<>();
		for (Mount mount : mounts) {
			if (!paths.add(mount.path())) {
				throw new IllegalArgumentException("There are two mounts at '" + mount.path() + "'");
			}
		}
	}

	@Override
	public String toString() {
		return "mount '" + this.path + "'";
	}

	/**
	 * Where the files of a read-only mount come from.
	 */
	@FunctionalInterface
	public interface Source {

		/**
		 * Reads the files.
		 * @return their contents by their path below the mount, with slashes and without
		 * one at the beginning; a path that ends with a slash is a directory, whose
		 * content does not matter, and need not be there if anything is in it
		 * @throws IOException if they cannot be read, or are more than
		 * {@link Mount#MAX_FILES} or larger than {@link Mount#MAX_SIZE}
		 */
		Map<String, byte[]> read() throws IOException;

	}

}
