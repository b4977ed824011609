package dev.wasmspring.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

import dev.wasmspring.benchmarks.peer.CallBenchmark;
import dev.wasmspring.benchmarks.peer.Guest;
import dev.wasmspring.benchmarks.peer.ObservingBenchmark;
import dev.wasmspring.benchmarks.peer.Peers;
import dev.wasmspring.benchmarks.peer.SandboxBenchmark;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * The measurements with JMH. Each runs in a JVM of its own; several rounds over all of
 * them, of which the better one counts: other work on the machine only ever adds time.
 */
final class Calls {

	private static final String GUARDED = "with guards";

	private static final String UNGUARDED = "without guards";

	private final int rounds;

	private final boolean quick;

	private final Map<String, List<Sample>> samples = new LinkedHashMap<>();

	Calls(boolean quick) {
		this.quick = quick;
		this.rounds = quick ? 1 : 2;
	}

	void measure() throws RunnerException, IOException {
		String sources = System.getProperty("benchmarks.sources");
		String unguarded = (sources != null)
				? Unguarded.classPath(Path.of(sources), Files.createTempDirectory("unguarded")) : null;
		for (int round = 1; round <= this.rounds; round++) {
			for (boolean observed : new boolean[] { false, true }) {
				measure(name(observed), options(Guest.EMPTY).include(ObservingBenchmark.class.getName())
					.param("observed", String.valueOf(observed)));
			}
			for (Guest guest : Guest.values()) {
				measure(name(guest), options(guest).include(SandboxBenchmark.class.getName()));
				for (Peers peer : Peers.values()) {
					if (peer.runs(guest) && peer.missing() == null && !(this.quick && isSlow(peer, guest))) {
						measure(name(peer, guest),
								options(guest).include(CallBenchmark.class.getName()).param("peer", peer.name()));
					}
				}
			}
			if (unguarded != null) {
				measureUnguarded(unguarded);
			}
		}
	}

	/**
	 * Ours with and without its guards, one right after the other, since what they cost
	 * is less than what the machine's other work may.
	 */
	private void measureUnguarded(String classPath) throws RunnerException {
		String own = System.getProperty("java.class.path");
		for (int i = 0; i < (this.quick ? 1 : 4); i++) {
			measure(GUARDED, ours());
			try {
				// JMH starts its processes with the class path that it finds here
				System.setProperty("java.class.path", classPath);
				measure(UNGUARDED, ours());
			}
			finally {
				System.setProperty("java.class.path", own);
			}
		}
	}

	private ChainedOptionsBuilder ours() {
		return options(Guest.ORDER).include(CallBenchmark.class.getName()).param("peer", Peers.OURS.name());
	}

	/**
	 * What part of a call its guards take.
	 * @return {@code null} if that was not measured
	 */
	@Nullable Double guards() {
		Sample with = sample(GUARDED);
		Sample without = sample(UNGUARDED);
		return (with != null && without != null) ? 1 - without.micros() / with.micros() : null;
	}

	/**
	 * What a quick run leaves out.
	 */
	private static boolean isSlow(Peers peer, Guest guest) {
		return (peer == Peers.GRAALWASM || peer == Peers.WASMTIME) && guest != Guest.ORDER;
	}

	private ChainedOptionsBuilder options(Guest guest) {
		return new OptionsBuilder().param("guest", guest.name())
			.forks(1)
			.warmupIterations(1)
			.warmupTime(this.quick ? TimeValue.milliseconds(500) : TimeValue.seconds(1))
			.measurementIterations(this.quick ? 1 : 2)
			.measurementTime(this.quick ? TimeValue.milliseconds(500) : TimeValue.seconds(1))
			.verbosity(VerboseMode.SILENT)
			.addProfiler(GCProfiler.class)
			.shouldFailOnError(true)
			.jvmArgs(Jvm.options())
			.jvmArgsAppend(this.quick ? new String[] { "-Dbenchmarks.warm-up=0" } : new String[0]);
	}

	private void measure(String name, ChainedOptionsBuilder options) throws RunnerException {
		RunResult result = new Runner(options.build()).runSingle();
		double bytes = Objects.requireNonNull(result.getSecondaryResults().get("gc.alloc.rate.norm")).getScore();
		double micros = result.getPrimaryResult().getStatistics().getPercentile(50);
		this.samples.computeIfAbsent(name, (key) -> new ArrayList<>()).add(new Sample(micros, bytes));
		System.out.printf(Locale.ROOT, "%-24s %12.2f us %12.0f bytes%n", name, micros, bytes);
	}

	/**
	 * What a call took.
	 */
	Sample call(Peers peer, Guest guest) {
		Sample sample = callIfMeasured(peer, guest);
		if (sample == null) {
			throw new IllegalStateException("Not measured: " + peer + " with " + guest);
		}
		return sample;
	}

	@Nullable Sample callIfMeasured(Peers peer, Guest guest) {
		return sample(name(peer, guest));
	}

	/**
	 * What making a sandbox took.
	 */
	Sample sandbox(Guest guest) {
		Sample sample = sample(name(guest));
		if (sample == null) {
			throw new IllegalStateException("Not measured: " + guest);
		}
		return sample;
	}

	/**
	 * What a call of an empty function took.
	 * @param observed whether meters and observations were made of it
	 */
	Sample observing(boolean observed) {
		Sample sample = sample(name(observed));
		if (sample == null) {
			throw new IllegalStateException("Not measured: " + name(observed));
		}
		return sample;
	}

	private @Nullable Sample sample(String name) {
		List<Sample> rounds = this.samples.get(name);
		if (rounds == null) {
			return null;
		}
		return rounds.stream().min(Comparator.comparingDouble(Sample::micros)).orElseThrow();
	}

	static double median(double... values) {
		double[] sorted = values.clone();
		Arrays.sort(sorted);
		int middle = sorted.length / 2;
		return (sorted.length % 2 == 1) ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
	}

	private static String name(boolean observed) {
		return "observing " + (observed ? "with registry" : "without");
	}

	private static String name(Guest guest) {
		return "sandbox " + guest;
	}

	private static String name(Peers peer, Guest guest) {
		return peer + " " + guest;
	}

	/**
	 * Medians of one call.
	 *
	 * @param micros time in microseconds
	 * @param bytes allocated on the Java heap
	 */
	record Sample(double micros, double bytes) {

	}

}
