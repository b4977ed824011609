package dev.wasmspring.sandbox;

import java.io.OutputStream;
import java.security.SecureRandom;
import java.util.List;

import com.dylibso.chicory.log.Logger;
import com.dylibso.chicory.wasi.WasiOptions;
import com.dylibso.chicory.wasi.WasiPreview1;
import org.jspecify.annotations.Nullable;

/**
 * The host's side of one call: its deadline, the memory it holds, its input, its output,
 * and the state of its WASI. Lives for one call and is confined to its thread. It is the
 * checkpoint of its linear memory, and that is how a host function, which is shared by
 * all calls, finds it.
 */
final class Call implements Checkpoint, AutoCloseable {

	/**
	 * What of standard error is kept, in bytes. The rest is dropped without an error: a
	 * guest that complains too much must not fail because of it.
	 */
	private static final int STANDARD_ERROR_LIMIT = 64 * 1024;

	private static final Logger SILENT = new Logger() {

		@Override
		public void log(Level level, String message, Throwable throwable) {
			// A guest must not be able to write the host's log
		}

		@Override
		public boolean isLoggable(Level level) {
			return false;
		}

	};

	private final Deadline deadline;

	private final MemoryClaim memory;

	private final String program;

	private final Capabilities capabilities;

	private final SecureRandom random;

	private final BoundedOutput standardOutput;

	private final BoundedOutput standardError;

	private byte[] input = {};

	private final CallClock clock;

	private @Nullable StandardInput standardInput;

	private @Nullable WasiPreview1 wasi;

	private @Nullable GuestFiles files;

	Call(Deadline deadline, MemoryBudget budget, String program, Limits limits, Capabilities capabilities,
			SecureRandom random) {
		this.deadline = deadline;
		this.memory = new MemoryClaim(budget, deadline);
		this.program = program;
		this.capabilities = capabilities;
		this.random = random;
		this.clock = new CallClock(capabilities.clockResolution().toNanos());
		this.standardOutput = BoundedOutput.failing(limits.output(), this);
		this.standardError = BoundedOutput.dropping(STANDARD_ERROR_LIMIT, this);
	}

	void input(byte[] bytes) {
		this.input = bytes;
	}

	/**
	 * The WASI of this call, made when the guest first asks for it: many functions never
	 * do.
	 */
	WasiPreview1 wasi() {
		WasiPreview1 current = this.wasi;
		if (current == null) {
			current = WasiPreview1.builder().withLogger(SILENT).withOptions(options()).build();
			this.wasi = current;
		}
		return current;
	}

	CallClock clock() {
		return this.clock;
	}

	/**
	 * The files of this call, its mounts to begin with; made when the guest first asks
	 * for one.
	 */
	GuestFiles files() {
		GuestFiles current = this.files;
		if (current == null) {
			current = new GuestFiles(this.capabilities.mounts(), this, this.clock);
			this.files = current;
		}
		return current;
	}

	/**
	 * Chicory's WASI knows of the standard streams, but what is written does not go
	 * through it, see {@link WasiFunctions}.
	 */
	private WasiOptions options() {
		WasiOptions.Builder options = WasiOptions.builder()
			.withStdin(standardInput(), false)
			.withStdout(OutputStream.nullOutputStream(), false)
			.withStderr(OutputStream.nullOutputStream(), false)
			.withRandom(this.random)
			.withThrowOnExit0(false)
			.withArguments(arguments());
		this.capabilities.environment().forEach(options::withEnvironment);
		return options.build();
	}

	private List<String> arguments() {
		List<String> given = this.capabilities.arguments();
		String[] all = new String[given.size() + 1];
		all[0] = this.program;
		for (int i = 0; i < given.size(); i++) {
			all[i + 1] = given.get(i);
		}
		return List.of(all);
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
	 * Accounts for the stack of the thread that the call runs on, until its end.
	 */
	void holdStack(long bytes) {
		this.memory.holdStack(bytes);
	}

	@Override
	public void discard(long bytes) {
		this.memory.discard(bytes);
	}

	/**
	 * How long the call has waited for host memory so far, in nanoseconds.
	 */
	long memoryWait() {
		return this.memory.waited();
	}

	Deadline deadline() {
		return this.deadline;
	}

	/**
	 * What the guest reads, made when it first asks for it.
	 */
	StandardInput standardInput() {
		StandardInput current = this.standardInput;
		if (current == null) {
			current = new StandardInput(this.input);
			this.standardInput = current;
		}
		return current;
	}

	BoundedOutput standardOutput() {
		return this.standardOutput;
	}

	BoundedOutput standardError() {
		return this.standardError;
	}

	/**
	 * Gives everything back. The deadline last: until then the watchdog looks after the
	 * closing as well.
	 */
	@Override
	public void close() {
		try (this.deadline; this.memory) {
			if (this.wasi != null) {
				this.wasi.close();
			}
		}
	}

}
