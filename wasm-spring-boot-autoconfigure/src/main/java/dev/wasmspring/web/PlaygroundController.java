package dev.wasmspring.web;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.wasmspring.function.CallStatistics;
import dev.wasmspring.function.FunctionDefinition;
import dev.wasmspring.function.WasmFunctions;
import dev.wasmspring.function.WasmScripts;
import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.limit.Outcome;
import dev.wasmspring.sandbox.module.Kind;
import dev.wasmspring.sandbox.module.NumberType;
import dev.wasmspring.schema.JsonSchema;
import dev.wasmspring.schema.JsonText;
import dev.wasmspring.schema.SampleValue;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.bind.annotation.PathVariable;

/**
 * The page on which functions are tried: {@code GET <path>/playground}, its files, and
 * what it asks for. A singleton, shared by all threads.
 * <p>
 * The page calls functions as everybody does. All that it can do beyond that is to run a
 * script, which no other site may make a browser do.
 */
public final class PlaygroundController {

	/** For the page itself: nothing inline, and nothing from elsewhere. */
	private static final String PAGE_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; "
			+ "img-src 'self'; connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; "
			+ "frame-ancestors 'none'";

	/**
	 * For the frame with what a function answered: it has an origin of its own, loads
	 * nothing and runs nothing but the one script that puts the answer there.
	 */
	private static final String FRAME_POLICY = "sandbox allow-scripts; default-src 'none'; script-src 'self'; "
			+ "style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

	private static final Map<String, String> FILES = Map.of("icon.svg", "image/svg+xml", "playground.css",
			"text/css;charset=UTF-8", "playground.js", "text/javascript;charset=UTF-8", "frame.html",
			"text/html;charset=UTF-8", "frame.js", "text/javascript;charset=UTF-8");

	private static final int MAX_SCRIPT = 1 << 20;

	private final ExposedFunctions exposed;

	private final WasmFunctions functions;

	private final PlaygroundCalls calls;

	private final PlaygroundScripts scripts;

	private final String application;

	private final boolean openApi;

	/**
	 * Creates the page.
	 * @param exposed the functions that can be tried
	 * @param functions all functions
	 * @param calls their last calls
	 * @param scripts runs what is written on the page, {@code null} if nothing does
	 * @param application the name of the application
	 * @param openApi whether there is a description in OpenAPI
	 */
	public PlaygroundController(ExposedFunctions exposed, WasmFunctions functions, PlaygroundCalls calls,
			@Nullable WasmScripts scripts, String application, boolean openApi) {
		this.exposed = exposed;
		this.functions = functions;
		this.calls = calls;
		this.scripts = new PlaygroundScripts(scripts);
		this.application = application;
		this.openApi = openApi;
	}

	void page(HttpServletResponse response) throws IOException {
		response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
		write("index.html", "text/html;charset=UTF-8", PAGE_POLICY, response);
	}

	void file(@PathVariable("file") String file, HttpServletResponse response) throws IOException {
		String type = FILES.get(file);
		if (type == null) {
			throw new ErrorResponseException(HttpStatus.NOT_FOUND);
		}
		write(file, type, file.startsWith("frame.") ? FRAME_POLICY : PAGE_POLICY, response);
	}

	private static void write(String file, String type, String policy, HttpServletResponse response)
			throws IOException {
		try (InputStream stream = PlaygroundController.class.getResourceAsStream("playground/" + file)) {
			if (stream == null) {
				throw new IOException("'" + file + "' of the playground is not in its jar");
			}
			response.setHeader("Content-Security-Policy", policy);
			write(stream.readAllBytes(), type, response);
		}
	}

	private static void write(byte[] content, String type, HttpServletResponse response) throws IOException {
		response.setContentType(type);
		response.setHeader("X-Content-Type-Options", "nosniff");
		response.setHeader("Referrer-Policy", "no-referrer");
		response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
		response.setContentLength(content.length);
		response.getOutputStream().write(content);
	}

	private static void json(@Nullable Object value, HttpServletResponse response) throws IOException {
		write(JsonText.write(value).getBytes(StandardCharsets.UTF_8), MediaType.APPLICATION_JSON_VALUE, response);
	}

	void functions(HttpServletResponse response) throws IOException {
		Map<String, @Nullable Object> all = new LinkedHashMap<>();
		all.put("application", this.application);
		all.put("openapi", this.openApi);
		all.put("functions", this.exposed.definitions().stream().map(PlaygroundController::description).toList());
		all.put("languages", this.scripts.languages());
		json(all, response);
	}

	private static Map<String, @Nullable Object> description(FunctionDefinition function) {
		FunctionDescriptor listed = FunctionDescriptor.of(function);
		Map<String, @Nullable Object> described = new LinkedHashMap<>();
		described.put("name", listed.name());
		described.put("description", listed.description());
		described.put("kind", listed.kind());
		described.put("language", FunctionDescriptor.language(function));
		described.put("module", function.module().name());
		described.put("consumes", listed.consumes());
		described.put("produces", listed.produces());
		if (function.export().kind() == Kind.NUMERIC) {
			described.put("parameters", words(function.export().parameters()));
			described.put("results", words(function.export().results()));
		}
		JsonSchema input = function.schemas().input();
		JsonSchema output = function.schemas().output();
		described.put("inputSchema", (input != null) ? input.content() : null);
		described.put("outputSchema", (output != null) ? output.content() : null);
		described.put("example", example(function));
		Limits limits = function.settings().limits();
		Map<String, @Nullable Object> limited = new LinkedHashMap<>();
		limited.put("timeoutMillis", limits.timeout().toMillis());
		limited.put("memory", limits.memory());
		limited.put("input", limits.input());
		limited.put("output", limits.output());
		limited.put("concurrency", function.settings().concurrency());
		limited.put("queueSize", function.settings().queue().size());
		described.put("limits", limited);
		return described;
	}

	private static List<String> words(List<NumberType> types) {
		return types.stream().map((type) -> type.name().toLowerCase(java.util.Locale.ROOT)).toList();
	}

	/**
	 * An input to begin with.
	 */
	private static Map<String, @Nullable Object> example(FunctionDefinition function) {
		String consumes = function.settings().consumes();
		JsonSchema schema = function.schemas().input();
		boolean text = consumes != null && consumes.startsWith("text/");
		String type = (consumes == null || consumes.contains("*")) ? null : consumes;
		String content;
		if (schema != null) {
			Object sample = function.schemas().examples().isEmpty() ? SampleValue.of(schema)
					: function.schemas().examples().get(0);
			content = (text && sample instanceof String string) ? string : JsonText.write(sample);
		}
		else if (function.export().kind() == Kind.NUMERIC) {
			List<String> numbers = new ArrayList<>();
			function.export().parameters().forEach((parameter) -> numbers.add(String.valueOf(numbers.size() + 1)));
			content = (numbers.size() == 1) ? numbers.get(0) : numbers.toString();
		}
		else {
			boolean json = (consumes != null) ? consumes.contains("json") : function.isScript();
			text |= consumes == null && !json;
			content = json ? "{}" : "Hello, world!";
		}
		Map<String, @Nullable Object> example = new LinkedHashMap<>();
		example.put("text", content);
		example.put("type", (type != null) ? type : text ? "text/plain" : MediaType.APPLICATION_JSON_VALUE);
		return example;
	}

	void calls(@PathVariable("name") String name, HttpServletResponse response) throws IOException {
		if (this.exposed.definitions().stream().noneMatch((function) -> function.name().equals(name))) {
			throw new ErrorResponseException(HttpStatus.NOT_FOUND);
		}
		CallStatistics statistics = this.functions.get(name).statistics();
		Map<String, @Nullable Object> counts = new LinkedHashMap<>();
		for (Outcome outcome : Outcome.values()) {
			counts.put(outcome.toString(), statistics.calls(outcome));
		}
		List<Map<String, @Nullable Object>> recent = new ArrayList<>();
		for (PlaygroundCalls.Ended call : this.calls.recent(name)) {
			Map<String, @Nullable Object> ended = new LinkedHashMap<>();
			ended.put("at", call.at());
			ended.put("outcome", call.outcome().toString());
			ended.put("millis", call.millis());
			ended.put("coldStartMillis", call.coldStartMillis());
			recent.add(ended);
		}
		Map<String, @Nullable Object> all = new LinkedHashMap<>();
		all.put("calls", counts);
		all.put("active", statistics.sandboxesActive());
		all.put("recent", recent);
		json(all, response);
	}

	void run(HttpServletRequest request, HttpServletResponse response)
			throws IOException, HttpMediaTypeNotSupportedException {
		requireJson(request);
		requireSameOrigin(request);
		byte[] body = RequestBodies.read(request, MAX_SCRIPT);
		if (body.length > MAX_SCRIPT) {
			throw refused(HttpStatus.CONTENT_TOO_LARGE,
					"A script and its input have no more than " + MAX_SCRIPT + " bytes.");
		}
		Map<?, ?> asked = asked(body);
		String language = member("language", asked);
		String contentType = member("contentType", asked);
		if (!this.scripts.knows(language)) {
			throw refused(HttpStatus.BAD_REQUEST, "There is no runtime for scripts in that language.");
		}
		json(this.scripts.run(language, member("source", asked), member("input", asked),
				contentType.isBlank() ? MediaType.APPLICATION_JSON_VALUE : contentType), response);
	}

	/**
	 * A form of another site cannot send JSON without being asked first.
	 */
	private static void requireJson(HttpServletRequest request) throws HttpMediaTypeNotSupportedException {
		try {
			String type = request.getContentType();
			if (type != null && MediaType.valueOf(type).equalsTypeAndSubtype(MediaType.APPLICATION_JSON)) {
				return;
			}
		}
		catch (InvalidMediaTypeException ex) {
			// It is no JSON either
		}
		throw new HttpMediaTypeNotSupportedException(String.valueOf(request.getContentType()),
				List.of(MediaType.APPLICATION_JSON));
	}

	/**
	 * Browsers say where a request comes from; what says nothing is no browser.
	 */
	private static void requireSameOrigin(HttpServletRequest request) {
		String site = request.getHeader("Sec-Fetch-Site");
		String origin = request.getHeader(HttpHeaders.ORIGIN);
		boolean same = (site != null) ? site.equals("same-origin") : (origin == null || origin.equals(origin(request)));
		if (!same) {
			throw refused(HttpStatus.FORBIDDEN, "Scripts are run for the playground itself, and for no other site.");
		}
	}

	private static String origin(HttpServletRequest request) {
		int port = request.getServerPort();
		boolean usual = port == (request.getScheme().equals("https") ? 443 : 80);
		return request.getScheme() + "://" + request.getServerName() + (usual ? "" : ":" + port);
	}

	private static Map<?, ?> asked(byte[] body) {
		try {
			if (JsonText.read(new String(body, StandardCharsets.UTF_8)) instanceof Map<?, ?> asked) {
				return asked;
			}
		}
		catch (IllegalArgumentException ex) {
			// Answered below
		}
		throw refused(HttpStatus.BAD_REQUEST,
				"The body is an object with 'language', 'source', 'input' and 'contentType'.");
	}

	private static String member(String name, Map<?, ?> asked) {
		Object value = asked.get(name);
		return (value instanceof String text) ? text : "";
	}

	private static ErrorResponseException refused(HttpStatus status, String detail) {
		return new ErrorResponseException(status, ProblemDetail.forStatusAndDetail(status, detail), null);
	}

}
