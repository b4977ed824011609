package dev.wasmspring.conversion;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import dev.wasmspring.conversion.ValueType.Form;
import dev.wasmspring.function.WasmFunctionException;
import dev.wasmspring.sandbox.limit.Outcome;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.support.MessageBuilder;
import org.springframework.util.MimeType;

/**
 * A function as the application declared it: its values are written for the function, and
 * made of the function's output. Lives as long as what it was injected into; shared by
 * all threads.
 */
public final class TypedFunction implements UnaryOperator<@Nullable Object> {

	private final String name;

	private final Function<Object, Object> function;

	private final ValueType input;

	private final ValueType output;

	private final boolean script;

	private final JsonInputs inputs;

	TypedFunction(String name, Function<Object, Object> function, ValueType input, ValueType output, boolean script,
			JsonInputs inputs) {
		this.name = name;
		this.function = function;
		this.input = input;
		this.output = output;
		this.script = script;
		this.inputs = inputs;
	}

	@Override
	public @Nullable Object apply(@Nullable Object input) {
		return (input instanceof Message<?> message) ? call(message.getPayload(), message.getHeaders())
				: call(input, null);
	}

	/**
	 * Calls the function.
	 * @param payload what it is given, {@code null} for nothing
	 * @param headers what goes with it, {@code null} for none
	 * @return what became of its output, {@code null} if that is empty
	 * @throws WasmFunctionException if the call does not succeed, if the payload cannot
	 * be written, or if the output is not what was declared
	 */
	public @Nullable Object call(@Nullable Object payload, @Nullable Map<String, Object> headers) {
		boolean passed = !this.input.is(Form.JSON) && (payload instanceof byte[] || payload instanceof String);
		boolean json = payload != null && !passed;
		Object sent = (payload != null && !passed) ? write(payload)
				: (payload != null) ? payload : this.inputs.write(this.name, null);
		if (sent instanceof String text && !this.output.is(Form.TEXT)) {
			sent = Contents.utf8(text);
		}
		// Scripts tell the content type of what they return in a message alone
		if (headers == null && !this.output.message() && !(this.script && this.output.json() != null)
				&& !(this.script && this.output.is(Form.ANY))) {
			return read(this.function.apply(sent), null, null);
		}
		Map<String, Object> all = new HashMap<>((headers != null) ? headers : Map.of());
		contentType(all, json, sent != payload && payload instanceof String);
		Object answer = this.function.apply(MessageBuilder.withPayload(sent).copyHeaders(all).build());
		if (answer instanceof Message<?> message) {
			return read(message.getPayload(), message.getHeaders().get(MessageHeaders.CONTENT_TYPE),
					message.getHeaders());
		}
		return read(answer, null, all);
	}

	/**
	 * Says what the payload is now, where it is not what it was.
	 */
	private static void contentType(Map<String, Object> headers, boolean json, boolean encoded) {
		MimeType declared = Contents.type(headers.get(MessageHeaders.CONTENT_TYPE));
		if (json && (declared == null || !Contents.isJson(declared))) {
			headers.put(MessageHeaders.CONTENT_TYPE, Contents.JSON.toString());
		}
		else if (encoded && declared != null && declared.getParameter("charset") != null) {
			headers.put(MessageHeaders.CONTENT_TYPE, new MimeType(declared, StandardCharsets.UTF_8).toString());
		}
	}

	private byte[] write(Object payload) {
		JavaType type = this.input.json();
		if (type == null) {
			return this.inputs.write(this.name, payload);
		}
		try {
			return this.inputs.mapper().writerFor(type).writeValueAsBytes(payload);
		}
		catch (JacksonException ex) {
			throw JsonInputs.unwritable(this.name, ex);
		}
	}

	private @Nullable Object read(Object answer, @Nullable Object contentType, @Nullable Map<String, Object> headers) {
		byte[] bytes = (answer instanceof String text) ? Contents.utf8(text) : (byte[]) answer;
		Object value = read(bytes, Contents.type(contentType));
		return (this.output.message() && value != null)
				? MessageBuilder.withPayload(value).copyHeaders((headers != null) ? headers : Map.of()).build() : value;
	}

	private @Nullable Object read(byte[] bytes, @Nullable MimeType contentType) {
		return switch (this.output.form()) {
			case BYTES -> bytes;
			case TEXT -> text(bytes);
			case NOTHING -> null;
			case JSON -> json(bytes, contentType, this.output.json());
			case ANY -> any(bytes, contentType);
		};
	}

	/**
	 * What comes nearest to what the content type says.
	 */
	private @Nullable Object any(byte[] bytes, @Nullable MimeType contentType) {
		if (Contents.isText(contentType)) {
			return text(bytes);
		}
		return Contents.mayBeJson(contentType) ? json(bytes, contentType, null) : bytes;
	}

	private @Nullable Object json(byte[] bytes, @Nullable MimeType contentType, @Nullable JavaType declared) {
		JsonMapper mapper = this.inputs.mapper();
		JavaType type = (declared != null) ? declared : mapper.constructType(Object.class);
		try {
			if (Contents.isText(contentType) && !Contents.isBlank(bytes)) {
				return ofText(text(bytes), type, mapper);
			}
			return Contents.isBlank(bytes) ? mapper.readValue("null", type) : mapper.readValue(bytes, type);
		}
		catch (JacksonException ex) {
			String path = ex.getPathReference();
			throw WasmFunctionException.of(this.name, Outcome.BAD_OUTPUT,
					"The output is not the JSON that its caller reads"
							+ ((ex.getPath().isEmpty()) ? "." : ", at '" + withoutClasses(path) + "'."),
					ex);
		}
	}

	/**
	 * A text is a value of its own, or JSON that its function did not call so.
	 */
	private static @Nullable Object ofText(String text, JavaType type, JsonMapper mapper) {
		try {
			return mapper.convertValue(text, type);
		}
		catch (JacksonException ex) {
			return mapper.readValue(text, type);
		}
	}

	/**
	 * Callers read the path, and no name of a class.
	 */
	private static String withoutClasses(String path) {
		return path.replaceAll("[\\w.$]+(?=\\[)", "")
			.replace("->", "")
			.replaceAll("\\[\"([^\"]*)\"\\]", ".$1")
			.replaceFirst("^\\.", "");
	}

	private String text(byte[] bytes) {
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
		}
		catch (CharacterCodingException ex) {
			throw WasmFunctionException.of(this.name, Outcome.BAD_OUTPUT, "The output is not text in UTF-8.", ex);
		}
	}

	/**
	 * The function without an input.
	 * @return a supplier that calls it
	 */
	public Supplier<@Nullable Object> asSupplier() {
		return new AsSupplier(this);
	}

	/**
	 * The function without its output.
	 * @return a consumer that calls it
	 */
	public Consumer<@Nullable Object> asConsumer() {
		return new AsConsumer(this);
	}

	@Override
	public String toString() {
		return this.function.toString();
	}

	/**
	 * A function that is given nothing. Lives as the function does, shared by all
	 * threads.
	 */
	private record AsSupplier(TypedFunction function) implements Supplier<@Nullable Object> {

		@Override
		public @Nullable Object get() {
			return this.function.call(null, null);
		}

		@Override
		public String toString() {
			return this.function.toString();
		}

	}

	/**
	 * A function whose output nobody wants. Lives as the function does, shared by all
	 * threads.
	 */
	private record AsConsumer(TypedFunction function) implements Consumer<@Nullable Object> {

		@Override
		public void accept(@Nullable Object input) {
			this.function.apply(input);
		}

		@Override
		public String toString() {
			return this.function.toString();
		}

	}

}
