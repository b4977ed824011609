package dev.wasmspring.benchmarks.peer;

import java.util.concurrent.TimeUnit;

import dev.wasmspring.sandbox.Engine;
import dev.wasmspring.sandbox.Sandbox;
import dev.wasmspring.sandbox.Template;
import dev.wasmspring.sandbox.module.Export;
import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.wasi.Capabilities;
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
 * Making a sandbox and throwing it away, without a call.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@SuppressWarnings("NullAway.Init")
public class SandboxBenchmark {

	/** What is called. */
	@Param
	public Guest guest;

	private Engine engine;

	private Template template;

	private Export export;

	@Setup
	public void load() throws Exception {
		this.engine = new Engine();
		Module module = Module.parse(this.guest.moduleName(), "the benchmark", this.guest.bytes());
		this.export = module.exports().get(0);
		this.template = this.engine.load(module, BeanPeer.LIMITS, Capabilities.NONE);
		WarmUp.of(this::open);
	}

	@Benchmark
	public long open() {
		try (Sandbox sandbox = this.template.open(this.export, BeanPeer.LIMITS, Capabilities.NONE)) {
			return sandbox.memory();
		}
	}

	@TearDown
	public void close() {
		this.engine.close();
	}

}
