package dev.wasmspring.benchmarks.web;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;

import dev.wasmspring.function.ModuleStatus;
import dev.wasmspring.function.WasmFunctions;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * An application with functions that came from modules, and a controller that does in
 * Java what one of them does. It prints how it started, and ends when its standard input
 * does.
 */
@SpringBootApplication(proxyBeanMethods = false)
public class BenchmarkApplication {

	/**
	 * Starts the application.
	 * @param args properties, as {@code --name=value}
	 */
	public static void main(String[] args) throws IOException, InterruptedException {
		try (ConfigurableApplicationContext context = SpringApplication.run(BenchmarkApplication.class, args)) {
			print("ready-millis", ManagementFactory.getRuntimeMXBean().getUptime());
			System.gc();
			System.gc();
			print("heap", ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
			print("code",
					ManagementFactory.getMemoryPoolMXBeans()
						.stream()
						.filter((pool) -> pool.getType() == MemoryType.NON_HEAP)
						.filter((pool) -> !pool.getName().startsWith("Compressed"))
						.map(MemoryPoolMXBean::getUsage)
						.mapToLong((usage) -> usage.getUsed())
						.sum());
			awaitLoaded(context.getBean(WasmFunctions.class));
			print("loaded-millis", ManagementFactory.getRuntimeMXBean().getUptime());
			print("port", context.getEnvironment().getRequiredProperty("local.server.port", Long.class));
			System.in.transferTo(java.io.OutputStream.nullOutputStream());
		}
	}

	/**
	 * Waits for modules that the application does not wait for when it starts.
	 */
	private static void awaitLoaded(WasmFunctions functions) throws InterruptedException {
		while (functions.modules().stream().anyMatch((module) -> module.state() == ModuleStatus.State.PENDING)) {
			Thread.sleep(10);
		}
	}

	private static void print(String name, long value) {
		System.out.println(name + "=" + value);
	}

}
