package dev.wasmspring.function;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
import dev.wasmspring.sandbox.module.GuestText;
import dev.wasmspring.sandbox.module.Kind;
import dev.wasmspring.sandbox.module.ModuleException;
import dev.wasmspring.sandbox.wasi.Capabilities;
import dev.wasmspring.schema.InputCheck;
import dev.wasmspring.schema.InputViolation;
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
 * of the same and the same headers. Other values are written as JSON, and answered with a
 * {@code String}; where the function is injected with types of the application, these are
 * made of it.
 */
public final class WasmFunction implements Function<Object, Object> {

	private static final byte[] NOTHING = {};

	private static final byte[] NO_NUMBERS = { '[', ']' };

	private final String name;

	private final Admission admission;

	private final GuestThreads threads;

	private final InputWriter inputs;

	private final GuestLog log;

	private final DeepCalls deepCalls = new DeepCalls();

	private final CallStatistics statistics = new CallStatistics();

	private final FunctionObserver.Calls calls;

	/** Written under this object's monitor. */
	private volatile FunctionRoute route = FunctionRoute.NONE;

	/**
	 * Creates a function that is not in service yet.
	 * @param settings what stays as it is for the life of the function, whatever the
	 * settings of later versions: how many calls may run and wait
	 */
	WasmFunction(String name, FunctionSettings settings, GuestThreads threads, FunctionObserver observer,
			InputWriter inputs) {
		this.name = name;
		this.admission = new Admission(settings.concurrency(), settings.queue());
		this.threads = threads;
		this.inputs = inputs;
		this.log = new GuestLog(name);
		this.calls = observer.calls(name, this.statistics);
	}

	/**
	 * Lets calls that begin from now on run in another version; those that run end in
	 * theirs.
	 * @param version the version, or {@code null} if there is no such function any more
	 */
	synchronized void serve(@Nullable FunctionVersion version) {
		this.route = this.route.to(version);
	}

	/**
	 * Lets some of the calls that begin from now on run in another version.
	 * @param other the version
	 * @param percent how many of a hundred
	 */
	synchronized void split(FunctionVersion other, int percent) {
		this.route = this.route.split(other, percent);
	}

	/**
	 * Makes the function unknown, or known again, whatever becomes of its module in
	 * between.
	 */
	synchronized void enable(boolean enabled) {
		this.route = this.route.enabled(enabled);
	}

	/**
	 * The version that is in service.
	 * @return {@code null} if there is none, or if the function is disabled
	 */
	@Nullable FunctionVersion version() {
		FunctionRoute current = this.route;
		return current.isEnabled() ? current.version() : null;
	}

	/**
	 * Where its calls go.
	 */
	FunctionRoute route() {
		return this.route;
	}

	private FunctionVersion require(@Nullable FunctionVersion version) {
		if (version == null) {
			throw WasmFunctionException.unknown(this.name);
		}
		return version;
	}

	/**
	 * Calls the function.
	 * @param input a {@code byte[]}, a {@code String}, what can be written as JSON, or a
	 * {@code Message} of one; {@code null} for no input
	 * @return the output, in the same kind; text, if it was written as JSON or is
	 * {@code null}
	 * @throws WasmFunctionException if the call does not succeed
	 * @throws IllegalArgumentException if the input is of a type that cannot be written,
	 * or if there is nothing that could write it
	 */
	@Override
	public Object apply(@Nullable Object input) {
		FunctionVersion current = this.route.next();
		if (input instanceof Message<?> message) {
			MessageHeaders headers = headers(message);
			Answer answer = applyToPayload(message.getPayload(), headers, current);
			MessageBuilder<?> built = MessageBuilder.withPayload(answer.payload()).copyHeaders(headers);
			FunctionDefinition definition = require(current).definition();
			String produces = definition.produces();
			ShapedOutput shaped = answer.shaped();
			if (shaped != null) {
				produces = (shaped.contentType() != null) ? shaped.contentType() : produces;
				built.setHeader(FunctionAnswer.HEADER, shaped.answer()).removeHeader(MessageHeaders.CONTENT_TYPE);
			}
			else if (definition.isScript() && produces == null) {
				produces = answer.contentType();
				built.removeHeader(MessageHeaders.CONTENT_TYPE);
			}
			if (produces != null) {
				built.setHeader(MessageHeaders.CONTENT_TYPE, produces);
			}
			return built.build();
		}
		BrokerMessage message = BrokerMessage.current();
		if (message == null) {
			return applyToPayload(input, null, current).payload();
		}
		Answer answer = applyToPayload(input, message.headersFor(input), current);
		FunctionDefinition definition = require(current).definition();
		String produces = definition.produces();
		message.answered(answer.payload(),
				(definition.isScript() && produces == null) ? answer.contentType() : produces);
		return answer.payload();
	}

	private Answer applyToPayload(@Nullable Object input, @Nullable MessageHeaders headers,
			@Nullable FunctionVersion current) {
		if (input instanceof byte[] bytes) {
			return call(new Input(bytes, headers, false), current);
		}
		if (input instanceof String text) {
			return call(new Input(text.getBytes(StandardCharsets.UTF_8), headers, true), current);
		}
		return call(new Input(this.inputs.write(name(), input), headers, true), current);
	}

	/**
	 * The headers of a message, which say that its payload is JSON where that is written
	 * as such.
	 */
	private static MessageHeaders headers(Message<?> message) {
		MessageHeaders headers = message.getHeaders();
		Object contentType = headers.get(MessageHeaders.CONTENT_TYPE);
		if (message.getPayload() instanceof byte[] || message.getPayload() instanceof String
				|| (contentType != null && contentType.toString().contains("json"))) {
			return headers;
		}
		Map<String, Object> all = new HashMap<>(headers);
		all.put(MessageHeaders.CONTENT_TYPE, "application/json");
		return new MessageHeaders(all);
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
			FunctionVersion version = require(current);
			HttpConvention convention = convention(input, version.definition());
			ScriptOutput output = call(input, version, observed, convention);
			ShapedOutput shaped = (convention != null) ? shaped(convention, output) : null;
			byte[] content = (shaped != null) ? shaped.body() : output.content();
			Object payload = input.isText() ? text(content) : content;
			outcome = Outcome.SUCCESS;
			return new Answer(payload, ScriptMessages.contentType(output.kind()), shaped);
		}
		catch (WasmFunctionException ex) {
			outcome = ex.outcome();
			failure = ex;
			if (HostedCall.of(input.headers()) == null) {
				this.log.failure(ex);
			}
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

	/**
	 * How the function sees the request over HTTP that calls it.
	 * @return {@code null} if it is not to see it, or if no such request does
	 */
	private static @Nullable HttpConvention convention(Input input, FunctionDefinition definition) {
		HttpShape http = definition.settings().http();
		if (!http.shaped() || input.headers() == null
				|| !(input.headers().get(FunctionRequest.HEADER) instanceof FunctionRequest request)) {
			return null;
		}
		return (definition.export().kind() == Kind.COMMAND) ? new CgiConvention(request, http.responseHeaders())
				: new EnvelopeConvention(request, http.responseHeaders());
	}

	private ShapedOutput shaped(HttpConvention convention, ScriptOutput output) {
		try {
			return convention.output(output);
		}
		catch (BadAnswerException ex) {
			throw new WasmFunctionException(name(), Outcome.BAD_OUTPUT,
					"The output is no answer over HTTP: " + ex.getMessage() + ".");
		}
	}

	private byte[] envelope(HttpConvention convention, byte[] body) {
		try {
			return convention.input(body);
		}
		catch (HttpConvention.InvalidBodyException ex) {
			throw new WasmFunctionException(name(), Outcome.INVALID_INPUT, String.valueOf(ex.getMessage()));
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

	private ScriptOutput call(Input input, FunctionVersion current, FunctionObserver.Call observed,
			@Nullable HttpConvention convention) {
		FunctionSettings settings = current.definition().settings();
		requireWithinLimit(input.bytes(), settings);
		enter(settings);
		try {
			return callInSandbox(input, current, observed, convention);
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

	/**
	 * Holds the input to the function's schema, before a sandbox exists.
	 */
	private void requireValid(Input input, FunctionDefinition definition, long start) {
		InputCheck check = definition.schemas().check();
		if (check == null) {
			return;
		}
		FunctionSettings settings = definition.settings();
		ContentKind kind;
		byte[] bytes = input.bytes();
		if (definition.isScript()) {
			ScriptInput told = ScriptMessages.input(bytes, input.isText(), input.headers(), settings.consumes());
			kind = told.kind();
			bytes = told.content();
		}
		else {
			// A module never learns the content type of a call
			kind = ScriptMessages.kind(settings.consumes());
			bytes = (definition.export().kind() == Kind.NUMERIC && bytes.length == 0) ? NO_NUMBERS : bytes;
		}
		if (kind == ContentKind.BYTES) {
			throw new WasmFunctionException(name(), List.of(new InputViolation("", "is neither JSON nor text")));
		}
		List<InputViolation> violations;
		try {
			violations = check.check(bytes, kind == ContentKind.TEXT, start + settings.limits().timeout().toNanos());
		}
		catch (InputCheck.TooLateException ex) {
			throw new WasmFunctionException(name(), Outcome.TIMEOUT,
					"The input could not be checked before the call's deadline.");
		}
		if (!violations.isEmpty()) {
			throw new WasmFunctionException(name(), violations);
		}
	}

	private ScriptOutput callInSandbox(Input input, FunctionVersion current, FunctionObserver.Call observed,
			@Nullable HttpConvention convention) {
		long start = System.nanoTime();
		Export export = current.definition().export();
		FunctionSettings settings = current.definition().settings();
		requireValid(input, current.definition(), start);
		// Read before a sandbox exists: wrong numbers need none
		long[] arguments = (export.kind() == Kind.NUMERIC) ? numbers(input.bytes(), export) : null;
		byte[] bytes = (convention != null) ? envelope(convention, input.bytes()) : input.bytes();
		ScriptInput scriptInput = (export.kind() == Kind.SCRIPT)
				? scriptInput(input, bytes, settings, convention, observed) : null;
		HostedCall hosted = HostedCall.of(input.headers());
		current.template().begin(start);
		try {
			boolean load = current.template().loaded() == null;
			Template template = template(current);
			if (load) {
				this.statistics.loaded();
			}
			return callInSandbox(new GuestCall(template, export, settings.limits(),
					capabilities(export, settings, input.headers(), observed, convention, hosted), bytes, arguments,
					scriptInput, hosted, start), load, observed);
		}
		finally {
			current.template().end();
		}
	}

	private Capabilities capabilities(Export export, FunctionSettings settings, @Nullable MessageHeaders headers,
			FunctionObserver.Call observed, @Nullable HttpConvention convention, @Nullable HostedCall hosted) {
		Capabilities capabilities = settings.capabilities();
		if (hosted != null) {
			return capabilities.withHostCalls(hosted.calls(this.threads, settings.limits().stack()));
		}
		if (export.kind() == Kind.COMMAND) {
			capabilities = capabilities.withEnvironment(observed.environment())
				.withDefaultEnvironment(settings.headers().environment(headers));
			if (convention != null) {
				// What the application sets, no caller changes
				capabilities = capabilities.withDefaultEnvironment(convention.environment());
			}
		}
		return capabilities;
	}

	private ScriptOutput callInSandbox(GuestCall guest, boolean load, FunctionObserver.Call observed) {
		Template template = guest.template;
		try {
			return onEnoughStack(guest);
		}
		catch (SandboxException ex) {
			byte[] report = ex.report();
			if (report == null) {
				throw new WasmFunctionException(name(), ex, template.stackOf(ex));
			}
			throw (guest.export.kind() == Kind.SCRIPT)
					? new WasmFunctionException(name(), ex, ScriptException.of(report))
					: new WasmFunctionException(name(), ex, GuestText.inOneLine(report));
		}
		catch (Numbers.UnwritableNumberException ex) {
			throw new WasmFunctionException(name(), Outcome.BAD_OUTPUT, String.valueOf(ex.getMessage()));
		}
		finally {
			if (guest.hosted != null) {
				guest.hosted.ended(guest.standardError, guest.memory);
			}
			else {
				this.log.standardError(guest.standardError);
			}
			if (guest.coldStart >= 0) {
				observed.sandbox(guest.coldStart, load, guest.memory, guest.memoryWait);
			}
		}
	}

	private static ScriptInput scriptInput(Input input, byte[] bytes, FunctionSettings settings,
			@Nullable HttpConvention convention, FunctionObserver.Call observed) {
		Map<String, Object> headers = ScriptMessages.with(settings.headers().script(input.headers()),
				observed.headers());
		return (convention != null) ? ScriptMessages.envelope(bytes, headers)
				: ScriptMessages.input(bytes, input.isText(), headers, settings.consumes());
	}

	/**
	 * Calls the guest where that costs least, on its caller's thread; and if that has too
	 * little stack once more, from the beginning, on a thread that has enough. What a
	 * guest does has no effect outside of its sandbox, so the first attempt leaves
	 * nothing behind but the time that it took. That is not so for one that can ask its
	 * host for something, which has only one attempt.
	 */
	private ScriptOutput onEnoughStack(GuestCall guest) {
		try {
			if (guest.isAsking() || (this.deepCalls.next() && guest.template.hasPlentyOfStack(guest.limits))) {
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
		return require(version()).definition();
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
		FunctionVersion current = version();
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
	 * @param shaped what the function says of its answer over HTTP, {@code null} if it
	 * does not
	 */
	private record Answer(Object payload, @Nullable String contentType, @Nullable ShapedOutput shaped) {

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

		private final @Nullable HostedCall hosted;

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
				long @Nullable [] arguments, @Nullable ScriptInput scriptInput, @Nullable HostedCall hosted,
				long start) {
			this.template = template;
			this.export = export;
			this.limits = limits;
			this.capabilities = capabilities;
			this.input = input;
			this.arguments = arguments;
			this.scriptInput = scriptInput;
			this.hosted = hosted;
			this.start = start;
		}

		boolean isScript() {
			return this.scriptInput != null;
		}

		boolean isAsking() {
			return this.hosted != null && this.hosted.isAsking();
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
