package dev.wasmspring.benchmarks.peer;

import java.util.List;
import java.util.concurrent.TimeUnit;

import dev.wasmspring.function.FunctionObserver;
import dev.wasmspring.function.FunctionObservers;
import dev.wasmspring.observation.FunctionMeters;
import dev.wasmspring.observation.FunctionObservations;
import dev.wasmspring.observation.FunctionTimerHandler;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
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
 * A call of a function that does nothing, with and without the observers that an
 * application with Micrometer has.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@SuppressWarnings("NullAway.Init")
public class ObservingBenchmark {

	/** What is called. */
	@Param
	public Guest guest;

	/** Whether calls are observed. */
	@Param({ "false", "true" })
	public boolean observed;

	private BeanPeer peer;

	private byte[] input;

	@Setup
	public void prepare() throws Exception {
		this.peer = new BeanPeer(this.guest, this.observed ? observer() : FunctionObserver.NONE);
		this.input = this.guest.input();
		WarmUp.of(this::call);
	}

	private static FunctionObserver observer() {
		MeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
		ObservationRegistry observations = ObservationRegistry.create();
		observations.observationConfig().observationHandler(new FunctionTimerHandler(meters));
		return FunctionObservers.all(List.of(new FunctionObservations(observations, null), new FunctionMeters(meters)));
	}

	@Benchmark
	public byte[] call() {
		return this.peer.call(this.input);
	}

	@TearDown
	public void close() {
		this.peer.close();
	}

}
