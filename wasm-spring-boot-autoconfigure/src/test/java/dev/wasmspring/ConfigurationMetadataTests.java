package dev.wasmspring;

import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the metadata of the configuration properties to what an editor needs to help its
 * user. What {@code additional-spring-configuration-metadata.json} adds is merged into it
 * by the compiler.
 */
class ConfigurationMetadataTests {

	private static final String METADATA = "META-INF/spring-configuration-metadata.json";

	@ParameterizedTest(name = "{0}")
	@MethodSource("properties")
	void propertyIsNamedAndDescribed(String name, JsonNode property) {
		assertThat(name).matches("(management\\.(endpoint|health|info)\\.)?wasm(versions)?\\..*");
		assertThat(property.path("type").stringValue("")).as("type of %s", name).isNotBlank();
		assertThat(property.path("description").stringValue("")).as("description of %s", name)
			.isNotBlank()
			.endsWith(".")
			.doesNotContain("{@", "<");
	}

	static Stream<Object[]> properties() {
		String metadata = MainResources.read(METADATA);
		assertThat(metadata).as(METADATA).isNotEmpty();
		JsonNode properties = JsonMapper.shared().readTree(metadata).path("properties");
		assertThat(properties).as("properties in %s", METADATA).isNotEmpty();
		return properties.valueStream()
			.map((property) -> new Object[] { property.path("name").stringValue(), property });
	}

}
