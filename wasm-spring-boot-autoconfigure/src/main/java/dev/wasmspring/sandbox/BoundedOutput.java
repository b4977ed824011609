package dev.wasmspring.sandbox;

import java.io.ByteArrayOutputStream;

/**
 * Where a guest's standard output or standard error goes: a buffer that never grows
 * beyond its limit. Lives for one call and is confined to its thread.
 */
final class BoundedOutput extends ByteArrayOutputStream {

	private final long limit;

	private final boolean failing;

	private final Checkpoint checkpoint;

	private BoundedOutput(long limit, boolean failing, Checkpoint checkpoint) {
		super(0);
		this.limit = limit;
		this.failing = failing;
		this.checkpoint = checkpoint;
	}

	/**
	 * Ends the call when more than the limit is written.
	 */
	static BoundedOutput failing(long limit, Checkpoint checkpoint) {
		return new BoundedOutput(limit, true, checkpoint);
	}

	/**
	 * Keeps the first bytes up to the limit and drops the rest.
	 */
	static BoundedOutput dropping(long limit, Checkpoint checkpoint) {
		return new BoundedOutput(limit, false, checkpoint);
	}

	@Override
	public void write(int b) {
		write(new byte[] { (byte) b }, 0, 1);
	}

	@Override
	public void write(byte[] bytes, int offset, int length) {
		int accepted = room(length);
		// The buffer doubles when it is full, and the result is a copy of it
		this.checkpoint.allocate(3L * accepted);
		super.write(bytes, offset, accepted);
	}

	private int room(int wanted) {
		long room = this.limit - this.count;
		if (wanted <= room) {
			return wanted;
		}
		if (this.failing) {
			throw new LimitExceeded();
		}
		return (int) room;
	}

	/**
	 * Unwinds the guest. Not an {@link java.io.IOException}, which WASI would turn into
	 * an errno that the guest may ignore.
	 */
	static final class LimitExceeded extends RuntimeException {

		LimitExceeded() {
			super("the output is larger than allowed", null, false, false);
		}

	}

}
