package dev.wasmspring.discovery;

import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.FutureTask;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

/**
 * The way to file systems that may not answer. A network mount whose server is away holds
 * whoever looks at it, and no interrupt helps; so another thread looks, and is given up
 * if it does not come back. Lives as long as the application; shared by all threads.
 */
public final class FileAccess {

	private static final ExecutorService THREADS = new ThreadPoolExecutor(0, Integer.MAX_VALUE, 1, TimeUnit.SECONDS,
			new SynchronousQueue<>(), FileAccess::thread);

	/**
	 * Where threads were given up that have not come back. Nobody else is sent there.
	 */
	private static final Set<String> SILENT = ConcurrentHashMap.newKeySet();

	private FileAccess() {
	}

	private static Thread thread(Runnable work) {
		Thread thread = new Thread(work, "wasm-read");
		thread.setDaemon(true);
		return thread;
	}

	/**
	 * Does something that reads files.
	 * @param limit how long it may take
	 * @param place what does not answer if it takes longer, as messages name it
	 * @param work what is done
	 * @throws NoAnswerException if it takes longer, or if somebody else still waits at
	 * the same place for what took longer
	 * @throws IOException from the work, or if this thread was interrupted
	 */
	public static <T> T within(Duration limit, String place, Callable<T> work) throws IOException {
		return within(limit, place, null, work);
	}

	/**
	 * Does something that reads a file of a folder. One file that does not answer may be
	 * at fault by itself, as some of {@code /proc} are; with a second one it is the
	 * folder, and nobody waits for a third.
	 * @param folder where the file is, {@code null} if that is not known
	 */
	public static <T> T within(Duration limit, String place, @Nullable String folder, Callable<T> work)
			throws IOException {
		if (SILENT.contains(place)) {
			throw new NoAnswerException(place, limit);
		}
		if (folder != null && isSilent(folder)) {
			throw new NoAnswerException(folder, limit);
		}
		Watched<T> watched = new Watched<>(place, work);
		FutureTask<T> task = new FutureTask<>(watched);
		THREADS.execute(task);
		try {
			return task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (TimeoutException ex) {
			watched.giveUp();
			task.cancel(true);
			throw new NoAnswerException(place, limit);
		}
		catch (InterruptedException ex) {
			task.cancel(true);
			Thread.currentThread().interrupt();
			throw new InterruptedIOException("It was interrupted");
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof IOException failure) {
				throw failure;
			}
			if (ex.getCause() instanceof RuntimeException failure) {
				throw failure;
			}
			if (ex.getCause() instanceof Error failure) {
				throw failure;
			}
			throw new IllegalStateException(ex.getCause());
		}
	}

	private static boolean isSilent(String folder) {
		String inside = folder.endsWith(File.separator) ? folder : folder + File.separator;
		return SILENT.contains(folder) || SILENT.stream()
			.filter((place) -> place.startsWith(inside) && place.indexOf(File.separator, inside.length()) == -1)
			.limit(2)
			.count() == 2;
	}

	/**
	 * Checks that a file can be opened without waiting for somebody else to open it.
	 * @throws NoRegularFileException if it is something else
	 * @throws IOException if there is no such file, or it cannot be looked at
	 */
	static void requireRegular(Path file) throws IOException {
		BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
		if (!attributes.isRegularFile()) {
			throw new NoRegularFileException(attributes.isDirectory() ? "It is a directory"
					: "It is no regular file but a named pipe, a socket or a device");
		}
	}

	/**
	 * Says what went wrong with a file, in a sentence without its full stop.
	 */
	static String describe(Path file, IOException failure) {
		if (failure instanceof NoAnswerException || failure instanceof NoRegularFileException) {
			return String.valueOf(failure.getMessage());
		}
		if (failure instanceof AccessDeniedException) {
			return "The application has no permission to read it";
		}
		if (Files.isSymbolicLink(file) && failure instanceof FileSystemException) {
			return "It is a symbolic link that leads "
					+ ((failure instanceof NoSuchFileException) ? "nowhere" : "in a circle");
		}
		return (failure instanceof NoSuchFileException) ? "It is not there any more"
				: "It cannot be read: " + failure.getMessage();
	}

	/**
	 * Says what to do about it, in a sentence.
	 */
	static String remedy(Path file, IOException failure) {
		if (failure instanceof NoAnswerException) {
			return "Look at its file system, or raise 'wasm.read-timeout' if it is only slow.";
		}
		if (failure instanceof AccessDeniedException) {
			return "Make the file readable for the application.";
		}
		if (Files.isSymbolicLink(file) && failure instanceof FileSystemException) {
			return "Let the link lead to a module, or remove it.";
		}
		return (failure instanceof NoSuchFileException)
				? "Put it back. A file that is moved into its place is never missing meanwhile."
				: "Make the file readable for the application.";
	}

	/**
	 * Work that may be given up. Shared by the thread that does it and the one that waits
	 * for it.
	 */
	private static final class Watched<T> implements Callable<T> {

		private final String place;

		private final Callable<T> work;

		// Guarded by this object's monitor
		private boolean ended;

		Watched(String place, Callable<T> work) {
			this.place = place;
			this.work = work;
		}

		@Override
		public T call() throws Exception {
			try {
				return this.work.call();
			}
			finally {
				synchronized (this) {
					this.ended = true;
					SILENT.remove(this.place);
				}
			}
		}

		synchronized void giveUp() {
			if (!this.ended) {
				SILENT.add(this.place);
			}
		}

	}

	/**
	 * Thrown when a file system does not answer.
	 */
	static final class NoAnswerException extends IOException {

		NoAnswerException(String place, Duration limit) {
			super("'" + place + "' did not answer within " + limit.toMillis() + " ms ('wasm.read-timeout')");
		}

	}

	/**
	 * Thrown when what has the name of a file is something else.
	 */
	static final class NoRegularFileException extends IOException {

		NoRegularFileException(String message) {
			super(message);
		}

	}

}
