package dev.wasmspring.sandbox.wasi;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What a guest may see of the world beyond its input; nothing unless given. Immutable;
 * lives as long as its function and is shared by all threads.
 *
 * @param arguments the command's arguments, without the program's name
 * @param environment the environment variables
 * @param mounts the directories, in the order in which the guest finds them
 * @param clockResolution the steps in which the guest's clocks go, 1 ns to 1 s
 * @param hostCalls what the guest can ask of its host, {@code null} for nothing
 */
public record Capabilities(List<String> arguments, Map<String, String> environment, List<Mount> mounts,
		Duration clockResolution, @Nullable HostCalls hostCalls) {

	/**
	 * How finely a guest measures time unless it is given more: 1 millisecond. Enough to
	 * date and to time work, too little to tell by its time what others do.
	 */
	public static final Duration CLOCK_RESOLUTION = Duration.ofMillis(1);

	/**
	 * Neither arguments nor environment nor directories.
	 */
	public static final Capabilities NONE = new Capabilities(List.of(), Map.of());

	public Capabilities {
		arguments = List.copyOf(arguments);
		environment = Map.copyOf(environment);
		mounts = List.copyOf(mounts);
		Mount.requireDistinct(mounts);
		if (clockResolution.isNegative() || clockResolution.isZero()
				|| clockResolution.compareTo(Duration.ofSeconds(1)) > 0) {
			throw new IllegalArgumentException(
					"The resolution of the clocks must be between 1ns and 1s, but is " + clockResolution);
		}
	}

	/**
	 * Capabilities without calls of the host.
	 * @param arguments the command's arguments, without the program's name
	 * @param environment the environment variables
	 * @param mounts the directories, in the order in which the guest finds them
	 * @param clockResolution the steps in which the guest's clocks go, 1 ns to 1 s
	 */
	public Capabilities(List<String> arguments, Map<String, String> environment, List<Mount> mounts,
			Duration clockResolution) {
		this(arguments, environment, mounts, clockResolution, null);
	}

	/**
	 * Capabilities without directories.
	 * @param arguments the command's arguments, without the program's name
	 * @param environment the environment variables
	 */
	public Capabilities(List<String> arguments, Map<String, String> environment) {
		this(arguments, environment, List.of(), CLOCK_RESOLUTION);
	}

	/**
	 * Reads the files of all mounts now, which the first call would do otherwise.
	 * @throws IOException if files cannot be read, or are too many or too large
	 */
	public void readMounts() throws IOException {
		for (Mount mount : this.mounts) {
			try {
				mount.read();
			}
			catch (IOException ex) {
				throw new IOException("Mount '" + mount.path() + "': " + ex.getMessage(), ex);
			}
		}
	}

	/**
	 * The same, with more environment variables.
	 * @param more the variables, which take the place of those of the same names
	 * @return this, if there are none
	 */
	public Capabilities withEnvironment(Map<String, String> more) {
		if (more.isEmpty()) {
			return this;
		}
		Map<String, String> all = new HashMap<>(this.environment);
		all.putAll(more);
		return new Capabilities(this.arguments, all, this.mounts, this.clockResolution, this.hostCalls);
	}

	/**
	 * The same, with environment variables that give way to those that are there.
	 * @param more the variables
	 * @return this, if there are none
	 */
	public Capabilities withDefaultEnvironment(Map<String, String> more) {
		if (more.isEmpty()) {
			return this;
		}
		Map<String, String> all = new HashMap<>(more);
		all.putAll(this.environment);
		return new Capabilities(this.arguments, all, this.mounts, this.clockResolution, this.hostCalls);
	}

	/**
	 * The same, with what the guest can ask of its host.
	 * @param calls what answers it, {@code null} for nothing
	 */
	public Capabilities withHostCalls(@Nullable HostCalls calls) {
		return new Capabilities(this.arguments, this.environment, this.mounts, this.clockResolution, calls);
	}

}
