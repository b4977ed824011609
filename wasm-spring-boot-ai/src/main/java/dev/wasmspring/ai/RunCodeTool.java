package dev.wasmspring.ai;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import dev.wasmspring.schema.JsonText;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.model.ToolContext;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.definition.ToolDefinition;

/**
 * Runs code that a model wrote, as a tool. Lives as long as the application context;
 * shared by all threads.
 */
final class RunCodeTool implements ToolCallback {

	static final String NAME = "run_code";

	/** Braces, names and quotes, and each character of code written as six. */
	private static final int ESCAPED = 6;

	private final CodeRunner runner;

	private final List<CodeLanguage> languages;

	private final Supplier<List<FunctionTool>> tools;

	private final CodeSettings settings;

	RunCodeTool(CodeRunner runner, List<CodeLanguage> languages, Supplier<List<FunctionTool>> tools,
			CodeSettings settings) {
		this.runner = runner;
		this.languages = List.copyOf(languages);
		this.tools = tools;
		this.settings = settings;
	}

	@Override
	public ToolDefinition getToolDefinition() {
		return ToolDefinition.builder().name(NAME).description(description()).inputSchema(schema()).build();
	}

	private String description() {
		StringBuilder text = new StringBuilder(
				"Runs code in a fresh sandbox and answers with what its function handle returns, and what it prints."
						+ " Nothing is kept from one run to the next. There are no files, no network and no packages"
						+ " but the standard library. A run takes at most ")
			.append(this.settings.limits().timeout().toMillis())
			.append(" ms. The code defines handle, which gets the input; examples:\n");
		this.languages
			.forEach((language) -> text.append(language.word()).append(": ").append(language.example()).append('\n'));
		List<FunctionTool> tools = this.tools.get();
		if (!tools.isEmpty()) {
			text.append("Within handle the code can call these tools, each with one argument, and gets what it answers;"
					+ " it throws ToolError when one fails. For example, in JavaScript: const answer = tools.")
				.append(tools.get(0).getToolDefinition().name())
				.append("(argument). In PHP it is tools()->name(argument), in Python and Ruby tools.name(argument).\n");
			tools.forEach((tool) -> text.append("- ")
				.append(tool.getToolDefinition().name())
				.append(": ")
				.append(tool.getToolDefinition().description())
				.append(" Argument: ")
				.append(tool.argument())
				.append('\n'));
		}
		return text.toString().strip();
	}

	private String schema() {
		Map<String, @Nullable Object> properties = new LinkedHashMap<>();
		properties.put("language",
				Map.of("type", "string", "enum", this.languages.stream().map(CodeLanguage::word).toList()));
		properties.put("code",
				Map.of("type", "string", "maxLength", this.settings.sourceSize(), "description", "The code"));
		properties.put("input", Map.of("description", "What handle gets, any JSON value"));
		Map<String, @Nullable Object> schema = new LinkedHashMap<>();
		schema.put("type", "object");
		schema.put("properties", properties);
		schema.put("required", List.of("language", "code"));
		return JsonText.write(schema);
	}

	@Override
	public String call(String toolInput) {
		return call(toolInput, null);
	}

	@Override
	public String call(String toolInput, @Nullable ToolContext toolContext) {
		Caller caller = Caller.of(toolContext);
		long most = this.settings.limits().input() + (long) ESCAPED * this.settings.sourceSize() + 1024;
		if (toolInput.length() > most) {
			return invalid("The arguments have more than " + most + " characters.", "Send less at once.", caller);
		}
		CodeLanguage language;
		String source;
		Map<String, String> arguments;
		try {
			arguments = JsonMembers.of(toolInput);
		}
		catch (IllegalArgumentException ex) {
			return invalid("The arguments cannot be read: " + ex.getMessage() + ".",
					"Send an object with language, code and input.", caller);
		}
		try {
			source = JsonMembers.text(arguments.get("code"));
		}
		catch (IllegalArgumentException ex) {
			return invalid("There is no code: " + ex.getMessage() + ".", "Send the code as a string in 'code'.",
					caller);
		}
		try {
			language = CodeLanguage.of(JsonMembers.text(arguments.get("language")))
				.filter(this.languages::contains)
				.orElseThrow(() -> new IllegalArgumentException("there is no such language here"));
		}
		catch (IllegalArgumentException ex) {
			return invalid("The language is not known: " + ex.getMessage() + ".",
					"Use one of these: "
							+ this.languages.stream().map(CodeLanguage::word).collect(Collectors.joining(", ")) + ".",
					caller);
		}
		return this.runner.run(language, source, arguments.get("input"), caller);
	}

	private static String invalid(String message, String hint, Caller caller) {
		return ToolAnswer.failed(ToolFailure.invalid(message, hint).text(), caller);
	}

	/**
	 * The languages that there are, of those that are wanted.
	 * @param available the words of those that have a runtime
	 * @param wanted the words of those that may be used, none for all
	 */
	static List<CodeLanguage> languages(List<String> available, List<String> wanted) {
		List<CodeLanguage> languages = new ArrayList<>();
		for (CodeLanguage language : CodeLanguage.values()) {
			if (available.contains(language.word()) && (wanted.isEmpty() || wanted.contains(language.word()))) {
				languages.add(language);
			}
		}
		return languages;
	}

}
