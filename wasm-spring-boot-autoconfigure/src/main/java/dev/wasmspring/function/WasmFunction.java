package dev.wasmspring.function;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;

import dev.wasmspring.sandbox.ContentKind;
import dev.wasmspring.sandbox.Sandbox;
import dev.wasmspring.sandbox.ScriptInput;
import dev.wasmspring.sandbox.ScriptOutput;
import dev.wasmspring.sandbox.Template;
import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.limit.Outcome;
import dev.wasmspring.sandbox.limit.SandboxException;
import dev.wasmspring.sandbox.module.Export;
import dev.wasmspring.sandbox.module.Kind;
import dev.wasmspring.sandbox.module.ModuleException;
import dev.wasmspring.sandbox.wasi.Capabilities;
import dev.wasmspring.script.ScriptException;
import org.jspecify.annotations.Nullable;

import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.support.MessageBuilder;

/**
 * A function that runs every call in a sandbox of its own. Lives as long as the
 * application context, whatever becomes of its module, and is shared by all threads. Each
 * call looks once for the version of the module that is in service, and stays with it to
 * its end.
 * <p>
 * It answers in the kind it was asked: {@code byte[]} with {@code byte[]}, {@code String}
 * with {@code String} (as UTF-8), and a {@code Message} of either with a {@code Message}
 * of the same and the same headers.
 */
public final class WasmFunction implements Function<Object, Object> {

	private static final byte[] NOTHING = {};

	private final String name;

	private final Admission admission;

	private final GuestThreads threads;

	private final GuestLog log;

	private final DeepCalls deepCalls = new DeepCalls();

	private final CallStatistics statistics = new CallStatistics();

	private final FunctionObserver.Calls calls;

	private volatile @Nullable FunctionVersion version;

	/**
	 * Creates a function that is not in service yet.
	 * @param settings what stays as it is for the life of the function, whatever the
	 * settings of later versions: how many calls may run and wait
	 */
	WasmFunction(String name, FunctionSettings settings, GuestThreads threads, FunctionObserver observer) {
		this.name = name;
		this.admission = new Admission(settings.concurrency(), settings.queue());
		this.threads = threads;
		this.log = new GuestLog(name);
		this.calls = observer.calls(name, this.statistics);
	}

	/**
	 * Lets calls that begin from now on run in another version; those that run end in
	 * theirs.
	 * @param version the version, or {@code null} if there is no such function any more
	 */
	void serve(@Nullable FunctionVersion version) {
		this.version = version;
	}

	/**
	 * The version that is in service.
	 * @return {@code null} if there is none
	 */
	@Nullable FunctionVersion version() {
		return this.version;
	}

	private FunctionVersion require(@Nullable FunctionVersion version) {
		if (version == null) {
			throw WasmFunctionException.unknown(this.name);
		}
		return version;
	}

	/**
	 * Calls the function.
	 * @param input a {@code byte[]}, a {@code String}, or a {@code Message} of one
	 * @return the output, in the same kind
	 * @throws WasmFunctionException if the call does not succeed
	 * @throws IllegalArgumentException if the input is of another type
	 */
	@Override
	public Object apply(@Nullable Object input) {
		FunctionVersion current = this.version;
		if (input instanceof Message<?> message) {
			Answer answer = applyToPayload(message.getPayload(), message.getHeaders(), current);
			MessageBuilder<?> built = MessageBuilder.withPayload(answer.payload()).copyHeaders(message.getHeaders());
			FunctionDefinition definition = require(current).definition();
			String produces = definition.produces();
			if (definition.isScript() && produces == null) {
				produces = answer.contentType();
				built.removeHeader(MessageHeaders.CONTENT_TYPE);
			}
			if (produces != null) {
				built.setHeader(MessageHeaders.CONTENT_TYPE, produces);
			}
			return built.build();
		}
		return applyToPayload(input, null, current).payload();
	}

	private Answer applyToPayload(@Nullable Object input, @Nullable MessageHeaders headers,
			@Nullable FunctionVersion current) {
		if (input instanceof byte[] bytes) {
			return call(new Input(bytes, headers, false), current);
		}
		if (input instanceof String text) {
			return call(new Input(text.getBytes(StandardCharsets.UTF_8), headers, true), current);
		}
		throw new IllegalArgumentException("Function '" + name() + "' takes byte[], String, or a Message of one, not "
				+ ((input != null) ? input.getClass().getName() : "null"));
	}

	/**
	 * The one way of every call, so that each is counted, once.
	 */
	private Answer call(Input input, @Nullable FunctionVersion current) {
		FunctionObserver.Call observed = this.calls.begin((current != null) ? current.definition() : null);
		// Whatever is thrown beside our own exceptions is an error of the engine
		Outcome outcome = Outcome.TRAP;
		Throwable failure = null;
		try {
			ScriptOutput output = call(input, require(current), observed);
			Object payload = input.isText() ? text(output.content()) : output.content();
			outcome = Outcome.SUCCESS;
			return new Answer(payload, ScriptMessages.contentType(output.kind()));
		}
		catch (WasmFunctionException ex) {
			outcome = ex.outcome();
			failure = ex;
			this.log.failure(ex);
			throw ex;
		}
		catch (RuntimeException | Error ex) {
			failure = ex;
			throw ex;
		}
		finally {
			this.statistics.ended(outcome);
			observed.ended(outcome, failure);
		}
	}

	private String text(byte[] output) {
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(output)).toString();
		}
		catch (CharacterCodingException ex) {
			throw new WasmFunctionException(name(), Outcome.BAD_OUTPUT,
					"The output is not text in UTF-8; call the function with bytes to get it unchanged.");
		}
	}

	private ScriptOutput call(Input input, FunctionVersion current, FunctionObserver.Call observed) {
		FunctionSettings settings = current.definition().settings();
		requireWithinLimit(input.bytes(), settings);
		enter(settings);
		try {
			return callInSandbox(input, current, observed);
		}
		finally {
			this.admission.leave();
		}
	}

	private void enter(FunctionSettings settings) {
		try {
			if (!this.admission.enter()) {
				throw new WasmFunctionException(name(), Outcome.REJECTED,
						"The function already runs " + settings.concurrency() + " calls, as many as it may.");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new WasmFunctionException(name(), Outcome.TIMEOUT,
					"The call was interrupted while it waited for its turn.");
		}
	}

	private void requireWithinLimit(byte[] input, FunctionSettings settings) {
		long limit = settings.limits().input();
		if (input.length > limit) {
			throw new WasmFunctionException(name(), Outcome.INPUT_LIMIT,
					"The input is larger than the " + limit + " bytes that the function takes.");
		}
	}

	private ScriptOutput callInSandbox(Input input, FunctionVersion current, FunctionObserver.Call observed) {
		long start = System.nanoTime();
		Export export = current.definition().export();
		FunctionSettings settings = current.definition().settings();
		// Read before a sandbox exists: wrong numbers need none
		long[] arguments = (export.kind() == Kind.NUMERIC) ? numbers(input.bytes(), export) : null;
		ScriptInput scriptInput = (export.kind() == Kind.SCRIPT)
				? ScriptMessages.input(input.bytes(), input.isText(), input.headers(), settings.consumes()) : null;
		Template template = template(current);
		Capabilities capabilities = (export.kind() == Kind.COMMAND)
				? settings.capabilities().withEnvironment(observed.environment()) : settings.capabilities();
		GuestCall guest = new GuestCall(template, export, settings.limits(), capabilities, input.bytes(), arguments,
				scriptInput, start);
		try {
			return onEnoughStack(guest);
		}
		catch (SandboxException ex) {
			byte[] report = ex.report();
			throw (report != null) ? new WasmFunctionException(name(), ex, ScriptException.of(report))
					: new WasmFunctionException(name(), ex, template.stackOf(ex));
		}
		catch (Numbers.UnwritableNumberException ex) {
			throw new WasmFunctionException(name(), Outcome.BAD_OUTPUT, String.valueOf(ex.getMessage()));
		}
		finally {
			this.log.standardError(guest.standardError);
			if (guest.coldStart >= 0) {
				observed.sandbox(guest.coldStart, guest.memory, guest.memoryWait);
			}
		}
	}

	/**
	 * Calls the guest where that costs least, on its caller's thread; and if that has too
	 * little stack once more, from the beginning, on a thread that has enough. What a
	 * guest does has no effect outside of its sandbox, so the first attempt leaves
	 * nothing behind but the time that it took.
	 */
	private ScriptOutput onEnoughStack(GuestCall guest) {
		try {
			if (this.deepCalls.next() && guest.template.hasPlentyOfStack(guest.limits)) {
				return onOwnStack(guest);
			}
			try {
				return this.threads.run(guest);
			}
			catch (SandboxException ex) {
				if (!ex.isStackExhausted()) {
					throw ex;
				}
			}
			catch (StackOverflowError ex) {
				// There was hardly any stack left when the function was called
			}
			this.deepCalls.happened();
			guest.again();
			return onOwnStack(guest);
		}
		catch (StackOverflowError ex) {
			throw new WasmFunctionException(name(), Outcome.TRAP,
					guest.isScript() ? "The script's runtime trapped: call stack exhausted."
							: "The module trapped: call stack exhausted.");
		}
	}

	private ScriptOutput onOwnStack(GuestCall guest) {
		guest.onOwnStack = true;
		return this.threads.runOnStack(guest.limits.stack(), guest);
	}

	private long[] numbers(byte[] input, Export export) {
		try {
			return Numbers.read(input, export);
		}
		catch (Numbers.InvalidNumbersException ex) {
			throw new WasmFunctionException(name(), Outcome.INVALID_INPUT, String.valueOf(ex.getMessage()));
		}
	}

	private Template template(FunctionVersion current) {
		try {
			return current.template().get(current.definition().settings().limits().timeout());
		}
		catch (TimeoutException ex) {
			throw new WasmFunctionException(name(), Outcome.TIMEOUT, what(current) + " is still being loaded.");
		}
		catch (SandboxException ex) {
			throw new WasmFunctionException(name(), ex, List.of());
		}
		catch (ModuleException ex) {
			if (ex.isTemporary()) {
				throw new WasmFunctionException(name(), Outcome.REJECTED,
						what(current) + " cannot be loaded at the moment. It is tried again.");
			}
			throw WasmFunctionException.unknown(name());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new WasmFunctionException(name(), Outcome.TIMEOUT,
					"The call was interrupted while " + what(current).toLowerCase(Locale.ROOT) + " was loaded.");
		}
	}

	private static String what(FunctionVersion version) {
		return version.definition().isScript() ? "The script" : "The module";
	}

	/**
	 * The function's name, which is also its bean's name.
	 * @return the name
	 */
	public String name() {
		return this.name;
	}

	/**
	 * What the function calls, and how, in the version that is in service.
	 * @return the definition
	 * @throws WasmFunctionException with {@link Outcome#UNKNOWN_FUNCTION} if the module
	 * was removed, or has no such function any more
	 */
	public FunctionDefinition definition() {
		return require(this.version).definition();
	}

	/**
	 * What is counted of the function's calls.
	 * @return the statistics, which go on counting
	 */
	public CallStatistics statistics() {
		return this.statistics;
	}

	@Override
	public String toString() {
		FunctionVersion current = this.version;
		return "function '" + name() + "'" + ((current != null) ? " of " + current.definition().module() : "");
	}

	/**
	 * What a call gets. Lives for the call.
	 *
	 * @param bytes what came, text in UTF-8
	 * @param headers the headers of its message, {@code null} if it came without one
	 * @param isText whether it came as text
	 */
	private record Input(byte[] bytes, @Nullable MessageHeaders headers, boolean isText) {

	}

	/**
	 * What a call answers with. Lives for the call.
	 *
	 * @param payload bytes or text
	 * @param contentType the content type of what a script returned; {@code null} if it
	 * returned nothing
	 */
	private record Answer(Object payload, @Nullable String contentType) {

	}

	/**
	 * What is called, with what, and what is left of its sandbox. Lives for one call, and
	 * for a second attempt at it; used by one thread at a time: written where the guest
	 * runs, and read on the caller's thread after that, where the caller's trace is.
	 */
	private final class GuestCall implements Supplier<ScriptOutput> {

		private final Template template;

		private final Export export;

		private final Capabilities capabilities;

		private final byte[] input;

		private final long @Nullable [] arguments;

		private final @Nullable ScriptInput scriptInput;

		private Limits limits;

		private long start;

		private boolean onOwnStack;

		private byte[] standardError = NOTHING;

		/** In nanoseconds; negative if there never was a sandbox. */
		private long coldStart = -1;

		private long memory;

		/** In nanoseconds. */
		private long memoryWait;

		GuestCall(Template template, Export export, Limits limits, Capabilities capabilities, byte[] input,
				long @Nullable [] arguments, @Nullable ScriptInput scriptInput, long start) {
			this.template = template;
			this.export = export;
			this.limits = limits;
			this.capabilities = capabilities;
			this.input = input;
			this.arguments = arguments;
			this.scriptInput = scriptInput;
			this.start = start;
		}

		boolean isScript() {
			return this.scriptInput != null;
		}

		/**
		 * Leaves the second attempt the time that the first one did not take.
		 */
		void again() {
			long first = this.start + Math.max(this.coldStart, 0);
			this.start = System.nanoTime();
			Duration left = this.limits.timeout().minusNanos(this.start - first);
			if (left.toMillis() < 1) {
				throw new WasmFunctionException(name(), Outcome.TIMEOUT, "The call did not end before its deadline.");
			}
			this.limits = this.limits.withTimeout(left);
		}

		private Sandbox open() {
			return this.onOwnStack ? this.template.openOnOwnStack(this.export, this.limits, this.capabilities)
					: this.template.open(this.export, this.limits, this.capabilities);
		}

		@Override
		public ScriptOutput get() {
			try (Sandbox sandbox = open()) {
				this.coldStart = System.nanoTime() - this.start;
				WasmFunction.this.statistics.opened(this.coldStart);
				try {
					if (this.arguments != null) {
						return new ScriptOutput(ContentKind.BYTES,
								Numbers.write(sandbox.call(this.arguments), this.export));
					}
					if (this.scriptInput != null) {
						return sandbox.call(this.scriptInput);
					}
					return new ScriptOutput(ContentKind.BYTES, sandbox.call(this.input));
				}
				finally {
					this.standardError = sandbox.standardError();
					this.memory = sandbox.memory();
					this.memoryWait += sandbox.memoryWait();
					WasmFunction.this.statistics.closed();
				}
			}
		}

	}

}
