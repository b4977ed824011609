package dev.wasmspring.script;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import dev.wasmspring.function.WasmFunction;
import dev.wasmspring.sandbox.module.Module;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.support.MessageBuilder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Runs the code of the guides: each block of code is the file that its first line names,
 * and each {@code curl} answers what stands below it.
 */
class ScriptDocumentTests {

	private static final Path GUIDES = Path.of("../docs/how-to/write-a-function");

	private static final Pattern BLOCK = Pattern.compile("^```(\\w*)\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

	private static final Pattern FILE = Pattern.compile("^(?:// |# |<\\?php // )(\\S+\\.\\w+)\\n");

	private static final Pattern CURL = Pattern.compile("^\\$ curl (.*) localhost:8080/functions/([\\w-]+)$");

	private static final Pattern OPTION = Pattern.compile("-([Hd]) '([^']*)'");

	static List<ScriptLanguage> languages() {
		return TestScripts.RUNTIMES.languages();
	}

	@ParameterizedTest
	@MethodSource("languages")
	void theGuideSaysWhatHappens(ScriptLanguage language) throws IOException {
		assumeTrue(language != ScriptLanguage.DOTNET || DotnetCompiler.isThere(), "There is no mcs");
		String guide = Files.readString(GUIDES.resolve(guideOf(language)));
		Map<String, byte[]> files = new LinkedHashMap<>();
		int calls = 0;
		for (Matcher block = BLOCK.matcher(guide); block.find();) {
			if (block.group(1).equals("console")) {
				calls += runs(language, block.group(2).lines().toList(), files);
				continue;
			}
			Matcher file = FILE.matcher(block.group(2));
			if (file.find()) {
				String content = file.group(1).endsWith(".json") ? block.group(2).substring(file.end())
						: block.group(2);
				files.put(file.group(1), content.getBytes(StandardCharsets.UTF_8));
			}
		}
		assertThat(calls).isGreaterThan(3);
	}

	private static String guideOf(ScriptLanguage language) {
		return ((language == ScriptLanguage.DOTNET) ? "csharp" : language) + ".md";
	}

	private static int runs(ScriptLanguage language, List<String> lines, Map<String, byte[]> files) {
		int calls = 0;
		for (int i = 0; i + 1 < lines.size(); i++) {
			Matcher curl = CURL.matcher(lines.get(i));
			if (curl.matches()) {
				assertThat(call(language, curl.group(2), curl.group(1), files)).as(lines.get(i))
					.isEqualTo(lines.get(i + 1));
				calls++;
			}
		}
		return calls;
	}

	private static String call(ScriptLanguage language, String name, String options, Map<String, byte[]> files) {
		MessageBuilder<byte[]> message = MessageBuilder.withPayload(new byte[0]);
		for (Matcher option = OPTION.matcher(options); option.find();) {
			String value = option.group(2);
			if (option.group(1).equals("d")) {
				message = MessageBuilder.withPayload(value.getBytes(StandardCharsets.UTF_8))
					.copyHeaders(message.build().getHeaders());
			}
			else {
				String header = value.substring(0, value.indexOf(": "));
				message.setHeader(header.equals("Content-Type") ? MessageHeaders.CONTENT_TYPE : header,
						value.substring(value.indexOf(": ") + 2));
			}
		}
		Message<?> answer = (Message<?>) function(language, name, files).apply(message.build());
		return new String((byte[]) answer.getPayload(), StandardCharsets.UTF_8);
	}

	private static WasmFunction function(ScriptLanguage language, String name, Map<String, byte[]> sources) {
		Map<String, byte[]> files = (language == ScriptLanguage.DOTNET) ? DotnetCompiler.compile(name, sources)
				: sources;
		String script = name + "." + language.extensions().get(0);
		List<ScriptFile> all = new ArrayList<>(List.of(new ScriptFile(script, files.get(script))));
		files.forEach((file, content) -> {
			if (file.startsWith(name + "/")) {
				all.add(new ScriptFile(file, content));
			}
		});
		Module module = TestScripts.RUNTIMES.module(name, "guide", language, () -> ScriptFile.block(all));
		return TestScripts.function(module, name, TestScripts.LIMITS);
	}

	@Test
	void everyGuideIsOneOfALanguage() throws IOException {
		try (Stream<Path> guides = Files.list(GUIDES)) {
			assertThat(guides.map((guide) -> guide.getFileName().toString()))
				.containsAll(languages().stream().map(ScriptDocumentTests::guideOf).toList());
		}
	}

	@Test
	void theReferenceNamesEachLanguageThatHasARuntimeHere() throws IOException {
		String reference = Files.readString(Path.of("../docs/reference/scripts.md"));
		for (ScriptLanguage language : ScriptLanguage.values()) {
			assertThat(reference).contains("`." + language.extensions().get(0) + "`");
		}
		for (ScriptLanguage language : languages()) {
			assertThat(reference).contains("`" + language.artifact() + "`");
		}
	}

}
