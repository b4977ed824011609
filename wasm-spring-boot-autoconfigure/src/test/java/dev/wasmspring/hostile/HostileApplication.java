package dev.wasmspring.hostile;

import java.lang.management.ManagementFactory;
import java.util.Map;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * An application that serves every hostile module, and two harmless ones. Runs in a
 * process of its own, whose heap is small.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@RestController
class HostileApplication {

	/** What the process prints before its port once it answers. */
	static final String READY = "ready on port ";

	public static void main(String[] arguments) {
		var context = (ServletWebServerApplicationContext) SpringApplication.run(HostileApplication.class, arguments);
		System.out.println(READY + context.getWebServer().getPort());
	}

	/** What must not grow, after everything that can be collected was. */
	@GetMapping("/vitals")
	Map<String, Long> vitals() {
		System.gc();
		return Map.of("threads", (long) ManagementFactory.getThreadMXBean().getThreadCount(), "heap",
				ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(), "classes",
				(long) ManagementFactory.getClassLoadingMXBean().getLoadedClassCount());
	}

}
