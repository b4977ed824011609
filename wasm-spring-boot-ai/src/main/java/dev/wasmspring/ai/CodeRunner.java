package dev.wasmspring.ai;

import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import dev.wasmspring.function.HostedCall;
import dev.wasmspring.function.HostedScript;
import dev.wasmspring.function.ScriptFunction;
import dev.wasmspring.function.WasmFunctionException;
import dev.wasmspring.function.WasmScripts;
import dev.wasmspring.sandbox.limit.Outcome;
import dev.wasmspring.sandbox.module.ModuleException;
import dev.wasmspring.script.ScriptException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;

import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.support.MessageBuilder;

/**
 * Runs code that models wrote: compiles it, or finds it compiled, and calls its handler
 * in a sandbox of its own. Lives as long as the application context; shared by all
 * threads.
 */
final class CodeRunner implements AutoCloseable {

	/** How long a run waits for its turn; models call several tools at once. */
	private static final int WAIT_MILLIS = 1_000;

	private static final String JSON = "application/json";

	/** What code calls them by, in every language. */
	private static final String TOOLS = "tools";

	private final WasmScripts scripts;

	private final Supplier<List<FunctionTool>> tools;

	private final ToolAudit audit;

	private final CodeSettings settings;

	private final CodeCache cache;

	private final Semaphore turns;

	private final CallsPerConversation conversations;

	CodeRunner(WasmScripts scripts, Supplier<List<FunctionTool>> tools, ToolAudit audit, CodeSettings settings) {
		this.scripts = scripts;
		this.tools = tools;
		this.audit = audit;
		this.settings = settings;
		this.cache = new CodeCache(settings.cacheSize());
		this.turns = new Semaphore(settings.concurrency());
		this.conversations = new CallsPerConversation(settings.callsPerConversation());
	}

	/**
	 * Runs code once.
	 * @param input the input as JSON, {@code null} for nothing
	 * @return what a model is told
	 */
	String run(CodeLanguage language, String source, @Nullable String input, Caller caller) {
		Code code = new Code(language.word(), source);
		try (ToolAudit.Run run = this.audit.begin(RunCodeTool.NAME, caller, code)) {
			Result result = run.in(() -> admitted(language, code, input, caller, run));
			run.ended(result.outcome(), result.memory());
			return result.isFailure() ? ToolAnswer.failed(result.text(), caller) : result.text();
		}
	}

	private Result admitted(CodeLanguage language, Code code, @Nullable String input, Caller caller,
			ToolAudit.Run run) {
		if (code.source().length() > this.settings.sourceSize()) {
			return failed(new ToolFailure(Outcome.INPUT_LIMIT.toString(),
					"The code has more than the " + this.settings.sourceSize() + " characters that it may have.",
					"Write less code, and pass data as the input.", List.of(), null), "");
		}
		if (!this.conversations.next(caller.conversation())) {
			return failed(ToolFailure.rejected("This conversation has run code " + this.settings.callsPerConversation()
					+ " times, as often as it may.", "Go on without running code."), "");
		}
		if (!enter()) {
			return failed(ToolFailure.rejected("As much code runs already as may at once.", "Try again in a moment."),
					"");
		}
		try {
			return compiledAndCalled(language, code, input, caller, run);
		}
		finally {
			this.turns.release();
		}
	}

	private boolean enter() {
		try {
			return this.turns.tryAcquire(WAIT_MILLIS, TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	private Result compiledAndCalled(CodeLanguage language, Code code, @Nullable String input, Caller caller,
			ToolAudit.Run run) {
		// Code that does not speak of tools needs none, nor a stack for what it calls
		List<FunctionTool> tools = code.source().contains(TOOLS) ? this.tools.get() : List.of();
		List<String> names = tools.stream().map((tool) -> tool.getToolDefinition().name()).distinct().toList();
		StringBuilder printed = new StringBuilder();
		try {
			CodeCache.Key key = new CodeCache.Key(code.language(), code.digest(), names);
			CodeCache.Compiled compiled = compiled(key, language, code.source(), printed);
			HostedCall call = call(tools, caller, code, run);
			try {
				try {
					return called(compiled, call, input);
				}
				catch (WasmFunctionException ex) {
					if (ex.outcome() != Outcome.UNKNOWN_FUNCTION) {
						throw ex;
					}
					// It was closed since it was found
					return called(compiled(key, language, code.source(), printed), call, input);
				}
			}
			catch (WasmFunctionException ex) {
				printed.setLength(0);
				printed.append(printed(compiled, call));
				return failed(failure(ex, language, code.source(), !names.isEmpty()), printed.toString(),
						call.memory());
			}
		}
		catch (ModuleException ex) {
			return failed(failure(ex, language, code.source(), !names.isEmpty()), printed.toString());
		}
		catch (WasmFunctionException ex) {
			return failed(ToolFailure.of(ex), printed.toString());
		}
	}

	private HostedCall call(List<FunctionTool> tools, Caller caller, Code code, ToolAudit.Run run) {
		return new HostedCall(tools.isEmpty() ? null : new InnerCalls(tools, this.audit, run, caller, code,
				this.settings.toolCalls(), this.settings.limits().input()));
	}

	private CodeCache.Compiled compiled(CodeCache.Key key, CodeLanguage language, String source,
			StringBuilder printed) {
		CodeCache.Compiled known = this.cache.get(key);
		if (known != null) {
			return known;
		}
		HostedScript script = new HostedScript(language.files(source, key.tools()),
				key.tools().isEmpty() ? null : InnerCalls::whileLoading,
				(text) -> printed.append(new String(text, StandardCharsets.UTF_8)));
		ScriptFunction function;
		try {
			function = compile(language, script);
		}
		catch (WasmFunctionException ex) {
			// There is no room for more scripts
			if (ex.outcome() != Outcome.REJECTED || !this.cache.makeRoom()) {
				throw ex;
			}
			function = compile(language, script);
		}
		CodeCache.Compiled compiled = new CodeCache.Compiled(function, printed.toString());
		this.cache.put(key, compiled);
		return compiled;
	}

	private ScriptFunction compile(CodeLanguage language, HostedScript script) {
		return this.scripts.compile(RunCodeTool.NAME, language.word(), script, this.settings.limits());
	}

	private Result called(CodeCache.Compiled compiled, HostedCall call, @Nullable String input) {
		byte[] content = (input != null) ? input.getBytes(StandardCharsets.UTF_8) : new byte[0];
		Message<?> answer = (Message<?>) compiled.script()
			.apply(MessageBuilder.withPayload(content)
				.setHeader(MessageHeaders.CONTENT_TYPE, JSON)
				.setHeader(HostedCall.HEADER, call)
				.build());
		StringWriter written = new StringWriter();
		try (JsonGenerator generator = ToolOutput.JSON.createGenerator(ObjectWriteContext.empty(), written)) {
			generator.writeStartObject();
			generator.writeStringProperty("outcome", Outcome.SUCCESS.toString());
			generator.writeName("result");
			ToolOutput.of(answer).write(generator, this.settings.output());
			writePrinted(generator, printed(compiled, call));
			generator.writeEndObject();
		}
		return new Result(Outcome.SUCCESS.toString(), written.toString(), call.memory());
	}

	private static String printed(CodeCache.Compiled compiled, HostedCall call) {
		return compiled.printed() + new String(call.printed(), StandardCharsets.UTF_8);
	}

	private void writePrinted(JsonGenerator generator, String printed) {
		if (!printed.isEmpty()) {
			generator.writeStringProperty("printed", ToolOutput.cut(printed, this.settings.output()));
		}
	}

	private Result failed(ToolFailure failure, String printed) {
		return failed(failure, printed, 0);
	}

	private Result failed(ToolFailure failure, String printed, long memory) {
		StringWriter written = new StringWriter();
		try (JsonGenerator generator = ToolOutput.JSON.createGenerator(ObjectWriteContext.empty(), written)) {
			generator.writeStartObject();
			failure.write(generator);
			writePrinted(generator, printed);
			generator.writeEndObject();
		}
		return new Result(failure.outcome(), written.toString(), memory);
	}

	/**
	 * Why code cannot be loaded. It is the model's own, so it may know all of that.
	 */
	private ToolFailure failure(ModuleException ex, CodeLanguage language, String source, boolean hasTools) {
		if (ex.getCause() instanceof ScriptException thrown) {
			CodePlace place = language.place(thrown, source, hasTools);
			String message = thrown.type().isEmpty() ? ex.reason() : thrown.type() + ": " + thrown.detail();
			return new ToolFailure(ToolFailure.NOT_COMPILED, ToolOutput.cut(message, this.settings.output()),
					"Mend the code and run it again. It defines a function handle, for example: " + language.example(),
					List.of(), place);
		}
		return new ToolFailure(ToolFailure.NOT_COMPILED, ex.reason(),
				"Let the code do less before its function handle is called.", List.of(), null);
	}

	private ToolFailure failure(WasmFunctionException ex, CodeLanguage language, String source, boolean hasTools) {
		ScriptException thrown = ex.scriptException();
		if (thrown != null) {
			String message = thrown.type() + (thrown.detail().isEmpty() ? "" : ": " + thrown.detail());
			return new ToolFailure(ex.outcome().toString(), ToolOutput.cut(message, this.settings.output()),
					"Mend the code and run it again.", List.of(), language.place(thrown, source, hasTools));
		}
		String hint = switch (ex.outcome()) {
			case TIMEOUT ->
				"The code may run for " + this.settings.limits().timeout().toMillis() + " ms. Let it do less.";
			case TRAP -> "Let the code call itself less deeply, and use less memory.";
			case BAD_OUTPUT -> "Return less.";
			case INPUT_LIMIT -> "Pass a smaller input.";
			case INVALID_INPUT -> "Pass an input that is JSON and not nested as deeply.";
			default -> "Try again in a moment.";
		};
		return new ToolFailure(ex.outcome().toString(), ex.detail(), hint, List.of(), null);
	}

	int kept() {
		return this.cache.count();
	}

	@Override
	public void close() {
		this.cache.close();
	}

	/**
	 * What came of a run. Lives for the call.
	 *
	 * @param outcome a word
	 * @param text what a model is told
	 * @param memory what the code held in the end
	 */
	private record Result(String outcome, String text, long memory) {

		boolean isFailure() {
			return !this.outcome.equals(Outcome.SUCCESS.toString());
		}

	}

}
