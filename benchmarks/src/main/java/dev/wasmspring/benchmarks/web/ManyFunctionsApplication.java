package dev.wasmspring.benchmarks.web;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

import com.sun.management.OperatingSystemMXBean;
import dev.wasmspring.benchmarks.peer.Guest;
import dev.wasmspring.function.WasmFunction;
import dev.wasmspring.function.WasmFunctions;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * An application with more functions than are loaded at once, which calls all of them in
 * turn, twice, so that each call has to load its module. It prints how it started, what
 * it holds, and what the calls took.
 */
@SpringBootApplication(proxyBeanMethods = false)
public class ManyFunctionsApplication {

	/**
	 * Starts the application and calls its functions.
	 * @param args properties, as {@code --name=value}
	 */
	public static void main(String[] args) throws Exception {
		try (ConfigurableApplicationContext context = SpringApplication.run(ManyFunctionsApplication.class, args)) {
			print("ready-millis", ManagementFactory.getRuntimeMXBean().getUptime());
			print("ready-processor-millis", processorTime() / 1_000_000);
			printMemory("ready");
			WasmFunctions functions = context.getBean(WasmFunctions.class);
			awaitLoaded(functions);
			print("loaded-millis", ManagementFactory.getRuntimeMXBean().getUptime());
			printMemory("loaded");
			List<WasmFunction> all = functions.all();
			callAll(all, "first");
			callAll(all, "again");
			call(all.get(0));
			print("warm-micros", call(all.get(0)) / 1000);
			print("used", functions.loadedMemory().used());
			print("unloads", functions.loadedMemory().unloads());
		}
	}

	/**
	 * Waits until no more modules are loaded behind the start.
	 */
	private static void awaitLoaded(WasmFunctions functions) throws InterruptedException {
		for (long before = -1, now = 0; now == 0 || now != before; now = functions.loadedMemory().used()) {
			before = now;
			Thread.sleep(1000);
		}
	}

	/**
	 * What this process had of the processors, the JVM's own threads included.
	 */
	private static long processorTime() {
		return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
	}

	private static void callAll(List<WasmFunction> functions, String round) throws IOException {
		long[] nanos = new long[functions.size()];
		long[] all = new long[functions.size()];
		int loads = 0;
		int calls = 0;
		long processor = processorTime();
		for (WasmFunction function : functions) {
			long before = function.statistics().loads();
			long duration = call(function);
			all[calls++] = duration;
			if (function.statistics().loads() > before) {
				nanos[loads++] = duration;
			}
		}
		print(round + "-processor-micros", (processorTime() - processor) / functions.size() / 1000);
		print(round + "-loads", loads);
		print(round, Arrays.copyOf(nanos, loads));
		print(round + "-all", all);
		printMemory(round);
	}

	private static void print(String name, long[] nanos) {
		Arrays.sort(nanos);
		print(name + "-median-micros", percentile(nanos, 0.5));
		print(name + "-slow-micros", percentile(nanos, 0.99));
		print(name + "-max-micros", percentile(nanos, 1));
	}

	private static long percentile(long[] sorted, double part) {
		return (sorted.length > 0) ? sorted[(int) Math.ceil(part * sorted.length) - 1] / 1000 : 0;
	}

	private static long call(WasmFunction function) {
		long start = System.nanoTime();
		byte[] answer = (byte[]) function.apply(Guest.GREETING.input());
		long duration = System.nanoTime() - start;
		if (!Arrays.equals(answer, Guest.GREETING.answer())) {
			throw new IllegalStateException(function + " answers '" + new String(answer, StandardCharsets.UTF_8) + "'");
		}
		return duration;
	}

	/**
	 * What the system counts for this process, and what the JVM counts as used.
	 */
	private static void printMemory(String when) throws IOException {
		for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
			if (line.startsWith("VmRSS")) {
				print(when + "-resident", kilobytes(line) * 1024);
			}
			else if (line.startsWith("VmHWM")) {
				print(when + "-peak", kilobytes(line) * 1024);
			}
		}
		print(when + "-heap", ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
		print(when + "-metaspace",
				ManagementFactory.getMemoryPoolMXBeans()
					.stream()
					.filter((pool) -> pool.getName().equals("Metaspace"))
					.map(MemoryPoolMXBean::getUsage)
					.mapToLong((usage) -> usage.getCommitted())
					.sum());
	}

	private static long kilobytes(String line) {
		return Long.parseLong(line.replaceAll("\\D", ""));
	}

	private static void print(String name, long value) {
		System.out.println(name + "=" + value);
	}

}
