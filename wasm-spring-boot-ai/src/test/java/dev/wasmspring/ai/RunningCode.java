package dev.wasmspring.ai;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.ai.tool.ToolCallback;

/**
 * Calls the tool that runs code as a model does.
 */
final class RunningCode {

	static final JsonMapper JSON = JsonMapper.shared();

	private RunningCode() {
	}

	static String arguments(String language, String code, String input) {
		ObjectNode arguments = JSON.createObjectNode();
		arguments.put("language", language);
		arguments.put("code", code);
		if (input != null) {
			arguments.set("input", JSON.readTree(input));
		}
		return arguments.toString();
	}

	static JsonNode run(ToolCallback tool, String language, String code, String input) {
		return JSON.readTree(tool.call(arguments(language, code, input)));
	}

	static JsonNode run(String language, String code, String input) {
		return run(TestApplication.tool(TestApplication.withCode(), "run_code"), language, code, input);
	}

	static JsonNode run(String language, String code) {
		return run(language, code, null);
	}

}
