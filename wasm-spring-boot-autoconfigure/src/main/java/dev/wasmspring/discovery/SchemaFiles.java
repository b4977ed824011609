package dev.wasmspring.discovery;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;

import dev.wasmspring.function.FunctionSettings;
import dev.wasmspring.sandbox.module.Kind;
import dev.wasmspring.sandbox.module.ModuleException;
import dev.wasmspring.schema.FunctionSchemas;
import dev.wasmspring.schema.InvalidSchemaException;
import org.jspecify.annotations.Nullable;

import org.springframework.core.io.Resource;
import org.springframework.core.io.ResourceLoader;
import org.springframework.util.MimeType;

/**
 * The reader of functions' schemas, from files beside modules and from what is set. Lives
 * as long as discovery; used by one thread at a time.
 */
final class SchemaFiles {

	/** Larger ones are a mistake. */
	private static final int MAX_SIZE = 1 << 20;

	private final ResourceLoader resourceLoader;

	private final Duration timeLimit;

	SchemaFiles(ResourceLoader resourceLoader, Duration timeLimit) {
		this.resourceLoader = resourceLoader;
		this.timeLimit = timeLimit;
	}

	/**
	 * Reads the schemas of a function.
	 * @param function the function
	 * @param module where its module is
	 * @param settings how it is to be run
	 * @param configured what is set
	 * @throws ModuleException if one of them cannot be used
	 */
	FunctionSchemas read(NamedExport function, ModuleResource module, FunctionSettings settings,
			ConfiguredSchemas configured) {
		FunctionSchemas schemas = ofProperties(function.name(), module, configured);
		if (schemas.input() == null || schemas.output() == null) {
			schemas = schemas.or(besides(function.name(), module));
		}
		if (schemas.input() != null) {
			requireReadable(function, module, settings);
		}
		return schemas;
	}

	private FunctionSchemas ofProperties(String function, ModuleResource module, ConfiguredSchemas configured) {
		String prefix = "wasm.functions." + FunctionNames.inProperty(function) + ".";
		FunctionSchemas input = ofProperty(prefix + "input-schema", configured.input(), true, module);
		FunctionSchemas output = ofProperty(prefix + "output-schema", configured.output(), false, module);
		return input.or(output);
	}

	private FunctionSchemas ofProperty(String property, @Nullable String value, boolean input, ModuleResource module) {
		if (value == null || value.isBlank()) {
			return FunctionSchemas.NONE;
		}
		boolean inline = value.strip().startsWith("{");
		String origin = "the property '" + property + "'" + (inline ? "" : " ('" + value + "')");
		String text = inline ? value : read(this.resourceLoader.getResource(value.strip()), origin, module);
		if (text == null) {
			throw module.failure("There is nothing at the location of a schema in " + origin + ".",
					"Correct the location, for example 'classpath:schemas/order.json'.");
		}
		try {
			return FunctionSchemas.parse(input ? text : null, input ? null : text);
		}
		catch (InvalidSchemaException ex) {
			throw broken(origin, ex, module);
		}
	}

	private FunctionSchemas besides(String function, ModuleResource module) {
		String file = function + ModuleResource.SCHEMA;
		Resource resource;
		try {
			resource = module.resource().createRelative(file);
		}
		catch (IOException ex) {
			// Its resource has no others beside it
			return FunctionSchemas.NONE;
		}
		String text = read(resource, "'" + file + "' beside it", module);
		if (text == null) {
			return FunctionSchemas.NONE;
		}
		try {
			return FunctionSchemas.parse(text);
		}
		catch (InvalidSchemaException ex) {
			throw broken("'" + file + "' beside it", ex, module);
		}
	}

	private static ModuleException broken(String origin, InvalidSchemaException exception, ModuleResource module) {
		return module.failure("The schema in " + origin + " cannot be used: " + exception.getMessage(),
				exception.remedy());
	}

	/**
	 * Reads a text.
	 * @return {@code null} if there is none
	 */
	private @Nullable String read(Resource resource, String origin, ModuleResource module) {
		try {
			byte[] bytes = resource.isFile()
					? FileAccess.within(this.timeLimit, resource.getDescription(), null, () -> bytes(resource))
					: bytes(resource);
			if (bytes == null) {
				return null;
			}
			if (bytes.length > MAX_SIZE) {
				throw module.failure(
						"The schema in " + origin + " is larger than the " + MAX_SIZE + " bytes that are allowed.",
						"Make the schema smaller.");
			}
			return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
		}
		catch (CharacterCodingException ex) {
			throw module.failure("The schema in " + origin + " is no text in UTF-8.", "Save the file as UTF-8.");
		}
		catch (IOException ex) {
			throw ModuleException.temporary(module.name(), module.origin(),
					"The schema in " + origin + " cannot be read: " + ex.getMessage() + ".",
					"Make the file readable for the application.", ex);
		}
	}

	private static byte @Nullable [] bytes(Resource resource) throws IOException {
		if (!resource.exists() || (resource.isFile() && !Files.isRegularFile(resource.getFile().toPath()))) {
			return null;
		}
		try (InputStream stream = resource.getInputStream()) {
			return stream.readNBytes(MAX_SIZE + 1);
		}
	}

	/**
	 * A schema speaks of JSON or of text.
	 */
	private static void requireReadable(NamedExport function, ModuleResource module, FunctionSettings settings) {
		String consumes = settings.consumes();
		if (consumes == null) {
			return;
		}
		MimeType type = MimeType.valueOf(consumes);
		boolean text = type.getType().equalsIgnoreCase("text");
		boolean json = type.isWildcardType() || type.getSubtype().equalsIgnoreCase("json")
				|| type.getSubtype().endsWith("+json");
		if (!text && !json) {
			throw module.failure(
					"There is a schema of the input of its function '" + function.name() + "', which consumes '"
							+ consumes + "': neither JSON nor text.",
					"Remove the schema, or set 'wasm.functions." + FunctionNames.inProperty(function.name())
							+ ".consumes' to what the function takes.");
		}
		if (text && function.export().kind() == Kind.NUMERIC) {
			throw module.failure(
					"There is a schema of the input of its function '" + function.name()
							+ "', which takes numbers and consumes '" + consumes + "'.",
					"Let it consume 'application/json'.");
		}
	}

}
