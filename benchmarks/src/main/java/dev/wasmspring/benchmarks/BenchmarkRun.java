package dev.wasmspring.benchmarks;

import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

import dev.wasmspring.benchmarks.peer.Guest;
import dev.wasmspring.benchmarks.peer.Peers;
import org.jspecify.annotations.Nullable;

/**
 * Measures everything and writes the results into a document. One run takes minutes; what
 * is compared is always from the same run.
 */
public final class BenchmarkRun {

	private final Calls calls;

	private final Applications applications;

	private final List<String> notes = new ArrayList<>();

	private BenchmarkRun(Calls calls, Applications applications) {
		this.calls = calls;
		this.applications = applications;
	}

	/**
	 * Runs the benchmarks.
	 * @param args the document to write into, and {@code --quick} for a run that only
	 * shows that everything works; {@code --languages} measures the languages alone
	 */
	public static void main(String[] args) throws Exception {
		boolean quick = List.of(args).contains("--quick");
		String languages = System.getProperty("benchmarks.languages");
		if (languages != null) {
			new Languages(quick).measure(Path.of(System.getProperty("benchmarks.sample")), Path.of(languages));
		}
		if (List.of(args).contains("--languages")) {
			return;
		}
		BenchmarkRun run = new BenchmarkRun(new Calls(quick), new Applications(quick));
		boolean complete = run.measure();
		Report report = new Report(
				"Measured on " + LocalDate.now() + (quick ? ", in a **quick run: the figures mean little**." : "."));
		run.write(report);
		report.writeInto(Path.of(args[0]), "results");
		System.exit(complete ? 0 : 1);
	}

	private boolean measure() throws Exception {
		for (Peers peer : Peers.values()) {
			String missing = peer.missing();
			if (missing != null) {
				this.notes.add("Skipped: " + peer.label() + ", because " + missing + ".");
			}
		}
		this.calls.measure();
		List<String> failures = this.applications.measure();
		this.notes.addAll(failures);
		return failures.isEmpty();
	}

	private void write(Report report) {
		report.environment();
		targets(report);
		callTable(report, "A call: median time in microseconds",
				"Fresh or not as the name says; the call itself included.", Calls.Sample::micros);
		callTable(report, "A call: bytes allocated on the Java heap",
				"What peers allocate outside of the heap is not in it.", Calls.Sample::bytes);
		report.heading("Making a sandbox, without the call");
		report.row("Guest", "Median, µs", "Bytes allocated");
		report.rule(3);
		for (Guest guest : Guest.values()) {
			Calls.Sample sample = this.calls.sandbox(guest);
			report.row(guest.label(), Report.number(sample.micros()), Report.number(sample.bytes()));
		}
		report.heading("Observing a call of an empty function");
		report.row("Observing", "Median, µs", "Bytes allocated");
		report.rule(3);
		for (boolean observed : new boolean[] { false, true }) {
			Calls.Sample sample = this.calls.observing(observed);
			report.row(observed ? "With registry" : "Without", Report.number(sample.micros()),
					Report.number(sample.bytes()));
		}
		report.heading("Over HTTP, and while starting");
		report.row("What", "Figure");
		report.rule(2);
		this.applications.figures().forEach(report::row);
		report.notes(this.notes);
	}

	private void targets(Report report) {
		Double ours = micros(Peers.OURS, Guest.ORDER);
		report.heading("Against what was set out to be reached");
		report.row("Figure", "Target", "Measured", "");
		report.rule(4);
		report.target("Chicory, fresh / ours, Rust function", ">=", 4, ratio(micros(Peers.CHICORY, Guest.ORDER), ours));
		report.target("Ours / Chicory, shared, Rust function", "<=", 1.5,
				ratio(ours, micros(Peers.CHICORY_SHARED, Guest.ORDER)));
		report.target("GraalWasm, fresh / ours, Rust function", ">=", 15,
				ratio(micros(Peers.GRAALWASM, Guest.ORDER), ours));
		report.target("wasmtime-java, fresh / ours, Rust function", ">=", 15,
				ratio(micros(Peers.WASMTIME, Guest.ORDER), ours));
		double sandbox = this.calls.sandbox(Guest.ORDER).micros();
		report.target("Making a sandbox, Rust function, µs", "<=", 5, sandbox);
		report.target("Making a sandbox, 16 MiB of memory / Rust function", "<=", 1.5,
				ratio(this.calls.sandbox(Guest.WIDE).micros(), sandbox));
		report.target("Observing a call, with a registry more than without, µs", "<=", 1.5,
				this.calls.observing(true).micros() - this.calls.observing(false).micros());
		report.target("Allocated by a call that writes three granules, KiB", "<=", 32,
				ratio(this.calls.call(Peers.OURS, Guest.WIDE).bytes(), 1024.0));
		report.target("Ours / Chicory's ByteArrayMemory, compute-bound", "<=", 1.1,
				ratio(micros(Peers.OURS, Guest.COMPUTE), micros(Peers.CHICORY, Guest.COMPUTE)));
		report.target("All guards of a call / the call, Rust function", "<=", 0.1, this.calls.guards());
		this.applications.targets(report);
	}

	private void callTable(Report report, String heading, String explanation,
			java.util.function.ToDoubleFunction<Calls.Sample> figure) {
		report.heading(heading);
		report.text(explanation);
		List<String> header = new ArrayList<>(List.of(""));
		for (Guest guest : Guest.values()) {
			header.add(guest.label());
		}
		report.row(header.toArray(String[]::new));
		report.rule(header.size());
		for (Peers peer : Peers.values()) {
			List<String> row = new ArrayList<>(List.of(peer.label()));
			for (Guest guest : Guest.values()) {
				Calls.Sample sample = peer.runs(guest) ? this.calls.callIfMeasured(peer, guest) : null;
				row.add((sample != null) ? Report.number(figure.applyAsDouble(sample)) : "");
			}
			report.row(row.toArray(String[]::new));
		}
	}

	private @Nullable Double micros(Peers peer, Guest guest) {
		Calls.Sample sample = this.calls.callIfMeasured(peer, guest);
		return (sample != null) ? sample.micros() : null;
	}

	private static @Nullable Double ratio(@Nullable Double dividend, @Nullable Double divisor) {
		return (dividend != null && divisor != null) ? dividend / divisor : null;
	}

}
