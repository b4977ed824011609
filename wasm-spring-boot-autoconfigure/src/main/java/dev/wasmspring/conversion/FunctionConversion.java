package dev.wasmspring.conversion;

import java.util.function.Function;
import java.util.function.Supplier;

import dev.wasmspring.conversion.ValueType.Form;
import dev.wasmspring.function.FunctionDefinition;
import dev.wasmspring.function.InputWriter;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.type.TypeFactory;

import org.springframework.core.ResolvableType;

/**
 * What makes functions of bytes into functions of the application's types, with the
 * application's mapper. Lives as long as the context; shared by all threads.
 */
public final class FunctionConversion implements InputWriter {

	private final JsonInputs inputs;

	/**
	 * Creates a conversion.
	 * @param mapper asked when the first type needs it
	 */
	public FunctionConversion(Supplier<JsonMapper> mapper) {
		this.inputs = new JsonInputs(mapper);
	}

	/**
	 * What the types of a function, a supplier or a consumer make of a function.
	 * @param name the function's name
	 * @param function its bean
	 * @param definition what the function is; {@code null} if that is not known
	 * @param input what it is to be given
	 * @param output what is to be made of its output
	 * @param type both as they are declared, for messages
	 * @return the function with these types
	 * @throws UnsuitableTypeException if it cannot have them
	 */
	public TypedFunction typed(String name, Function<Object, Object> function, @Nullable FunctionDefinition definition,
			ResolvableType input, ResolvableType output, String type) {
		ValueType in = ValueType.of(input, () -> this.inputs.mapper().getTypeFactory());
		ValueType out = ValueType.of(output, () -> this.inputs.mapper().getTypeFactory());
		if (definition != null && (in.is(Form.JSON) || out.is(Form.JSON) || in.is(Form.NOTHING))) {
			TypeCheck check = new TypeCheck(definition, this.inputs.mapper(), type);
			check.requireInput(in);
			check.requireOutput(out);
		}
		return new TypedFunction(name, function, in, out, definition != null && definition.isScript(), this.inputs);
	}

	/**
	 * Whether a function has these types by itself: it answers in the kind it was asked.
	 * @param input what it is to be given
	 * @param output what is to be made of its output
	 * @return whether nothing has to be converted
	 */
	public static boolean isNeedless(ResolvableType input, ResolvableType output) {
		ValueType in = ValueType.of(input, TypeFactory::createDefaultInstance);
		ValueType out = ValueType.of(output, TypeFactory::createDefaultInstance);
		boolean same = in.equals(out) && (in.is(Form.BYTES) || in.is(Form.TEXT) || in.is(Form.ANY));
		return same || ((in.is(Form.BYTES) || in.is(Form.TEXT)) && out.equals(ValueType.ANY));
	}

	@Override
	public byte[] write(String function, @Nullable Object input) {
		return this.inputs.write(function, input);
	}

}
