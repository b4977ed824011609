package dev.wasmspring;

import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.wasmspring.actuate.EngineReport;
import dev.wasmspring.actuate.FunctionReport;
import dev.wasmspring.actuate.ModuleReport;
import dev.wasmspring.autoconfigure.WasmProperties;
import dev.wasmspring.function.ModuleStatus;
import dev.wasmspring.observation.WasmFunctionObservationDocumentation;
import dev.wasmspring.observation.WasmMeterDocumentation;
import dev.wasmspring.sandbox.compiler.CompilationSource;
import dev.wasmspring.sandbox.limit.Outcome;
import io.micrometer.common.docs.KeyName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the reference to the code.
 */
class DocumentationTests {

	private static final Path REFERENCE = Path.of("../docs/reference");

	@Test
	void everyMeterIsInTheReferenceAsItIs() throws IOException {
		Map<String, String> documented = new TreeMap<>();
		rows("metrics.md").stream()
			.filter((row) -> row.get(0).startsWith("`wasm."))
			.forEach((row) -> documented.put(row.get(0).replace("`", ""), row.get(1) + " | " + row.get(2)));
		Map<String, String> actual = new TreeMap<>();
		for (WasmMeterDocumentation meter : WasmMeterDocumentation.values()) {
			String kind = meter.getType().name().toLowerCase(Locale.ROOT).replace('_', ' ');
			actual.put(meter.getName(), kind + ((meter.getBaseUnit() != null) ? ", " + meter.getBaseUnit() : "") + " | "
					+ codes(meter.getKeyNames()));
		}
		assertThat(documented).isEqualTo(actual);
	}

	@Test
	void theObservationAndTheWordsOfItsTagsAreInTheReference() throws IOException {
		String text = read("metrics.md");
		WasmFunctionObservationDocumentation call = WasmFunctionObservationDocumentation.CALL;
		assertThat(text).contains("observation named `" + call.getName() + "`",
				"keys " + codes(call.getLowCardinalityKeyNames()).replace("`, `", "` and `"));
		assertThat(text.replace('\n', ' ')).contains("`outcome` is one of " + Arrays.stream(Outcome.values())
			.map((outcome) -> "`" + outcome + "`")
			.collect(Collectors.joining(", ")));
		for (CompilationSource source : CompilationSource.values()) {
			assertThat(text).contains("(`" + source.name().toLowerCase(Locale.ROOT) + "`)");
		}
	}

	@Test
	void everyPropertyIsInTheReferenceAndNoOther() throws IOException {
		List<String> documented = rows("properties.md").stream()
			.map((row) -> row.get(0))
			.filter((cell) -> cell.startsWith("`wasm."))
			.map((cell) -> cell.replace("`", ""))
			.toList();
		JsonNode metadata = JsonMapper.shared()
			.readTree(MainResources.read("META-INF/spring-configuration-metadata.json"))
			.path("properties");
		List<String> actual = Stream
			.concat(metadata.valueStream()
				.map((property) -> property.path("name").stringValue())
				.filter((name) -> name.startsWith("wasm.") && !name.equals("wasm.functions")), functionProperties())
			.toList();
		assertThat(documented).containsExactlyInAnyOrderElementsOf(actual);
	}

	/** Those of a map's values have no metadata of their own. */
	private static Stream<String> functionProperties() {
		return properties("wasm.functions.<name>.", WasmProperties.Function.class);
	}

	private static Stream<String> properties(String prefix, Class<?> type) {
		return Arrays.stream(type.getDeclaredFields()).filter((field) -> !field.isSynthetic()).flatMap((field) -> {
			String name = prefix + field.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
			if (field.getGenericType() instanceof ParameterizedType list
					&& list.getActualTypeArguments()[0] instanceof Class<?> element
					&& element.getEnclosingClass() == WasmProperties.class) {
				return properties(name + "[n].", element);
			}
			if (field.getType() == WasmProperties.FunctionWeb.class) {
				return properties(name + ".", field.getType());
			}
			return Stream.of((name.endsWith(".limits") || name.endsWith(".environment")) ? name + ".*" : name);
		});
	}

	@Test
	void everyFieldOfTheActuatorIsInTheReferenceAndNoOther() throws IOException {
		String text = read("actuator.md");
		String modules = text.substring(text.indexOf("### Modules"), text.indexOf("### Functions"));
		String functions = text.substring(text.indexOf("### Functions"),
				text.indexOf("## `/actuator/wasm/{function}`"));
		String engine = text.substring(text.indexOf("### Engine"), text.indexOf("### Modules"));
		assertThat(fields(engine)).containsExactlyElementsOf(fields("engine.", EngineReport.class).toList());
		assertThat(fields(modules)).containsExactlyElementsOf(fields("", ModuleReport.class).toList());
		assertThat(fields(functions)).containsExactlyElementsOf(fields("", FunctionReport.class).toList());
		for (ModuleStatus.State state : ModuleStatus.State.values()) {
			assertThat(modules).contains("`" + state + "`");
		}
	}

	private static List<String> fields(String section) {
		return rowsOf(section).stream()
			.map((row) -> row.get(0).replace("`", ""))
			.filter((field) -> !field.startsWith("Field"))
			.toList();
	}

	private static Stream<String> fields(String prefix, Class<?> type) {
		return Arrays.stream(type.getRecordComponents()).flatMap((component) -> {
			String name = prefix + component.getName();
			if (component.getType().isRecord()) {
				return fields(name + ".", component.getType());
			}
			if (component.getGenericType() instanceof ParameterizedType list
					&& list.getActualTypeArguments()[0] instanceof Class<?> element && element.isRecord()) {
				return fields(name + "[].", element);
			}
			return Stream.of(name);
		});
	}

	private static String codes(KeyName[] keyNames) {
		return Arrays.stream(keyNames).map((name) -> "`" + name.asString() + "`").collect(Collectors.joining(", "));
	}

	private static List<List<String>> rows(String document) throws IOException {
		return rowsOf(read(document));
	}

	private static List<List<String>> rowsOf(String text) {
		return Pattern.compile("^\\| (.*) \\|$", Pattern.MULTILINE)
			.matcher(text)
			.results()
			.map((MatchResult row) -> List.of(row.group(1).split(" \\| ")))
			.toList();
	}

	private static String read(String document) throws IOException {
		return Files.readString(REFERENCE.resolve(document));
	}

}
