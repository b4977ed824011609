package dev.wasmspring.ai;

/**
 * How a failure gets to a model. Stateless.
 */
final class ToolAnswer {

	private ToolAnswer() {
	}

	/**
	 * A failure as an answer: in a chat as a text like any other, and over MCP as what
	 * becomes a result that is marked as an error.
	 * @param failure what the model is told
	 * @return the answer
	 * @throws FailedToolException over MCP
	 */
	static String failed(String failure, Caller caller) {
		if (caller.overMcp()) {
			throw new FailedToolException(failure);
		}
		return failure;
	}

	/**
	 * What Spring AI's MCP server makes a result of that is an error.
	 */
	static final class FailedToolException extends RuntimeException {

		FailedToolException(String answer) {
			super(answer, null, false, false);
		}

	}

}
