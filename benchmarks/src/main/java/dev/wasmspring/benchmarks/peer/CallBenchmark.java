package dev.wasmspring.benchmarks.peer;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A whole call of a guest by a peer, from the input to the output.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@SuppressWarnings("NullAway.Init")
public class CallBenchmark {

	/** Who calls it. */
	@Param
	public Peers peer;

	/** What is called. */
	@Param
	public Guest guest;

	private Peer prepared;

	private byte[] input;

	/**
	 * Prepares the peer, and makes sure that it answers what all others do, more than
	 * once.
	 */
	@Setup
	public void prepare() throws Exception {
		this.prepared = this.peer.prepare(this.guest);
		this.input = this.guest.input();
		for (int i = 0; i < 3; i++) {
			byte[] answer = this.prepared.call(this.input);
			if (!Arrays.equals(answer, this.guest.answer())) {
				throw new IllegalStateException(this.peer + " answers " + this.guest + " with '" + new String(answer)
						+ "' instead of '" + new String(this.guest.answer()) + "'");
			}
		}
		WarmUp.of(this::call);
	}

	@Benchmark
	public byte[] call() throws Exception {
		return this.prepared.call(this.input);
	}

	@TearDown
	public void close() {
		this.prepared.close();
	}

}
