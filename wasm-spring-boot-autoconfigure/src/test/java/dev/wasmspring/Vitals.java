package dev.wasmspring;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;

import com.sun.management.UnixOperatingSystemMXBean;

/**
 * What of a JVM must not grow, after everything that can be collected was. Immutable.
 *
 * @param heap bytes of the heap that are in use
 * @param metaspace bytes outside of the heap that hold classes
 * @param classes classes that are loaded
 * @param unloaded classes that were unloaded since the JVM started
 * @param threads live threads
 * @param files open files, 0 where nobody counts them
 */
public record Vitals(long heap, long metaspace, int classes, long unloaded, int threads, long files) {

	/** Collects what can be collected and takes the measures. */
	public static Vitals now() throws InterruptedException {
		for (int i = 0; i < 3; i++) {
			System.gc();
			Thread.sleep(50);
		}
		var classes = ManagementFactory.getClassLoadingMXBean();
		long files = (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix)
				? unix.getOpenFileDescriptorCount() : 0;
		return new Vitals(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(), metaspaceInUse(),
				classes.getLoadedClassCount(), classes.getUnloadedClassCount(),
				ManagementFactory.getThreadMXBean().getThreadCount(), files);
	}

	/** Bytes that hold classes now, those that could be unloaded included. */
	public static long metaspaceInUse() {
		return ManagementFactory.getMemoryPoolMXBeans()
			.stream()
			.filter((pool) -> pool.getName().equals("Metaspace"))
			.mapToLong((MemoryPoolMXBean pool) -> pool.getUsage().getUsed())
			.sum();
	}

}
