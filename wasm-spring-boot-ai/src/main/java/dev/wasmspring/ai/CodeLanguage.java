package dev.wasmspring.ai;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

import dev.wasmspring.script.ScriptException;
import dev.wasmspring.script.ScriptFile;
import org.jspecify.annotations.Nullable;

/**
 * A language in which models write code, and how the tools get into it. A closed set,
 * shared by all threads.
 * <p>
 * The code keeps a file of its own, so that its lines are those that the model wrote. The
 * tools are another one, which the first runs before it.
 */
enum CodeLanguage {

	/**
	 * JavaScript. Only the first file may leave its handler without {@code export}, so
	 * that is the code, and what is put before its first line is taken off again where
	 * columns are told.
	 */
	JAVASCRIPT("javascript", "js", "import \"./tools.js\"; ", null,
			"function handle(input) { return { sum: input.a + input.b }; }"),

	/**
	 * Python, in which nothing can be put before a first line.
	 */
	PYTHON("python", "py", "", "main.py", "def handle(input):\n    return {\"sum\": input[\"a\"] + input[\"b\"]}"),

	/**
	 * Ruby.
	 */
	RUBY("ruby", "rb", "require \"tools\"; ", null, "def handle(input) = { sum: input[\"a\"] + input[\"b\"] }"),

	/**
	 * PHP, whose files begin with a mark.
	 */
	PHP("php", "php", "", "main.php",
			"<?php\nfunction handle($input) { return [\"sum\" => $input[\"a\"] + $input[\"b\"]]; }");

	private final String word;

	private final String extension;

	private final String prefix;

	/** What runs the tools and then the code, if the code cannot do so. */
	private final @Nullable String main;

	private final String example;

	private final String tools;

	private final String mainText;

	CodeLanguage(String word, String extension, String prefix, @Nullable String main, String example) {
		this.word = word;
		this.extension = extension;
		this.prefix = prefix;
		this.main = main;
		this.example = example;
		this.tools = read("tools." + extension);
		this.mainText = (main != null) ? read(main) : "";
	}

	private static String read(String name) {
		try (InputStream stream = CodeLanguage.class.getResourceAsStream(name)) {
			if (stream == null) {
				throw new IllegalStateException("There is no " + name);
			}
			return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static Optional<CodeLanguage> of(String word) {
		return Arrays.stream(values()).filter((language) -> language.word.equals(word)).findFirst();
	}

	String word() {
		return this.word;
	}

	/**
	 * A handler, for those who have to write one.
	 */
	String example() {
		return this.example;
	}

	private String file() {
		return "code." + this.extension;
	}

	/**
	 * The files of a script that is the code, and that can call tools.
	 * @param tools the names of the tools, possibly none
	 */
	List<ScriptFile> files(String code, List<String> tools) {
		List<ScriptFile> files = new ArrayList<>();
		if (tools.isEmpty()) {
			files.add(file(file(), code));
			return files;
		}
		if (this.main != null) {
			files.add(file(this.main, this.mainText));
		}
		files.add(file(file(), this.prefix + code));
		// Names have letters, digits, '-' and '_', which mean the same in all languages
		String names = tools.stream().map((name) -> '"' + name + '"').collect(Collectors.joining(", "));
		files.add(file("tools." + this.extension, this.tools.replace("$NAMES", names)));
		return files;
	}

	private static ScriptFile file(String name, String text) {
		return new ScriptFile(name, text.getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * Where in the code an exception was thrown, or what called what threw it.
	 * @param hasTools whether the code can call tools
	 * @return {@code null} if it was nowhere in the code
	 */
	@Nullable CodePlace place(ScriptException thrown, String code, boolean hasTools) {
		if (thrown.file().equals(file()) && thrown.line() > 0) {
			int before = (hasTools && thrown.line() == 1) ? this.prefix.length() : 0;
			StackTraceElement[] stack = thrown.getStackTrace();
			return place(code, thrown.line(), Math.max(thrown.column() - before, 0),
					(stack.length > 0) ? stack[0].getMethodName() : "");
		}
		for (StackTraceElement element : thrown.getStackTrace()) {
			if (file().equals(element.getFileName()) && element.getLineNumber() > 0) {
				return place(code, element.getLineNumber(), 0, element.getMethodName());
			}
		}
		return null;
	}

	private static CodePlace place(String code, int line, int column, String function) {
		String source = code.lines().skip(line - 1L).findFirst().orElse("").strip();
		return new CodePlace(line, column, ToolOutput.cut(source, 200),
				(function.startsWith("<") || function.isEmpty()) ? null : function);
	}

}
