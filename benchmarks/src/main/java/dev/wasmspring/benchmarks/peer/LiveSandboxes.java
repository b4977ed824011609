package dev.wasmspring.benchmarks.peer;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import dev.wasmspring.sandbox.Engine;
import dev.wasmspring.sandbox.Sandbox;
import dev.wasmspring.sandbox.Template;
import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.limit.SandboxException;
import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.wasi.Capabilities;

/**
 * A program that holds as many sandboxes of the function in Rust at once as it is told to
 * and as the engine lets it, first new ones and then ones that were called but not
 * closed. It prints how many they were and the bytes of heap that each of them took.
 */
public final class LiveSandboxes {

	private static final Limits LIMITS = new Limits(Duration.ofHours(1), 64 << 20, 1 << 20, 1 << 20);

	private LiveSandboxes() {
	}

	/**
	 * Runs the program.
	 * @param args how many sandboxes
	 */
	public static void main(String[] args) {
		int count = Integer.parseInt(args[0]);
		try (Engine engine = new Engine()) {
			Module module = Module.parse(Guest.ORDER.moduleName(), "the benchmark", Guest.ORDER.bytes());
			Template template = engine.load(module, LIMITS, Capabilities.NONE);
			hold(template, count, "new");
			hold(template, count, "called");
		}
	}

	private static void hold(Template template, int count, String what) {
		long before = used();
		List<Sandbox> live = new ArrayList<>(count);
		try {
			while (live.size() < count) {
				live.add(template.open(template.module().exports().get(0), LIMITS, Capabilities.NONE));
				if (what.equals("called")) {
					live.get(live.size() - 1).call(Guest.ORDER.input());
				}
			}
		}
		catch (SandboxException ex) {
			// The engine lets no more live at once
		}
		System.out.println(what + "-sandboxes=" + live.size());
		System.out.println(what + "-bytes=" + (used() - before) / live.size());
		live.forEach(Sandbox::close);
	}

	private static long used() {
		System.gc();
		System.gc();
		return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
	}

}
