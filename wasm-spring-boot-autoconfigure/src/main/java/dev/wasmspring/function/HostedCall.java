package dev.wasmspring.function;

import dev.wasmspring.sandbox.wasi.HostCalls;
import org.jetbrains.annotations.ApiStatus;
import org.jspecify.annotations.Nullable;

import org.springframework.messaging.MessageHeaders;

/**
 * What one call of a script is given by whoever makes it, and what is left of it: what
 * the script can ask for while it runs, and what it printed. Lives for that call, as a
 * header of its message, and is confined to the caller's thread; what the script asks for
 * is answered on another one, while the caller waits.
 * <p>
 * Such a call writes nothing into the log of its function, since what models write is not
 * for it.
 */
@ApiStatus.Internal
public final class HostedCall {

	/**
	 * The header of a message that has one.
	 */
	public static final String HEADER = "wasmHostedCall";

	private static final byte[] NOTHING = {};

	private final @Nullable HostCalls calls;

	private byte[] printed = NOTHING;

	private long memory;

	/**
	 * Prepares a call.
	 * @param calls answers what the script asks for, {@code null} if it can ask for
	 * nothing. It runs on a thread that has stack enough, however deep the script is
	 */
	public HostedCall(@Nullable HostCalls calls) {
		this.calls = calls;
	}

	/**
	 * The call that a message is for.
	 * @return {@code null} if it is for none of these
	 */
	static @Nullable HostedCall of(@Nullable MessageHeaders headers) {
		return (headers != null && headers.get(HEADER) instanceof HostedCall call) ? call : null;
	}

	/**
	 * What the script can ask for.
	 * @param threads where it is answered. The guest decides how much of its own stack is
	 * left, and code of the host that runs out of stack may leave a lock locked or a
	 * class without its initialisation
	 * @param stack the size of the stack there
	 */
	@Nullable HostCalls calls(GuestThreads threads, long stack) {
		HostCalls answering = this.calls;
		return (answering != null) ? new OnOwnStack(answering, threads, stack) : null;
	}

	boolean isAsking() {
		return this.calls != null;
	}

	void ended(byte[] printed, long memory) {
		this.printed = printed;
		this.memory = memory;
	}

	/**
	 * What the script printed, at most 64 KiB of it.
	 * @return text in UTF-8, or anything
	 */
	public byte[] printed() {
		return this.printed;
	}

	/**
	 * The linear memory that the script held in the end.
	 * @return bytes; 0 if it never ran
	 */
	public long memory() {
		return this.memory;
	}

	/**
	 * What answers on another thread. Lives for the call.
	 */
	private record OnOwnStack(HostCalls calls, GuestThreads threads, long stack) implements HostCalls {

		@Override
		public byte[] call(byte[] request) {
			return this.threads.runOnStack(this.stack, () -> this.calls.call(request));
		}

		@Override
		public int longest() {
			return this.calls.longest();
		}

	}

}
