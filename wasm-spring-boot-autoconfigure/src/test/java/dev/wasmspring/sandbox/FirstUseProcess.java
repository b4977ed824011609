package dev.wasmspring.sandbox;

import java.nio.file.Path;
import java.time.Duration;

import dev.wasmspring.Fixtures;
import dev.wasmspring.sandbox.limit.HostMemory;
import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.limit.SandboxException;
import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.wasi.Capabilities;

/**
 * A JVM that loads a module and then lets a guest cause everything that it can cause in
 * the host, for the first time. It prints a line in between.
 */
final class FirstUseProcess {

	static final String LOADED = "The module is loaded";

	static final String CALLED = "Everything was called";

	private static final Limits LIMITS = new Limits(Duration.ofMinutes(5), 1 << 20, 1 << 20, 1 << 20);

	private FirstUseProcess() {
	}

	/**
	 * Calls each of the kinds.
	 * @param arguments a directory for the cache, and optionally {@code refuse} to load a
	 * module first while no calls are taken
	 */
	public static void main(String[] arguments) {
		try (Engine engine = new Engine(HostMemory.ofHeap(), Path.of(arguments[0]))) {
			if (arguments.length > 1) {
				refuse(engine);
			}
			Template template = engine.load(Fixtures.module("every_kind"), LIMITS, Capabilities.NONE);
			Template sleeping = engine.load(Module.parse("sleep", "fixture", Fixtures.sleeping(1, "awake")), LIMITS,
					Capabilities.NONE);
			end(template, 0);
			// Touches nothing but what is used above a guest
			call(engine.load(Fixtures.module("echo"), LIMITS, Capabilities.NONE));
			System.out.println(LOADED);
			for (int kind = 0; kind < StackOverflowProcess.KINDS; kind++) {
				end(template, kind);
			}
			call(sleeping);
			System.out.println(CALLED);
		}
	}

	private static void refuse(Engine engine) {
		engine.endCalls();
		try {
			FirstUse.prepare(engine.calls());
			throw new AssertionError("Calls were taken");
		}
		catch (SandboxException ex) {
			engine.acceptCalls();
		}
	}

	private static void call(Template template) {
		try (Sandbox sandbox = template.open(template.module().exports().get(0), LIMITS, Capabilities.NONE)) {
			sandbox.call(new byte[0]);
		}
	}

	private static void end(Template template, int kind) {
		try (Sandbox sandbox = template.open(template.module().exports().get(0), LIMITS, Capabilities.NONE)) {
			sandbox.call(new long[] { 0, kind });
		}
		catch (SandboxException ex) {
			String.valueOf(ex.getMessage());
		}
	}

}
