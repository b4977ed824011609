package dev.wasmspring.sandbox;

import java.io.ByteArrayOutputStream;

/**
 * Where a guest's standard output or standard error goes: a buffer that never grows
 * beyond its limit. Lives for one call and is confined to its thread.
 */
final class BoundedOutput extends ByteArrayOutputStream {

	private final long limit;

	private final boolean failing;

	private BoundedOutput(long limit, boolean failing) {
		super(0);
		this.limit = limit;
		this.failing = failing;
	}

	/**
	 * Ends the call when more than the limit is written.
	 */
	static BoundedOutput failing(long limit) {
		return new BoundedOutput(limit, true);
	}

	/**
	 * Keeps the first bytes up to the limit and drops the rest.
	 */
	static BoundedOutput dropping(long limit) {
		return new BoundedOutput(limit, false);
	}

	@Override
	public void write(int b) {
		if (room(1) == 1) {
			super.write(b);
		}
	}

	@Override
	public void write(byte[] bytes, int offset, int length) {
		super.write(bytes, offset, room(length));
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
