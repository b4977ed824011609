package dev.wasmspring.function;

import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

/**
 * Which version of a function its calls see: one, or two of which each gets its share.
 * Lives until the function gets another one; shared by all threads.
 */
final class FunctionRoute {

	/** To nothing. */
	static final FunctionRoute NONE = new FunctionRoute(null, null, 0, true);

	private final @Nullable FunctionVersion version;

	private final @Nullable FunctionVersion other;

	private final int percent;

	private final boolean enabled;

	private final AtomicLong calls = new AtomicLong();

	private FunctionRoute(@Nullable FunctionVersion version, @Nullable FunctionVersion other, int percent,
			boolean enabled) {
		this.version = version;
		this.other = other;
		this.percent = percent;
		this.enabled = enabled;
	}

	/**
	 * All calls to one version, unless the function is disabled.
	 */
	FunctionRoute to(@Nullable FunctionVersion version) {
		return new FunctionRoute(version, null, 0, this.enabled);
	}

	/**
	 * Some calls to another version.
	 * @param percent how many of a hundred
	 */
	FunctionRoute split(FunctionVersion other, int percent) {
		return new FunctionRoute(this.version, other, percent, this.enabled);
	}

	/**
	 * The same for a function that is disabled, or that is not.
	 */
	FunctionRoute enabled(boolean enabled) {
		return new FunctionRoute(this.version, this.other, this.percent, enabled);
	}

	boolean isEnabled() {
		return this.enabled;
	}

	/**
	 * The version that is in service, whether or not the function is enabled.
	 */
	@Nullable FunctionVersion version() {
		return this.version;
	}

	/**
	 * The version that the next call sees. Of each hundred calls in a row, exactly as
	 * many see the other version as were to, evenly spread.
	 * @return {@code null} if the function is unknown
	 */
	@Nullable FunctionVersion next() {
		if (!this.enabled) {
			return null;
		}
		if (this.other == null || this.version == null) {
			return this.version;
		}
		long call = Math.floorMod(this.calls.getAndIncrement(), 100L);
		return ((call + 1) * this.percent / 100 > call * this.percent / 100) ? this.other : this.version;
	}

}
