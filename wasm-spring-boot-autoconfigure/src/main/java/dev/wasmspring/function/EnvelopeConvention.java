package dev.wasmspring.function;

import java.io.StringWriter;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import dev.wasmspring.sandbox.ScriptOutput;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

import org.springframework.util.InvalidMimeTypeException;
import org.springframework.util.MimeType;

/**
 * The convention of exported functions and scripts: an envelope in JSON around the body,
 * one with the request and one with the answer. Lives for one call, used by one thread.
 */
final class EnvelopeConvention implements HttpConvention {

	private static final JsonFactory JSON = new JsonFactory();

	private static final byte[] NOTHING = {};

	private static final String FORM = "application/x-www-form-urlencoded";

	/** As of forms: a short query can have very many. */
	private static final int MAX_PARAMETERS = 1_000;

	private final FunctionRequest request;

	private final Set<String> allowed;

	EnvelopeConvention(FunctionRequest request, Set<String> allowed) {
		this.request = request;
		this.allowed = allowed;
	}

	@Override
	public Map<String, String> environment() {
		return Map.of();
	}

	@Override
	public byte[] input(byte[] body) {
		StringWriter json = new StringWriter();
		try (JsonGenerator generator = JSON.createGenerator(ObjectWriteContext.empty(), json)) {
			generator.writeStartObject();
			generator.writeStringProperty("method", this.request.method());
			generator.writeStringProperty("path", this.request.path());
			generator.writeName("query");
			generator.writeStartObject();
			parameters(this.request.query()).forEach((name, values) -> {
				generator.writeName(name);
				generator.writeStartArray();
				values.forEach(generator::writeString);
				generator.writeEndArray();
			});
			generator.writeEndObject();
			generator.writeName("headers");
			generator.writeStartObject();
			new TreeMap<>(this.request.headers()).forEach(generator::writeStringProperty);
			generator.writeEndObject();
			writeBody(generator, body);
			generator.writeEndObject();
		}
		return json.toString().getBytes(StandardCharsets.UTF_8);
	}

	private static Map<String, List<String>> parameters(@Nullable String query) {
		Map<String, List<String>> parameters = new LinkedHashMap<>();
		if (query == null) {
			return parameters;
		}
		int count = 0;
		for (String pair : query.split("&")) {
			if (pair.isEmpty() || ++count > MAX_PARAMETERS) {
				continue;
			}
			int equals = pair.indexOf('=');
			try {
				String name = decode((equals != -1) ? pair.substring(0, equals) : pair);
				parameters.computeIfAbsent(name, (first) -> new ArrayList<>(1))
					.add((equals != -1) ? decode(pair.substring(equals + 1)) : "");
			}
			catch (IllegalArgumentException ex) {
				// Not encoded as queries are: nobody can have meant a parameter
				continue;
			}
		}
		return parameters;
	}

	private static String decode(String text) {
		return URLDecoder.decode(text, StandardCharsets.UTF_8);
	}

	private void writeBody(JsonGenerator generator, byte[] body) {
		if (body.length == 0) {
			return;
		}
		MimeType type = type(this.request.headers().get("content-type"));
		if (type != null && isJson(type)) {
			generator.writeName("body");
			generator.writeRawValue(validated(text(body, type)));
		}
		else if (type != null && (type.getType().equalsIgnoreCase("text") || isForm(type))) {
			generator.writeStringProperty("body", text(body, type));
		}
		else {
			generator.writeStringProperty("bodyBase64", Base64.getEncoder().encodeToString(body));
		}
	}

	private static @Nullable MimeType type(@Nullable String contentType) {
		try {
			return (contentType != null) ? MimeType.valueOf(contentType) : null;
		}
		catch (InvalidMimeTypeException ex) {
			return null;
		}
	}

	private static boolean isJson(MimeType type) {
		return type.getSubtype().equalsIgnoreCase("json") || type.getSubtype()
			.regionMatches(true, type.getSubtype().length() - "+json".length(), "+json", 0, "+json".length());
	}

	private static boolean isForm(MimeType type) {
		return (type.getType() + "/" + type.getSubtype()).equalsIgnoreCase(FORM);
	}

	private static Charset charset(MimeType type) {
		try {
			Charset charset = type.getCharset();
			return (charset != null) ? charset : StandardCharsets.UTF_8;
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidBodyException("The charset of the body is unknown.");
		}
	}

	private static String text(byte[] body, MimeType type) {
		try {
			return charset(type).newDecoder().decode(ByteBuffer.wrap(body)).toString();
		}
		catch (CharacterCodingException ex) {
			throw new InvalidBodyException("The body is not text in its charset.");
		}
	}

	private static String validated(String json) {
		try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
			JsonToken first = parser.nextToken();
			if (first != null) {
				finish(parser, first);
				if (parser.nextToken() == null) {
					return json;
				}
			}
		}
		catch (JacksonException ex) {
			// Said below
		}
		throw new InvalidBodyException("The body is not JSON.");
	}

	/** Numbers and texts are looked at when they are asked for. */
	private static void finish(JsonParser parser, JsonToken first) {
		if (first.isStructStart()) {
			for (int depth = 1; depth > 0;) {
				JsonToken token = parser.nextToken();
				if (token == null) {
					return;
				}
				depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
				if (token == JsonToken.VALUE_STRING) {
					parser.getStringLength();
				}
			}
		}
		else {
			parser.getStringLength();
		}
	}

	@Override
	public ShapedOutput output(ScriptOutput output) {
		String json = json(output.content());
		AnswerRules rules = new AnswerRules(this.allowed);
		byte[] body = NOTHING;
		String contentType = null;
		try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
			require(parser.nextToken() == JsonToken.START_OBJECT);
			Body found = null;
			Set<String> names = new HashSet<>();
			while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
				String name = parser.currentName();
				require(names.add(name));
				parser.nextToken();
				switch (name) {
					case "status" -> rules.status(status(parser));
					case "headers" -> headers(parser, rules);
					case "body", "bodyBase64" -> {
						require(found == null);
						found = body(name, parser, json);
					}
					default -> throw new BadAnswerException(
							"its envelope has something else than 'status', 'headers', 'body' and 'bodyBase64'");
				}
			}
			require(parser.currentToken() == JsonToken.END_OBJECT && parser.nextToken() == null);
			if (found != null) {
				contentType = found.contentType(rules.contentType());
				body = found.bytes(contentType);
			}
			else {
				contentType = rules.contentType();
			}
		}
		catch (JacksonException ex) {
			throw noEnvelope();
		}
		return new ShapedOutput(body, contentType, rules.answer(body, 0));
	}

	private static String json(byte[] output) {
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(output)).toString();
		}
		catch (CharacterCodingException ex) {
			throw noEnvelope();
		}
	}

	private static long status(JsonParser parser) {
		require(parser.currentToken() == JsonToken.VALUE_NUMBER_INT);
		String digits = parser.getString();
		return (digits.length() == 3) ? Long.parseLong(digits) : 0;
	}

	private static void headers(JsonParser parser, AnswerRules rules) {
		if (parser.currentToken() == JsonToken.VALUE_NULL) {
			return;
		}
		require(parser.currentToken() == JsonToken.START_OBJECT);
		while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
			String name = parser.currentName();
			JsonToken value = parser.nextToken();
			if (value == JsonToken.START_ARRAY) {
				while (parser.nextToken() != JsonToken.END_ARRAY) {
					header(name, parser, rules);
				}
			}
			else {
				header(name, parser, rules);
			}
		}
	}

	private static void header(String name, JsonParser parser, AnswerRules rules) {
		JsonToken value = parser.currentToken();
		if (value != JsonToken.VALUE_STRING && value != JsonToken.VALUE_NUMBER_INT
				&& value != JsonToken.VALUE_NUMBER_FLOAT) {
			throw new BadAnswerException("one of its headers has a value that is neither text nor a number");
		}
		rules.header(name, parser.getString());
	}

	private static @Nullable Body body(String name, JsonParser parser, String json) {
		JsonToken token = parser.currentToken();
		if (token == JsonToken.VALUE_NULL) {
			return null;
		}
		if (token == JsonToken.VALUE_STRING) {
			return new Body(parser.getString(), name.equals("body") ? BodyKind.TEXT : BodyKind.BASE64);
		}
		require(name.equals("body"));
		if (!token.isStructStart()) {
			return new Body(parser.getString(), BodyKind.JSON);
		}
		int start = (int) parser.currentTokenLocation().getCharOffset();
		parser.skipChildren();
		return new Body(json.substring(start, (int) parser.currentLocation().getCharOffset()), BodyKind.JSON);
	}

	private static void require(boolean condition) {
		if (!condition) {
			throw noEnvelope();
		}
	}

	private static BadAnswerException noEnvelope() {
		return new BadAnswerException("it is no envelope, a JSON object with 'status', 'headers' and 'body'");
	}

	/**
	 * How the body stands in the envelope.
	 */
	private enum BodyKind {

		TEXT, JSON, BASE64

	}

	/**
	 * The body of an answer. Lives for one call.
	 */
	private record Body(String text, BodyKind kind) {

		String contentType(@Nullable String declared) {
			if (declared == null) {
				return switch (this.kind) {
					case TEXT -> "text/plain;charset=UTF-8";
					case JSON -> "application/json";
					case BASE64 -> "application/octet-stream";
				};
			}
			MimeType type = MimeType.valueOf(declared);
			boolean charset = this.kind == BodyKind.TEXT && type.getType().equalsIgnoreCase("text")
					&& type.getParameter("charset") == null;
			return charset ? declared + ";charset=UTF-8" : declared;
		}

		byte[] bytes(String contentType) {
			if (this.kind == BodyKind.BASE64) {
				try {
					return Base64.getDecoder().decode(this.text);
				}
				catch (IllegalArgumentException ex) {
					throw new BadAnswerException("its 'bodyBase64' is not Base64");
				}
			}
			try {
				ByteBuffer bytes = charset(MimeType.valueOf(contentType)).newEncoder()
					.encode(CharBuffer.wrap(this.text));
				byte[] body = new byte[bytes.remaining()];
				bytes.get(body);
				return body;
			}
			catch (CharacterCodingException | InvalidBodyException | UnsupportedOperationException ex) {
				throw new BadAnswerException("its body cannot be written in the charset of its content type");
			}
		}

	}

}
