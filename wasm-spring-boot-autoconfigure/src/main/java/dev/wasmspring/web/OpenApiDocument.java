package dev.wasmspring.web;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import dev.wasmspring.function.FunctionDefinition;
import dev.wasmspring.function.HttpShape;
import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.module.Export;
import dev.wasmspring.sandbox.module.Kind;
import dev.wasmspring.sandbox.module.NumberType;
import dev.wasmspring.schema.JsonSchema;
import dev.wasmspring.schema.JsonText;
import org.jspecify.annotations.Nullable;

import org.springframework.http.MediaType;
import org.springframework.web.util.UriUtils;

/**
 * The endpoint as OpenAPI 3.1 describes it: every function that can be called, as it is
 * in service. Lives while it is written; used by one thread.
 */
final class OpenApiDocument {

	private static final String VERSION = "3.1.0";

	private static final String SCHEMAS = "#/components/schemas/";

	private static final String PROBLEM = "Problem";

	private static final String LIST_ITEM = "Function";

	private static final String TAG = "functions";

	private final Map<String, @Nullable Object> schemas = new LinkedHashMap<>();

	/**
	 * What schemas of functions are called there: a function may have several operations.
	 */
	private final Map<JsonSchema, String> components = new IdentityHashMap<>();

	private final Set<String> operations = new LinkedHashSet<>();

	private OpenApiDocument() {
		this.schemas.put(PROBLEM, problem());
		this.schemas.put(LIST_ITEM, listItem());
	}

	/**
	 * Describes functions.
	 * @param path the path of the endpoint within the context
	 * @param server where the context is
	 * @param title the name of the application
	 * @param version its version
	 * @return the document, in JSON
	 */
	static String of(List<FunctionDefinition> functions, String path, String server, String title, String version) {
		OpenApiDocument document = new OpenApiDocument();
		functions.forEach((function) -> document.operations.add(function.name()));
		Map<String, @Nullable Object> paths = new LinkedHashMap<>();
		paths.put(path.isEmpty() ? "/" : path, object("get", document.list()));
		for (FunctionDefinition function : functions) {
			HttpShape http = function.settings().http();
			String own = path + "/" + UriUtils.encodePathSegment(function.name(), StandardCharsets.UTF_8);
			paths.put(own, document.operations(function, http.allowed(false), false));
			if (http.takesPaths()) {
				paths.put(own + "/{path}", document.operations(function, http.allowed(true), true));
			}
		}
		return JsonText.write(object("openapi", VERSION, "info",
				object("title", title, "version", version, "description",
						"Functions from WebAssembly modules. Every call runs in a sandbox of its own, which is gone"
								+ " when the call ends."),
				"servers", List.of(object("url", server)), "tags",
				List.of(object("name", TAG, "description", "Functions from WebAssembly modules")), "paths", paths,
				"components", object("schemas", document.schemas)));
	}

	private Map<String, @Nullable Object> list() {
		return object("operationId", unique("listFunctions"), "tags", List.of(TAG), "summary",
				"Lists the functions that can be called", "responses",
				object("200", object("description", "The functions, in the order of their names", "content",
						content("application/json", object("type", "array", "items", reference(LIST_ITEM))))));
	}

	private Map<String, @Nullable Object> operations(FunctionDefinition function, List<String> methods, boolean below) {
		Map<String, @Nullable Object> operations = new LinkedHashMap<>();
		if (below) {
			operations.put("parameters", List.of(object(
					"name", "path", "in", "path", "required", true, "description", function.settings().http().shaped()
							? "What the function gets as its path; may have slashes" : "The input; may have slashes",
					"schema", object("type", "string"))));
		}
		for (String method : methods) {
			// Where there is GET, there is HEAD
			if (!method.equals("HEAD")) {
				operations.put(method.toLowerCase(Locale.ROOT), operation(function, method, below));
			}
		}
		return operations;
	}

	private Map<String, @Nullable Object> operation(FunctionDefinition function, String method, boolean below) {
		String description = function.settings().description();
		boolean main = method.equals("POST") && !below;
		String id = function.name();
		if (!main) {
			id = unique(function.name() + "_" + method.toLowerCase(Locale.ROOT) + (below ? "_path" : ""));
		}
		Map<String, @Nullable Object> operation = object("operationId", id, "tags", List.of(TAG), "summary",
				(description != null) ? description : function.name(), "description", prose(function), "x-wasm",
				facts(function));
		if (!method.equals("GET")) {
			operation.put("requestBody", input(function));
		}
		operation.put("responses", responses(function, method));
		return operation;
	}

	private String unique(String id) {
		String free = id;
		while (!this.operations.add(free)) {
			free += "_";
		}
		return free;
	}

	private static String prose(FunctionDefinition function) {
		Export export = function.export();
		String takes = switch (export.kind()) {
			case NUMERIC -> "Takes " + numbers(export.parameters()) + " and answers with " + numbers(export.results())
					+ ", as a JSON number or an array of JSON numbers.";
			case SCRIPT ->
				"A script: takes JSON, text or bytes, as the content type says, " + "and answers with what it returns.";
			case COMMAND -> "A command: takes bytes on standard input and answers with standard output.";
			case BYTES -> "Takes bytes and answers with bytes.";
		};
		if (function.settings().http().shaped()) {
			takes += " It sees method, path and query of the request, and shapes the answer.";
		}
		Limits limits = function.settings().limits();
		return takes + " A call may take " + limits.timeout().toMillis() + " ms and " + limits.memory()
				+ " bytes of memory; the input has at most " + limits.input() + " bytes, the output " + limits.output()
				+ ".";
	}

	private static String numbers(List<NumberType> types) {
		return types.isEmpty() ? "no number"
				: types.stream().map((type) -> type.name().toLowerCase(Locale.ROOT)).collect(Collectors.joining(", "));
	}

	private static Map<String, @Nullable Object> facts(FunctionDefinition function) {
		Limits limits = function.settings().limits();
		Map<String, @Nullable Object> facts = object("kind", FunctionDescriptor.of(function).kind(), "module",
				function.module().name());
		String language = FunctionDescriptor.language(function);
		if (language != null) {
			facts.put("language", language);
		}
		if (function.export().kind() == Kind.NUMERIC) {
			facts.put("parameters", words(function.export().parameters()));
			facts.put("results", words(function.export().results()));
		}
		HttpShape http = function.settings().http();
		if (http.isMore()) {
			facts.put("http", object("safe", http.safe(), "shaped", http.shaped()));
		}
		facts.put("limits",
				object("timeout", limits.timeout().toString(), "memory", limits.memory(), "input", limits.input(),
						"output", limits.output(), "concurrency", function.settings().concurrency(), "queueSize",
						function.settings().queue().size()));
		return facts;
	}

	private static List<String> words(List<NumberType> types) {
		return types.stream().map((type) -> type.name().toLowerCase(Locale.ROOT)).toList();
	}

	private Map<String, @Nullable Object> input(FunctionDefinition function) {
		JsonSchema schema = function.schemas().input();
		String consumes = function.settings().consumes();
		Map<String, @Nullable Object> content = new LinkedHashMap<>();
		if (schema != null) {
			String type = (consumes == null || consumes.startsWith("*")) ? MediaType.APPLICATION_JSON_VALUE : consumes;
			Map<String, @Nullable Object> media = object("schema", component(function.name() + "-input", schema));
			if (!function.schemas().examples().isEmpty()) {
				media.put("example", function.schemas().examples().get(0));
			}
			content.put(type, media);
		}
		else if (function.export().kind() == Kind.NUMERIC) {
			content.putAll(content((consumes != null) ? consumes : MediaType.APPLICATION_JSON_VALUE,
					numbersSchema(function.export().parameters())));
		}
		else if (consumes != null) {
			content.putAll(content(consumes, ofType(consumes)));
		}
		else {
			List<String> types = function.isScript()
					? List.of(MediaType.APPLICATION_JSON_VALUE, MediaType.TEXT_PLAIN_VALUE,
							MediaType.APPLICATION_OCTET_STREAM_VALUE)
					: List.of(MediaType.APPLICATION_OCTET_STREAM_VALUE, MediaType.APPLICATION_JSON_VALUE,
							MediaType.TEXT_PLAIN_VALUE);
			types.forEach((type) -> content.putAll(content(type, ofType(type))));
		}
		boolean required = schema != null
				|| (function.export().kind() == Kind.NUMERIC && !function.export().parameters().isEmpty());
		return object("required", required, "content", content, "description",
				(consumes != null || schema != null || function.export().kind() == Kind.NUMERIC) ? "The input"
						: "The input, of any content type");
	}

	private Map<String, @Nullable Object> responses(FunctionDefinition function, String method) {
		Limits limits = function.settings().limits();
		HttpShape http = function.settings().http();
		Map<String, @Nullable Object> responses = new LinkedHashMap<>();
		Map<String, @Nullable Object> output = object("description",
				http.shaped() ? "What the function answers with" : "The output", "content", output(function));
		responses.put("200", output);
		if (method.equals("GET")) {
			output.put("headers", object("ETag", header("The version of the answer, for If-None-Match"),
					"Cache-Control", header("How long it may be kept")));
			responses.put("304", object("description", "The answer is still the one that If-None-Match names"));
		}
		if (http.shaped()) {
			responses.put("default", object("description",
					"Whatever else the function answers with: it sets status, headers and content type"));
		}
		List<String> invalid = new ArrayList<>();
		if (function.schemas().input() != null) {
			invalid.add("invalid-input: the input is not as its schema has it; 'errors' says where");
		}
		else if (function.export().kind() == Kind.NUMERIC) {
			invalid.add("invalid-input: the input is not the numbers that the function takes");
		}
		else if (function.isScript()) {
			invalid.add("invalid-input: the input is not the JSON or text that its content type says");
		}
		invalid.add("bad-request: the body could not be read to its end");
		responses.put("400", problem(String.join("; ", invalid)));
		responses.put("404", problem("unknown-function: the function was removed, or its module was rejected"));
		responses.put("413", problem("input-limit: the input is larger than " + limits.input() + " bytes"));
		if (function.settings().consumes() != null) {
			responses.put("415",
					problem("unsupported-media-type: the function consumes " + function.settings().consumes()));
		}
		responses.put("500",
				problem(function.isScript() ? "error: the script threw an exception; trap: it ran out of stack"
						: "trap: the module trapped or ran out of stack; "
								+ "exit: it ended itself with a code, which is in 'exitCode'"));
		responses.put("502", problem("bad-output: the output is larger than " + limits.output() + " bytes, or "
				+ (http.shaped() ? "is no answer over HTTP" : "cannot be expressed")));
		Map<String, @Nullable Object> rejected = problem("rejected: " + function.settings().concurrency()
				+ " calls of the function run already, or all calls together hold as much memory as they may");
		rejected.put("headers", object("Retry-After", object("description",
				"Seconds after which the call may be tried again", "schema", object("type", "integer"))));
		responses.put("503", rejected);
		responses.put("504", problem("timeout: the call did not end within " + limits.timeout().toMillis() + " ms"));
		return responses;
	}

	private static Map<String, @Nullable Object> header(String description) {
		return object("description", description, "schema", object("type", "string"));
	}

	private Map<String, @Nullable Object> output(FunctionDefinition function) {
		JsonSchema schema = function.schemas().output();
		String produces = function.produces();
		if (schema != null) {
			return content((produces != null) ? produces : MediaType.APPLICATION_JSON_VALUE,
					component(function.name() + "-output", schema));
		}
		if (function.export().kind() == Kind.NUMERIC) {
			return content(String.valueOf(produces), numbersSchema(function.export().results()));
		}
		if (produces != null) {
			return content(produces, ofType(produces));
		}
		if (function.isScript()) {
			Map<String, @Nullable Object> content = new LinkedHashMap<>();
			for (String type : List.of(MediaType.APPLICATION_JSON_VALUE, MediaType.TEXT_PLAIN_VALUE,
					MediaType.APPLICATION_OCTET_STREAM_VALUE)) {
				content.putAll(content(type, ofType(type)));
			}
			return content;
		}
		// That of the request, and so nothing that could be said here
		return content("*/*", ofType(MediaType.APPLICATION_OCTET_STREAM_VALUE));
	}

	private Map<String, @Nullable Object> component(String name, JsonSchema schema) {
		String known = this.components.get(schema);
		if (known != null) {
			return reference(known);
		}
		String component = name.replaceAll("[^A-Za-z0-9._-]", "_");
		while (this.schemas.containsKey(component)) {
			component += "_";
		}
		this.schemas.putAll(schema.components(component, (other) -> SCHEMAS + other));
		this.components.put(schema, component);
		return reference(component);
	}

	private static Map<String, @Nullable Object> reference(String component) {
		return object("$ref", SCHEMAS + component);
	}

	private static Map<String, @Nullable Object> content(String type, Object schema) {
		return object(type, object("schema", schema));
	}

	private static Map<String, @Nullable Object> ofType(String contentType) {
		MediaType type = MediaType.valueOf(contentType);
		if (type.getSubtype().equals("json") || type.getSubtype().endsWith("+json")) {
			return object();
		}
		return type.getType().equals("text") ? object("type", "string") : object("type", "string", "format", "binary");
	}

	/**
	 * Numbers as most callers send and get them: one as a number, and others as an array.
	 */
	private static Map<String, @Nullable Object> numbersSchema(List<NumberType> types) {
		if (types.size() == 1) {
			return number(types.get(0));
		}
		Map<String, @Nullable Object> array = object("type", "array", "minItems", types.size(), "maxItems",
				types.size());
		if (Set.copyOf(types).size() == 1) {
			array.put("items", number(types.get(0)));
		}
		else if (!types.isEmpty()) {
			array.put("prefixItems", types.stream().map(OpenApiDocument::number).toList());
			array.put("items", object("type", "number"));
		}
		else {
			array.put("items", object("type", "number"));
		}
		return array;
	}

	private static Map<String, @Nullable Object> number(NumberType type) {
		return switch (type) {
			case I32 -> object("type", "integer", "format", "int32", "minimum", Integer.MIN_VALUE, "maximum",
					Integer.MAX_VALUE);
			case I64 ->
				object("type", "integer", "format", "int64", "minimum", Long.MIN_VALUE, "maximum", Long.MAX_VALUE);
			case F32 -> object("type", "number", "format", "float");
			case F64 -> object("type", "number", "format", "double");
		};
	}

	private static Map<String, @Nullable Object> problem(String description) {
		return object("description", description, "content",
				content(MediaType.APPLICATION_PROBLEM_JSON_VALUE, reference(PROBLEM)));
	}

	private static Map<String, @Nullable Object> problem() {
		Map<String, @Nullable Object> text = object("type", "string");
		return object("type", "object", "description", "A problem document (RFC 9457)", "required",
				List.of("type", "title", "status"), "properties",
				object("type",
						object("type", "string", "format", "uri", "description",
								"urn:wasm:problem: and the word for how the call ended"),
						"title", text, "status", object("type", "integer", "format", "int32"), "detail", text,
						"instance", object("type", "string", "format", "uri-reference"), "function", text, "exitCode",
						object("type", "integer", "format", "int32"), "errors",
						object("type", "array", "description", "What is wrong with an input, as its schema has it",
								"items",
								object("type", "object", "required", List.of("pointer", "detail"), "properties",
										object("pointer", object("type", "string", "format", "json-pointer",
												"description", "Where, as a JSON Pointer (RFC 6901)"), "detail",
												text)))));
	}

	private static Map<String, @Nullable Object> listItem() {
		Map<String, @Nullable Object> text = object("type", List.of("string", "null"));
		return object("type", "object", "required", List.of("name", "kind"), "properties",
				object("name", object("type", "string"), "description", text, "kind",
						object("type", "string", "enum", List.of("command", "bytes", "numeric", "script")), "consumes",
						text, "produces", text));
	}

	private static Map<String, @Nullable Object> object(@Nullable Object... namesAndValues) {
		Map<String, @Nullable Object> object = new LinkedHashMap<>();
		for (int i = 0; i < namesAndValues.length; i += 2) {
			object.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
		}
		return object;
	}

}
