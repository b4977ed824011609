package dev.wasmspring.ai;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.jetbrains.annotations.ApiStatus;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/**
 * What models may call and run. Bound once, when the application starts.
 */
@ApiStatus.Internal
@ConfigurationProperties("wasm.ai")
public class WasmAiProperties {

	private final Tools tools = new Tools();

	private final Code code = new Code();

	private final Audit audit = new Audit();

	/**
	 * Whether the tools are those of an MCP server as well, and how it is reached.
	 */
	private Mcp mcp = Mcp.NONE;

	public Tools getTools() {
		return this.tools;
	}

	public Code getCode() {
		return this.code;
	}

	public Audit getAudit() {
		return this.audit;
	}

	public Mcp getMcp() {
		return this.mcp;
	}

	public void setMcp(Mcp mcp) {
		this.mcp = mcp;
	}

	/**
	 * How an MCP server is reached.
	 */
	public enum Mcp {

		/** Our tools are not on it, if there is one. */
		NONE,

		/** Over HTTP. */
		STREAMABLE_HTTP,

		/** Over the standard input and output of the process. */
		STDIO

	}

	/**
	 * Functions as tools.
	 */
	public static class Tools {

		/**
		 * Names of the functions that models may call, or "*".
		 */
		private List<String> include = new ArrayList<>();

		/**
		 * Names of the functions that they may not, although they are included, or "*".
		 */
		private List<String> exclude = new ArrayList<>();

		/**
		 * How much of the output of a function a model gets; the rest is cut, with a
		 * mark.
		 */
		private DataSize output = DataSize.ofKilobytes(64);

		public List<String> getInclude() {
			return this.include;
		}

		public void setInclude(List<String> include) {
			this.include = include;
		}

		public List<String> getExclude() {
			return this.exclude;
		}

		public void setExclude(List<String> exclude) {
			this.exclude = exclude;
		}

		public DataSize getOutput() {
			return this.output;
		}

		public void setOutput(DataSize output) {
			this.output = output;
		}

	}

	/**
	 * Code of models.
	 */
	public static class Code {

		/**
		 * Whether models may run code.
		 */
		private boolean enabled;

		/**
		 * Languages of the code, of those whose runtimes are there; all of them unless
		 * set.
		 */
		private List<String> languages = new ArrayList<>();

		/**
		 * Names of the functions that code may call, or "*".
		 */
		private List<String> tools = new ArrayList<>();

		private final Limits limits = new Limits();

		/**
		 * How much of a result, and of what was printed, a model gets; the rest is cut,
		 * with a mark.
		 */
		private DataSize output = DataSize.ofKilobytes(16);

		/**
		 * Largest code.
		 */
		private DataSize sourceSize = DataSize.ofKilobytes(64);

		/**
		 * How many runs there may be at once; one more waits for a second.
		 */
		private int concurrency = 8;

		/**
		 * How many runs a conversation may have.
		 */
		private int callsPerConversation = 100;

		/**
		 * How many tools one run may call.
		 */
		private int toolCalls = 100;

		/**
		 * How much code is kept compiled, for when it comes again.
		 */
		private int cacheSize = 100;

		public boolean isEnabled() {
			return this.enabled;
		}

		public void setEnabled(boolean enabled) {
			this.enabled = enabled;
		}

		public List<String> getLanguages() {
			return this.languages;
		}

		public void setLanguages(List<String> languages) {
			this.languages = languages;
		}

		public List<String> getTools() {
			return this.tools;
		}

		public void setTools(List<String> tools) {
			this.tools = tools;
		}

		public Limits getLimits() {
			return this.limits;
		}

		public DataSize getOutput() {
			return this.output;
		}

		public void setOutput(DataSize output) {
			this.output = output;
		}

		public DataSize getSourceSize() {
			return this.sourceSize;
		}

		public void setSourceSize(DataSize sourceSize) {
			this.sourceSize = sourceSize;
		}

		public int getConcurrency() {
			return this.concurrency;
		}

		public void setConcurrency(int concurrency) {
			this.concurrency = concurrency;
		}

		public int getCallsPerConversation() {
			return this.callsPerConversation;
		}

		public void setCallsPerConversation(int callsPerConversation) {
			this.callsPerConversation = callsPerConversation;
		}

		public int getToolCalls() {
			return this.toolCalls;
		}

		public void setToolCalls(int toolCalls) {
			this.toolCalls = toolCalls;
		}

		public int getCacheSize() {
			return this.cacheSize;
		}

		public void setCacheSize(int cacheSize) {
			this.cacheSize = cacheSize;
		}

	}

	/**
	 * What a run may use.
	 */
	public static class Limits {

		/**
		 * Time for loading the code, and once more for running it.
		 */
		private Duration timeout = Duration.ofSeconds(5);

		/**
		 * Linear memory, that of the language's runtime included.
		 */
		private DataSize memory = DataSize.ofMegabytes(64);

		/**
		 * Size of the input, and of what the code passes to a tool.
		 */
		private DataSize input = DataSize.ofMegabytes(1);

		public Duration getTimeout() {
			return this.timeout;
		}

		public void setTimeout(Duration timeout) {
			this.timeout = timeout;
		}

		public DataSize getMemory() {
			return this.memory;
		}

		public void setMemory(DataSize memory) {
			this.memory = memory;
		}

		public DataSize getInput() {
			return this.input;
		}

		public void setInput(DataSize input) {
			this.input = input;
		}

	}

	/**
	 * What is told of calls.
	 */
	public static class Audit {

		/**
		 * Whether events have the code itself, and not only its digest.
		 */
		private boolean includeCode;

		public boolean isIncludeCode() {
			return this.includeCode;
		}

		public void setIncludeCode(boolean includeCode) {
			this.includeCode = includeCode;
		}

	}

}
