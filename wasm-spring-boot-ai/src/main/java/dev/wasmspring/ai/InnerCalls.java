package dev.wasmspring.ai;

import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;

import dev.wasmspring.sandbox.limit.Outcome;
import dev.wasmspring.sandbox.wasi.HostCalls;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;

/**
 * The tools that code calls while it runs, and nothing else of the host. Lives for one
 * run; its calls come one after the other.
 * <p>
 * What comes is the name of a tool, the end of a line, and the input as JSON. It comes
 * from a sandbox, and may be anything: a name is looked up among those that are allowed,
 * and JSON is read by nobody but the function that it is for.
 */
final class InnerCalls implements HostCalls {

	private static final Log logger = LogFactory.getLog(InnerCalls.class);

	/** Room for a name. */
	private static final int OVERHEAD = 256;

	private final List<FunctionTool> tools;

	private final ToolAudit audit;

	private final ToolAudit.Run run;

	private final Caller caller;

	private final Code code;

	private final int limit;

	private final long largest;

	private int count;

	InnerCalls(List<FunctionTool> tools, ToolAudit audit, ToolAudit.Run run, Caller caller, Code code, int limit,
			long largest) {
		this.tools = tools;
		this.audit = audit;
		this.run = run;
		this.caller = caller;
		this.code = code;
		this.limit = limit;
		this.largest = largest;
	}

	/**
	 * Answers what is asked while code is loaded, when nothing of it was called yet.
	 */
	static byte[] whileLoading(byte[] request) {
		return error(ToolFailure.rejected("Tools cannot be called while the code is loaded.",
				"Call them in the function handle."));
	}

	@Override
	public byte[] call(byte[] request) {
		try {
			return this.run.in(() -> answer(request));
		}
		catch (FunctionTool.FailedException ex) {
			return error(ex.failure());
		}
		catch (RuntimeException ex) {
			logger.warn("A tool failed that was called from code", ex);
			return error(new ToolFailure(Outcome.TRAP.toString(), "The tool failed.", "Go on without this tool.",
					List.of(), null));
		}
	}

	@Override
	public int longest() {
		// One more than is taken
		return (int) Math.min(this.largest + OVERHEAD + 1, Integer.MAX_VALUE);
	}

	private byte[] answer(byte[] request) {
		if (++this.count > this.limit) {
			throw failed(ToolFailure.rejected("The code has called tools " + this.limit + " times, as often as it may.",
					"Call fewer tools in one run."));
		}
		if (request.length > this.largest + OVERHEAD) {
			throw failed(new ToolFailure(Outcome.INPUT_LIMIT.toString(),
					"The input is larger than the " + this.largest + " bytes that tools take.", "Send less at once.",
					List.of(), null));
		}
		String text = new String(request, StandardCharsets.UTF_8);
		int end = text.indexOf('\n');
		String name = (end >= 0) ? text.substring(0, end) : text;
		String input = (end >= 0) ? text.substring(end + 1).strip() : "";
		FunctionTool tool = this.tools.stream()
			.filter((candidate) -> candidate.getToolDefinition().name().equals(name))
			.findFirst()
			.orElseThrow(
					() -> failed(new ToolFailure(Outcome.UNKNOWN_FUNCTION.toString(), "There is no such tool for code.",
							"Call one of those that the description of run_code lists.", List.of(), null)));
		return answer(tool, input.isEmpty() ? null : input);
	}

	private byte[] answer(FunctionTool tool, @Nullable String input) {
		try (ToolAudit.Run inner = this.audit.begin(tool.functionName(), this.caller, this.code)) {
			try {
				byte[] result = inner.in(() -> tool.callFromCode(input).result());
				inner.ended(Outcome.SUCCESS.toString(), 0);
				return result;
			}
			catch (FunctionTool.FailedException ex) {
				inner.ended(ex.failure().outcome(), 0);
				throw ex;
			}
		}
	}

	private static FunctionTool.FailedException failed(ToolFailure failure) {
		return new FunctionTool.FailedException(failure);
	}

	private static byte[] error(ToolFailure failure) {
		StringWriter written = new StringWriter();
		try (JsonGenerator generator = ToolOutput.JSON.createGenerator(ObjectWriteContext.empty(), written)) {
			generator.writeStartObject();
			generator.writeObjectPropertyStart("error");
			failure.write(generator);
			generator.writeEndObject();
			generator.writeEndObject();
		}
		return written.toString().getBytes(StandardCharsets.UTF_8);
	}

	int count() {
		return this.count;
	}

}
