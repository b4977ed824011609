package dev.wasmspring.sandbox.compiler;

import java.util.Set;

import dev.wasmspring.sandbox.split.SplitSettings;
import org.jspecify.annotations.Nullable;

/**
 * Whether functions that are too large for the JVM's compilers are split. Immutable;
 * lives as long as its {@code Engine} and is shared by all threads.
 *
 * @param settings how large functions may be, or {@code null} if none are split
 * @param except the names of modules whose functions are left as they are
 */
public record Splitting(@Nullable SplitSettings settings, Set<String> except) {

	/**
	 * For tests: cuts all functions that are larger, so that hardly any is left whole.
	 */
	private static final @Nullable Integer LIMIT = Integer.getInteger("wasmspring.split.limit");

	/**
	 * The functions of all modules are split.
	 */
	public static final Splitting ALL = except(Set.of());

	/**
	 * No function is split.
	 */
	public static final Splitting NONE = new Splitting(null, Set.of());

	public Splitting {
		except = Set.copyOf(except);
	}

	/**
	 * The functions of all modules but some are split.
	 * @param except the names of those modules
	 */
	public static Splitting except(Set<String> except) {
		return new Splitting((LIMIT != null) ? SplitSettings.ofLimit(LIMIT) : SplitSettings.DEFAULTS, except);
	}

	/**
	 * Whether functions of a module are split if they are too large.
	 */
	public boolean isFor(String module) {
		return settings(module) != null;
	}

	/**
	 * How large the functions of a module may be.
	 * @return {@code null} if they are not split
	 */
	@Nullable SplitSettings settings(String module) {
		return this.except.contains(module) ? null : this.settings;
	}

}
