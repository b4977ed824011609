package dev.wasmspring.sandbox.wasi;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;

import dev.wasmspring.sandbox.memory.LinearMemory;

/**
 * What a guest waits for in one {@code poll_oneoff}. Lives for that function and is
 * confined to the thread of the call.
 * <p>
 * Everything but a clock is ready at once: input and files lie in memory, and their end
 * is nothing to wait for either.
 */
final class Poll {

	/**
	 * Most things that a guest may wait for at once.
	 */
	static final int MAX_SUBSCRIPTIONS = 64;

	private static final int SUBSCRIPTION_SIZE = 48;

	private static final int EVENT_SIZE = 32;

	private static final int CLOCK = 0;

	private static final int READ = 1;

	private static final int WRITE = 2;

	private static final int ABSOLUTE = 1;

	private static final short HANGUP = 1;

	/**
	 * The longest that the thread sleeps without asking whether the call may go on.
	 */
	private static final long LONGEST_SLEEP = TimeUnit.MINUTES.toNanos(1);

	private final Call call;

	private final ByteBuffer subscriptions;

	private final int count;

	/** What is ready, one event after the other. */
	private final ByteBuffer events;

	private final long start = System.nanoTime();

	private Poll(Call call, byte[] subscriptions) {
		this.call = call;
		this.subscriptions = ByteBuffer.wrap(subscriptions).order(ByteOrder.LITTLE_ENDIAN);
		this.count = subscriptions.length / SUBSCRIPTION_SIZE;
		this.events = ByteBuffer.allocate(this.count * EVENT_SIZE).order(ByteOrder.LITTLE_ENDIAN);
	}

	/**
	 * Waits until something is ready, or until the deadline of the call.
	 * @param subscriptionsAt what to wait for
	 * @param eventsAt where what is ready is written, as many as there are subscriptions
	 * @param countAt where it is written how many there are
	 * @throws Errno.ErrnoException if it is not right what to wait for
	 */
	static void wait(Call call, LinearMemory memory, int subscriptionsAt, int eventsAt, int count, int countAt) {
		if (count <= 0 || count > MAX_SUBSCRIPTIONS) {
			throw Errno.INVAL.failure();
		}
		byte[] subscriptions = memory.readBytes(subscriptionsAt, count * SUBSCRIPTION_SIZE);
		memory.requireWithin(eventsAt, count * EVENT_SIZE);
		memory.requireWithin(countAt, Integer.BYTES);
		call.discard(subscriptions.length + (long) count * EVENT_SIZE);
		Poll poll = new Poll(call, subscriptions);
		poll.requireValid();
		poll.await();
		memory.write(eventsAt, poll.events.array(), 0, poll.events.position());
		memory.writeI32(countAt, poll.events.position() / EVENT_SIZE);
	}

	private void requireValid() {
		for (int i = 0; i < this.count; i++) {
			int kind = kind(i);
			if (kind == CLOCK) {
				// Fails if there is no such clock
				this.call.clock().time(clock(i));
			}
			if (kind > WRITE || kind == CLOCK && (clockFlags(i) & ~ABSOLUTE) != 0) {
				throw Errno.INVAL.failure();
			}
		}
	}

	private void await() {
		while (true) {
			this.call.check();
			long wait = Long.MAX_VALUE;
			for (int i = 0; i < this.count; i++) {
				if (kind(i) != CLOCK) {
					addDescriptor(i);
					wait = 0;
				}
				else {
					long left = left(i);
					if (left <= 0) {
						add(i, Errno.SUCCESS);
					}
					wait = Math.min(wait, left);
				}
			}
			if (wait <= 0) {
				return;
			}
			sleep(Math.min(wait, LONGEST_SLEEP));
		}
	}

	private void sleep(long nanos) {
		try {
			TimeUnit.NANOSECONDS.sleep(nanos);
		}
		catch (InterruptedException ex) {
			// For whoever looks at it next, the check before all
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * How long a clock is still to be waited for, in nanoseconds; not positive if it has
	 * struck.
	 */
	private long left(int index) {
		long timeout = this.subscriptions.getLong(index * SUBSCRIPTION_SIZE + 24);
		if (timeout < 0) {
			// Unsigned, so centuries ahead
			return Long.MAX_VALUE;
		}
		if ((clockFlags(index) & ABSOLUTE) != 0) {
			// The clock as the guest sees it
			return timeout - this.call.clock().time(clock(index));
		}
		return timeout - (System.nanoTime() - this.start);
	}

	private void addDescriptor(int index) {
		GuestFiles files = this.call.files();
		int fd = this.subscriptions.getInt(index * SUBSCRIPTION_SIZE + 16);
		try {
			long bytes = (kind(index) == READ) ? files.contents().readable(fd) : files.contents().writable(fd);
			int event = add(index, Errno.SUCCESS);
			this.events.putLong(event + 16, bytes);
			if (kind(index) == READ && files.contents().isAtEnd(fd)) {
				this.events.putShort(event + 24, HANGUP);
			}
		}
		catch (Errno.ErrnoException ex) {
			add(index, ex.errno());
		}
	}

	private int add(int index, Errno errno) {
		int event = this.events.position();
		this.events.putLong(event, this.subscriptions.getLong(index * SUBSCRIPTION_SIZE));
		this.events.putShort(event + 8, (short) errno.value());
		this.events.put(event + 10, (byte) kind(index));
		this.events.position(event + EVENT_SIZE);
		return event;
	}

	private int kind(int index) {
		return Byte.toUnsignedInt(this.subscriptions.get(index * SUBSCRIPTION_SIZE + 8));
	}

	private int clock(int index) {
		return this.subscriptions.getInt(index * SUBSCRIPTION_SIZE + 16);
	}

	private int clockFlags(int index) {
		return this.subscriptions.getShort(index * SUBSCRIPTION_SIZE + 40);
	}

}
