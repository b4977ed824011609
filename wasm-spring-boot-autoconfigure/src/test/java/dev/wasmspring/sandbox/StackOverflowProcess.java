package dev.wasmspring.sandbox;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import dev.wasmspring.Fixtures;
import dev.wasmspring.sandbox.limit.HostMemory;
import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.limit.SandboxException;
import dev.wasmspring.sandbox.wasi.Capabilities;

/**
 * A JVM in which the first thing that a guest does is to run out of stack, in one kind of
 * trap or function of WASI, at every depth at which that can happen.
 */
final class StackOverflowProcess {

	static final int KINDS = 75;

	/** Small, so that there are few depths. */
	private static final int STACK = 240 * 1024;

	private static final Limits LIMITS = new Limits(Duration.ofMinutes(5), 1 << 20, 1 << 20, 1 << 20);

	private StackOverflowProcess() {
	}

	/**
	 * Prints how all kinds end after that.
	 * @param arguments the kind, and a cache directory that holds the module
	 */
	public static void main(String[] arguments) throws Exception {
		int kind = Integer.parseInt(arguments[0]);
		Path cache = Path.of(arguments[1]);
		Thread thread = new Thread(null, () -> endAtEveryDepth(kind, cache), "deep", STACK);
		thread.start();
		thread.join();
		endings(cache).forEach(System.out::println);
	}

	private static void endAtEveryDepth(int kind, Path cache) {
		try (Engine engine = new Engine(HostMemory.ofHeap(), cache)) {
			Template template = engine.load(Fixtures.module("every_kind"), LIMITS, Capabilities.NONE);
			for (int depth = deepest(template); depth > 0; depth--) {
				end(template, depth, kind);
			}
		}
	}

	private static int deepest(Template template) {
		int fits = 0;
		int fails = 100_000;
		while (fails - fits > 1) {
			int depth = (fits + fails) / 2;
			if (end(template, depth, 0).equals("0")) {
				fits = depth;
			}
			else {
				fails = depth;
			}
		}
		return fits;
	}

	/**
	 * How all kinds end where there is stack enough.
	 */
	static List<String> endings(Path cache) {
		List<String> endings = new ArrayList<>();
		try (Engine engine = new Engine(HostMemory.ofHeap(), cache)) {
			Template template = engine.load(Fixtures.module("every_kind"), LIMITS, Capabilities.NONE);
			for (int kind = 0; kind < KINDS; kind++) {
				endings.add(kind + " " + end(template, 0, kind));
			}
		}
		return endings;
	}

	private static String end(Template template, int depth, int kind) {
		try (Sandbox sandbox = template.open(template.module().exports().get(0), LIMITS, Capabilities.NONE)) {
			return String.valueOf(sandbox.call(new long[] { depth, kind })[0]);
		}
		catch (SandboxException ex) {
			return ex.outcome() + " " + ex.getMessage();
		}
	}

}
