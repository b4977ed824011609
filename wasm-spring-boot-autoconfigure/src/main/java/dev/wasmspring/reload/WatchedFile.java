package dev.wasmspring.reload;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;

import dev.wasmspring.discovery.ModuleResource;
import org.jspecify.annotations.Nullable;

/**
 * One file at a {@code file:} location, and all that is known of it: how it looked, and
 * what has become of the module in it. Lives from the first look that finds it until it
 * is gone; confined to one thread at a time.
 */
final class WatchedFile {

	/** Before a file whose failure may pass is read again. */
	private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

	private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

	private ModuleResource resource;

	private State state = State.SETTLING;

	/**
	 * Whether the version of the module that is in service is of this file, or of one
	 * that this file took the place of. A newer version may be rejected all the same.
	 */
	private boolean owner;

	/** What it was like in the last look; {@code null} if it could not be looked at. */
	private @Nullable Map<String, Object> stamp;

	/** Whether it was like that in the look before as well. */
	private boolean same;

	/** What it was like when it was decided upon. */
	private @Nullable Map<String, Object> decided;

	/** In how many looks in a row it was not found. */
	private int missed;

	private @Nullable Pause pause;

	WatchedFile(ModuleResource resource) {
		this.resource = resource;
	}

	/**
	 * Notes what a look has found.
	 * @param found the file, which may have been reached another way this time
	 * @param current what tells its content from others, {@code null} if it cannot be
	 * looked at
	 */
	void found(ModuleResource found, @Nullable Map<String, Object> current) {
		this.resource = found;
		this.same = current != null && current.equals(this.stamp);
		this.stamp = current;
		this.missed = 0;
		if (this.state == State.SHADOWED) {
			this.state = State.SETTLING;
			this.decided = null;
		}
	}

	/**
	 * Notes that a look has not found it.
	 * @return whether it is gone: one that is being exchanged may be missed once
	 */
	boolean missed() {
		this.missed++;
		return this.missed > 1;
	}

	/**
	 * Whether it is new or changed, not being written any more, and not to be left alone
	 * for a while after a failure.
	 */
	boolean isToBeRead() {
		return this.same && !Objects.equals(this.stamp, this.decided)
				&& (this.pause == null || !this.pause.holds(this.stamp));
	}

	/**
	 * Whether it still is what it was in the last look.
	 */
	boolean isStill(@Nullable Map<String, Object> current) {
		return this.stamp != null && this.stamp.equals(current);
	}

	/**
	 * It was read, and is not read again before it changes, whatever comes of it.
	 */
	void read() {
		this.decided = this.stamp;
	}

	/**
	 * It was not decided upon after all.
	 */
	void readAgain() {
		this.decided = null;
	}

	/**
	 * What it holds is in service now, even if that is no function at all.
	 */
	void serve() {
		this.owner = true;
		decide(State.IN_SERVICE);
	}

	/**
	 * What it holds is what is in service already, from wherever that came.
	 */
	void keep() {
		decide(State.IN_SERVICE);
	}

	/**
	 * What it holds cannot be used.
	 */
	void reject() {
		decide(State.REJECTED);
	}

	private void decide(State state) {
		this.state = state;
		this.decided = this.stamp;
		this.pause = null;
	}

	/**
	 * It cannot be used at the moment, and is read again after a pause, which grows
	 * unless the file changes.
	 */
	void rejectForNow() {
		this.state = State.REJECTED;
		this.decided = null;
		this.pause = Pause.after(this.pause, this.stamp);
	}

	/**
	 * Reads it again although it has not changed, if it was rejected: the reason may have
	 * been another file.
	 */
	void reconsider() {
		if (this.state == State.REJECTED) {
			this.decided = null;
		}
	}

	/**
	 * Another file has given its name to a module before.
	 * @return whether that is new
	 */
	boolean shadow() {
		boolean newly = this.state != State.SHADOWED;
		this.state = State.SHADOWED;
		return newly;
	}

	/**
	 * Takes the place of another file of the same name, which is gone.
	 */
	void succeed(WatchedFile other) {
		this.owner |= other.owner;
	}

	/**
	 * Whether the module in service came with it, so that it may be replaced or removed.
	 */
	boolean isOwner() {
		return this.owner;
	}

	void own() {
		this.owner = true;
	}

	State state() {
		return this.state;
	}

	ModuleResource resource() {
		return this.resource;
	}

	String name() {
		return this.resource.name();
	}

	String origin() {
		return this.resource.origin();
	}

	/**
	 * What has become of the module in a file.
	 */
	enum State {

		/**
		 * Nothing yet: the file is new, or still being written.
		 */
		SETTLING,

		/**
		 * It is in service.
		 */
		IN_SERVICE,

		/**
		 * It cannot be used; an older version of it may be in service.
		 */
		REJECTED,

		/**
		 * It is not read, since another file of the same name was there before.
		 */
		SHADOWED

	}

	/**
	 * A pause before a file is read again. Immutable.
	 *
	 * @param stamp tells whether the file is still the same
	 * @param length how long it is
	 * @param end when it ends, as {@link System#nanoTime()} has it
	 */
	private record Pause(@Nullable Map<String, Object> stamp, Duration length, long end) {

		static Pause after(@Nullable Pause last, @Nullable Map<String, Object> stamp) {
			Duration length = FIRST_PAUSE;
			if (last != null && Objects.equals(last.stamp, stamp)) {
				Duration longer = last.length.multipliedBy(2);
				length = (longer.compareTo(LONGEST_PAUSE) < 0) ? longer : LONGEST_PAUSE;
			}
			return new Pause(stamp, length, System.nanoTime() + length.toNanos());
		}

		boolean holds(@Nullable Map<String, Object> current) {
			return Objects.equals(this.stamp, current) && System.nanoTime() - this.end < 0;
		}

	}

}
