package dev.wasmspring.autoconfigure.web;

import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.wasmspring.web.OpenApiDescription;
import io.swagger.v3.core.util.Json31;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Paths;
import io.swagger.v3.oas.models.tags.Tag;
import org.springdoc.core.customizers.OpenApiCustomizer;

/**
 * Adds the functions to what springdoc says of the application. A singleton, shared by
 * all threads.
 */
final class SpringdocFunctions implements OpenApiCustomizer {

	private final OpenApiDescription functions;

	SpringdocFunctions(OpenApiDescription functions) {
		this.functions = functions;
	}

	@Override
	public void customise(OpenAPI application) {
		OpenAPI described;
		try {
			described = Json31.mapper().readValue(this.functions.document(""), OpenAPI.class);
		}
		catch (JsonProcessingException ex) {
			throw new IllegalStateException("The description of the functions cannot be read", ex);
		}
		Paths paths = (application.getPaths() != null) ? application.getPaths() : new Paths();
		described.getPaths().forEach(paths::putIfAbsent);
		application.setPaths(paths);
		Components components = (application.getComponents() != null) ? application.getComponents() : new Components();
		described.getComponents().getSchemas().forEach(components::addSchemas);
		application.setComponents(components);
		List<Tag> tags = new ArrayList<>((application.getTags() != null) ? application.getTags() : List.of());
		tags.addAll(described.getTags());
		application.setTags(tags);
	}

}
