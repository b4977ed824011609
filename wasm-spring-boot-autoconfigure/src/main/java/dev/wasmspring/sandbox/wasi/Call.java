package dev.wasmspring.sandbox.wasi;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

import dev.wasmspring.sandbox.limit.Deadline;
import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.limit.MemoryBudget;
import dev.wasmspring.sandbox.limit.MemoryClaim;
import dev.wasmspring.sandbox.memory.Checkpoint;
import org.jspecify.annotations.Nullable;

/**
 * The host's side of one call: its deadline, the memory it holds, its input, its output,
 * and the state of its WASI. Lives for one call and is confined to its thread. It is the
 * checkpoint of its linear memory, and that is how a host function, which is shared by
 * all calls, finds it.
 */
public final class Call implements Checkpoint, StandardStreams, AutoCloseable {

	/**
	 * What of standard error is kept, in bytes. The rest is dropped without an error: a
	 * guest that complains too much must not fail because of it.
	 */
	private static final int STANDARD_ERROR_LIMIT = 64 * 1024;

	private final Deadline deadline;

	private final MemoryClaim memory;

	private final String program;

	private final Capabilities capabilities;

	private final SecureRandom random;

	private final BoundedOutput standardOutput;

	private final BoundedOutput standardError;

	private final @Nullable HostLine hostLine;

	private byte[] input = {};

	private final CallClock clock;

	private @Nullable StandardInput standardInput;

	private @Nullable List<byte[]> arguments;

	private @Nullable List<byte[]> environment;

	private @Nullable GuestFiles files;

	private @Nullable Vectors vectors;

	public Call(Deadline deadline, MemoryBudget budget, String program, Limits limits, Capabilities capabilities,
			SecureRandom random) {
		this.deadline = deadline;
		this.memory = new MemoryClaim(budget, deadline);
		this.program = program;
		this.capabilities = capabilities;
		this.random = random;
		this.clock = new CallClock(capabilities.clockResolution().toNanos());
		this.standardOutput = BoundedOutput.failing(limits.output(), this);
		this.standardError = BoundedOutput.dropping(STANDARD_ERROR_LIMIT, this);
		HostCalls hostCalls = capabilities.hostCalls();
		this.hostLine = (hostCalls != null) ? new HostLine(hostCalls, this) : null;
	}

	public void input(byte[] bytes) {
		this.input = bytes;
	}

	CallClock clock() {
		return this.clock;
	}

	/**
	 * The descriptors of this call, its streams and mounts to begin with; made when the
	 * guest first uses one.
	 */
	public GuestFiles files() {
		GuestFiles current = this.files;
		if (current == null) {
			current = new GuestFiles(this.capabilities.mounts(), this, this.clock, this);
			this.files = current;
		}
		return current;
	}

	/**
	 * What a read or write of the guest names, made at the first and used for all.
	 */
	Vectors vectors() {
		Vectors current = this.vectors;
		if (current == null) {
			current = new Vectors();
			this.vectors = current;
		}
		return current;
	}

	/**
	 * What a command is called with, its own name first: text that ends with a zero.
	 */
	List<byte[]> arguments() {
		List<byte[]> current = this.arguments;
		if (current == null) {
			current = new ArrayList<>();
			current.add(text(this.program));
			for (String argument : this.capabilities.arguments()) {
				current.add(text(argument));
			}
			this.arguments = current;
		}
		return current;
	}

	/**
	 * The environment variables as {@code name=value}: text that ends with a zero.
	 */
	List<byte[]> environment() {
		List<byte[]> current = this.environment;
		if (current == null) {
			List<byte[]> all = new ArrayList<>();
			this.capabilities.environment().forEach((name, value) -> all.add(text(name + "=" + value)));
			current = all;
			this.environment = current;
		}
		return current;
	}

	private static byte[] text(String text) {
		return (text + '\0').getBytes(StandardCharsets.UTF_8);
	}

	SecureRandom random() {
		return this.random;
	}

	/**
	 * Ends the call if its deadline has passed; for work of the host that takes long.
	 */
	@Override
	public void check() {
		this.deadline.check();
	}

	@Override
	public void allocate(long bytes) {
		this.memory.use(bytes);
	}

	/**
	 * Says that the call is one of a script, which takes more memory than others.
	 */
	public void ofScript() {
		this.memory.ofScript();
	}

	/**
	 * Accounts for the stack of the thread that the call runs on, until its end.
	 */
	public void holdStack(long bytes) {
		this.memory.holdStack(bytes);
	}

	@Override
	public void discard(long bytes) {
		this.memory.discard(bytes);
	}

	/**
	 * How long the call has waited for host memory so far, in nanoseconds.
	 */
	public long memoryWait() {
		return this.memory.waited();
	}

	public Deadline deadline() {
		return this.deadline;
	}

	/**
	 * What the guest reads, made when it first asks for it.
	 */
	@Override
	public StandardInput standardInput() {
		StandardInput current = this.standardInput;
		if (current == null) {
			current = new StandardInput(this.input);
			this.standardInput = current;
		}
		return current;
	}

	@Override
	public BoundedOutput standardOutput() {
		return this.standardOutput;
	}

	@Override
	public BoundedOutput standardError() {
		return this.standardError;
	}

	@Override
	public @Nullable HostLine hostLine() {
		return this.hostLine;
	}

	/**
	 * Gives everything back. The deadline last: until then the watchdog looks after the
	 * closing as well.
	 */
	@Override
	public void close() {
		try (this.deadline; this.memory) {
			// There is nothing else to close: files and streams lie in memory
		}
	}

}
