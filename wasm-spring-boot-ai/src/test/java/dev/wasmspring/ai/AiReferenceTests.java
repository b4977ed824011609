package dev.wasmspring.ai;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import org.springframework.ai.tool.ToolCallback;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the reference to the code.
 */
class AiReferenceTests {

	private static final Path PAGE = Path.of("../docs/reference/ai.md");

	@Test
	void everyPropertyIsInTheReferenceAndNoOther() throws IOException {
		List<String> documented = Pattern.compile("^\\| `(wasm\\.ai[^`]*)` \\|", Pattern.MULTILINE)
			.matcher(Files.readString(PAGE))
			.results()
			.map((row) -> row.group(1))
			.toList();
		assertThat(documented).containsExactlyInAnyOrderElementsOf(properties());
	}

	private static List<String> properties() throws IOException {
		List<String> names = new ArrayList<>();
		for (URL url : Collections.list(
				WasmAiProperties.class.getClassLoader().getResources("META-INF/spring-configuration-metadata.json"))) {
			try (InputStream stream = url.openStream()) {
				for (JsonNode property : RunningCode.JSON.readTree(stream).path("properties")) {
					String name = property.path("name").stringValue();
					if (name.startsWith("wasm.ai.")) {
						assertThat(property.path("description").stringValue("")).as(name).isNotBlank();
						names.add(name);
					}
				}
			}
		}
		return names;
	}

	@Test
	void theReferenceTellsTheLimitsThatThereAreUnlessSet() throws IOException {
		String page = Files.readString(PAGE);
		CodeSettings defaults = CodeSettings.of(new WasmAiProperties.Code());
		assertThat(page).contains("`wasm.ai.code.concurrency` | `" + defaults.concurrency() + "`",
				"`wasm.ai.code.tool-calls` | `" + defaults.toolCalls() + "`",
				"`wasm.ai.code.calls-per-conversation` | `" + defaults.callsPerConversation() + "`",
				"`wasm.ai.code.cache-size` | `" + defaults.cacheSize() + "`",
				"`wasm.ai.code.limits.timeout` | `" + defaults.limits().timeout().toSeconds() + "s`",
				"`wasm.ai.code.limits.memory` | `" + (defaults.limits().memory() >> 20) + "MB`",
				"`wasm.ai.code.output` | `" + (defaults.output() >> 10) + "KB`");
		for (CodeLanguage language : CodeLanguage.values()) {
			assertThat(page).contains("`" + language.word() + "`");
		}
	}

	@Test
	void theVersionIsThatOfTheClassPath() throws IOException {
		String page = Files.readString(PAGE).replace('\n', ' ');
		assertThat(page).contains("Spring AI " + version(ToolCallback.class));
	}

	private static String version(Class<?> type) {
		Path jar = Path.of(type.getProtectionDomain().getCodeSource().getLocation().getPath());
		return jar.getFileName().toString().replaceFirst(".*?-(\\d[^-]*)\\.jar", "$1");
	}

}
