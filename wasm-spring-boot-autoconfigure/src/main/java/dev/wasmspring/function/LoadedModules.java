package dev.wasmspring.function;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

import dev.wasmspring.sandbox.Template;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The modules in service that are loaded, and the memory that they may hold together.
 * Lives as long as the application context; shared by all threads.
 * <p>
 * When they hold more, those that were not called for the longest time are unloaded, and
 * loaded again at their next call. One that runs, or that is being loaded, stays: the
 * memory may be exceeded for as long as that takes. What was unloaded is free when the
 * JVM has collected it.
 * <p>
 * Two locks are taken, always in this order: that of this object, and that of a module.
 * Calls take none of them while their module is loaded.
 */
final class LoadedModules {

	/** No module is ever unloaded. */
	static final long UNLIMITED = Long.MAX_VALUE;

	private static final Log logger = LogFactory.getLog(LoadedModules.class);

	private final long budget;

	/**
	 * By what their templates share: modules with the same digest are one entry. In the
	 * order in which they were loaded. Guarded by this object.
	 */
	private final Map<Object, Entry> entries = new LinkedHashMap<>();

	/** Guarded by this object. */
	private long memory;

	/**
	 * Whether more is held than may be. Written under this object's monitor; read by
	 * calls that end.
	 */
	private volatile boolean exceeded;

	/** Guarded by this object. */
	private boolean warned;

	private final LongAdder unloaded = new LongAdder();

	LoadedModules(long budget) {
		this.budget = budget;
	}

	/**
	 * A module in service was loaded, or one that is loaded was put into service.
	 */
	synchronized void add(Unloadable module) {
		Template template = module.loaded();
		if (template == null || !module.isInService()) {
			// Meanwhile it was unloaded, or taken out of service
			return;
		}
		Entry entry = this.entries.get(template.identity());
		if (entry == null) {
			entry = new Entry(template.loadedMemory(), new ArrayList<>(1));
			this.entries.put(template.identity(), entry);
			this.memory += entry.memory();
			if (entry.memory() > this.budget) {
				warn(module, entry.memory());
			}
		}
		if (!entry.modules().contains(module)) {
			entry.modules().add(module);
		}
		trim();
	}

	private void warn(Unloadable module, long size) {
		if (!this.warned) {
			this.warned = true;
			logger.warn(module.module() + " holds about " + size + " bytes while it is loaded, and all modules together"
					+ " may hold " + this.budget + ": it is loaded again for each of its calls. Raise"
					+ " 'wasm.compilation.loaded-memory'.");
		}
	}

	/**
	 * A module was taken out of service: it is not for us to unload any more, and goes
	 * when its last call has ended.
	 */
	synchronized void remove(Unloadable module) {
		for (Map.Entry<Object, Entry> entry : this.entries.entrySet()) {
			if (entry.getValue().modules().remove(module)) {
				removeIfEmpty(entry.getKey(), entry.getValue());
				break;
			}
		}
		this.exceeded = this.memory > this.budget;
	}

	private void removeIfEmpty(Object identity, Entry entry) {
		if (entry.modules().isEmpty()) {
			this.entries.remove(identity);
			this.memory -= entry.memory();
		}
	}

	/**
	 * A call has ended, and no other runs in its module.
	 */
	void idle() {
		if (this.exceeded) {
			trim();
		}
	}

	private synchronized void trim() {
		while (this.memory > this.budget) {
			Map.Entry<Object, Entry> victim = leastRecentlyCalled();
			if (victim == null || !unload(victim.getKey(), victim.getValue())) {
				break;
			}
		}
		// Whoever is idle next looks again
		this.exceeded = this.memory > this.budget;
	}

	private Map.@Nullable Entry<Object, Entry> leastRecentlyCalled() {
		return this.entries.entrySet()
			.stream()
			.filter((entry) -> entry.getValue().isIdle())
			.min(Comparator.comparingLong((entry) -> entry.getValue().lastCall()))
			.orElse(null);
	}

	/**
	 * Unloads the modules of an entry.
	 * @return whether any was; others may have been called in the meantime
	 */
	private boolean unload(Object identity, Entry entry) {
		boolean any = entry.modules().removeIf((module) -> {
			boolean gone = module.unload();
			if (gone) {
				this.unloaded.increment();
				logger.debug("Unloaded " + module.module());
			}
			return gone;
		});
		removeIfEmpty(identity, entry);
		return any;
	}

	/**
	 * Whether there is no room for modules that nobody has called yet. It was full if one
	 * had to go.
	 */
	synchronized boolean isFull() {
		return this.memory >= this.budget || unloaded() > 0;
	}

	/**
	 * The memory that loaded modules may hold.
	 * @return bytes, or {@link #UNLIMITED}
	 */
	long budget() {
		return this.budget;
	}

	/**
	 * The memory that loaded modules hold, once for those that share it.
	 * @return about how many bytes
	 */
	synchronized long memory() {
		return this.memory;
	}

	/**
	 * How many modules were unloaded, each time counted.
	 */
	long unloaded() {
		return this.unloaded.sum();
	}

	/**
	 * Modules that share a template. Guarded by the monitor of their holder.
	 *
	 * @param memory about how many bytes they hold together
	 * @param modules the modules, at least one
	 */
	private record Entry(long memory, List<Unloadable> modules) {

		boolean isIdle() {
			for (Unloadable module : this.modules) {
				if (!module.isIdle()) {
					return false;
				}
			}
			return true;
		}

		/** When the last of them was called; 0 if none ever was. */
		long lastCall() {
			long last = 0;
			for (Unloadable module : this.modules) {
				last = Math.max(last, module.lastCall());
			}
			return last;
		}

	}

}
