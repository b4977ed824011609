package dev.wasmspring.autoconfigure;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

import org.jetbrains.annotations.ApiStatus;

/**
 * Tells which functions can be called over HTTP. Lives as long as the context, shared by
 * all threads. It is asked of functions that there are, in every call, so it remembers.
 */
@ApiStatus.Internal
public final class WebExposure implements Predicate<String> {

	private final ConfiguredFunctions configured;

	private final Map<String, Boolean> known = new ConcurrentHashMap<>();

	/**
	 * Creates what tells.
	 * @param configured what the properties say
	 */
	public WebExposure(ConfiguredFunctions configured) {
		this.configured = configured;
	}

	@Override
	public boolean test(String function) {
		Boolean exposed = this.known.get(function);
		return (exposed != null) ? exposed : this.known.computeIfAbsent(function, this::read);
	}

	private synchronized boolean read(String function) {
		return this.configured.isExposed(function);
	}

}
