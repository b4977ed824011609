package dev.wasmspring.function;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.wasmspring.sandbox.module.Module;
import org.apache.commons.logging.LogFactory;

/**
 * How far the loading of many modules is, said in the log where it takes long: after two
 * seconds, and again when twice as much time has passed, every ten seconds at most. Lives
 * as long as the loading; modules begin and end on many threads, one thread waits and
 * speaks.
 */
final class LoadingProgress {

	private static final Duration FIRST = Duration.ofSeconds(2);

	private static final Duration LONGEST = Duration.ofSeconds(10);

	private static final int MAX_NAMES = 3;

	private final int modules;

	private final long bytes;

	private final Duration first;

	private final Consumer<String> log;

	/** What is loaded, with the runtimes of scripts, each of which counts once. */
	private final Set<Module> done = ConcurrentHashMap.newKeySet();

	private final AtomicInteger doneModules = new AtomicInteger();

	/** What is being loaded, with the time when that began. */
	private final Map<Module, Long> running = new ConcurrentHashMap<>();

	private final long start = System.nanoTime();

	private Duration next;

	LoadingProgress(List<Module> modules) {
		this(modules, FIRST, LogFactory.getLog(LoadingProgress.class)::info);
	}

	LoadingProgress(List<Module> modules, Duration first, Consumer<String> log) {
		this.modules = modules.size();
		this.bytes = bytes(modules.stream().flatMap(LoadingProgress::withRuntime));
		this.first = first;
		this.next = first;
		this.log = log;
	}

	void begins(Module module) {
		this.running.put(module, System.nanoTime());
	}

	void ends(Module module) {
		this.running.remove(module);
		this.doneModules.incrementAndGet();
		withRuntime(module).forEach(this.done::add);
	}

	private static Stream<Module> withRuntime(Module module) {
		return Stream.of(module, module.runtime()).filter(Objects::nonNull);
	}

	private static long bytes(Stream<Module> modules) {
		return modules.distinct().mapToLong(Module::size).sum();
	}

	/**
	 * Waits, and says how far everything is meanwhile.
	 * @param loading what is waited for
	 */
	void await(Future<?> loading) throws InterruptedException, ExecutionException {
		while (true) {
			long rest = this.next.toNanos() - (System.nanoTime() - this.start);
			try {
				loading.get(Math.max(rest, 0), TimeUnit.NANOSECONDS);
				return;
			}
			catch (TimeoutException ex) {
				speak();
			}
		}
	}

	private void speak() {
		Duration passed = Duration.ofNanos(System.nanoTime() - this.start);
		Duration pause = (passed.compareTo(LONGEST) < 0) ? passed : LONGEST;
		this.next = passed.plus((pause.compareTo(this.first) < 0) ? this.first : pause);
		String names = this.running.entrySet()
			.stream()
			.sorted(Map.Entry.comparingByValue())
			.limit(MAX_NAMES)
			.map((entry) -> entry.getKey().name() + " ("
					+ megabytes(bytes(withRuntime(entry.getKey()).filter((part) -> !this.done.contains(part))))
					+ " MB, " + Duration.ofNanos(System.nanoTime() - entry.getValue()).toSeconds() + " s)")
			.collect(Collectors.joining(", "));
		int more = this.running.size() - MAX_NAMES;
		this.log.accept("Loading WebAssembly modules: " + this.doneModules + " of " + this.modules + ", "
				+ megabytes(bytes(this.done.stream())) + " of " + megabytes(this.bytes) + " MB, done after "
				+ passed.toSeconds() + " s" + (names.isEmpty() ? "" : "; now " + names)
				+ ((more > 0) ? " and " + more + " more" : ""));
	}

	private static String megabytes(long bytes) {
		// No locale: logs are read by programs, too
		return bytes / 1_000_000 + "." + bytes / 100_000 % 10;
	}

}
