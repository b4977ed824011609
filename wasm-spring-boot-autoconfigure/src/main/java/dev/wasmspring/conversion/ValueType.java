package dev.wasmspring.conversion;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.type.TypeFactory;

import org.springframework.core.ResolvableType;
import org.springframework.messaging.Message;

/**
 * What is to be given to a function, or made of its output. Immutable.
 *
 * @param form how a value of the type is sent or read
 * @param message whether it comes in a message
 * @param json the type that is written or read as JSON, for {@link Form#JSON} alone
 */
record ValueType(Form form, boolean message, @Nullable JavaType json) {

	/** A value that is not there. */
	static final ValueType NOTHING = new ValueType(Form.NOTHING, false, null);

	/** Whatever comes. */
	static final ValueType ANY = new ValueType(Form.ANY, false, null);

	/**
	 * The value type that a type of Java stands for.
	 */
	static ValueType of(ResolvableType declared, Supplier<TypeFactory> types) {
		ResolvableType type = bounded(declared);
		Class<?> rawType = type.resolve(Object.class);
		if (!Message.class.isAssignableFrom(rawType)) {
			return of(type, rawType, false, types);
		}
		ResolvableType payload = bounded(type.as(Message.class).getGeneric());
		return of(payload, payload.resolve(Object.class), true, types);
	}

	private static ValueType of(ResolvableType type, Class<?> rawType, boolean message, Supplier<TypeFactory> types) {
		if (rawType == Object.class) {
			return new ValueType(Form.ANY, message, null);
		}
		if (rawType == byte[].class) {
			return new ValueType(Form.BYTES, message, null);
		}
		if (rawType == String.class) {
			return new ValueType(Form.TEXT, message, null);
		}
		if (rawType == Void.class || rawType == void.class) {
			return new ValueType(Form.NOTHING, message, null);
		}
		return new ValueType(Form.JSON, message, json(type, types.get()));
	}

	/**
	 * With all variables of a generic class replaced that are known where it is used.
	 */
	private static JavaType json(ResolvableType declared, TypeFactory types) {
		ResolvableType type = bounded(declared);
		Class<?> rawType = type.resolve(Object.class);
		if (type.isArray()) {
			return types.constructArrayType(json(type.getComponentType(), types));
		}
		if (!type.hasGenerics() || rawType.getTypeParameters().length != type.getGenerics().length) {
			return types.constructType(rawType);
		}
		JavaType[] parameters = new JavaType[type.getGenerics().length];
		for (int i = 0; i < parameters.length; i++) {
			parameters[i] = json(type.getGeneric(i), types);
		}
		return types.constructParametricType(rawType, parameters);
	}

	/**
	 * A wildcard is what it extends or what it is extended by, a variable what it stands
	 * for.
	 */
	private static ResolvableType bounded(ResolvableType type) {
		Type declared = type.getType();
		if (declared instanceof WildcardType wildcard) {
			Type bound = (wildcard.getLowerBounds().length > 0) ? wildcard.getLowerBounds()[0]
					: wildcard.getUpperBounds()[0];
			return bounded(ResolvableType.forType(bound, type));
		}
		if (declared instanceof TypeVariable<?>) {
			Class<?> resolved = type.resolve();
			return (resolved != null) ? ResolvableType.forClassWithGenerics(resolved, type.getGenerics())
					: ResolvableType.forClass(Object.class);
		}
		return (declared instanceof GenericArrayType && type.resolve() == null)
				? ResolvableType.forClass(Object[].class) : type;
	}

	boolean is(Form form) {
		return this.form == form;
	}

	/**
	 * How a value is sent or read.
	 */
	enum Form {

		/** As it is. */
		BYTES,

		/** As UTF-8. */
		TEXT,

		/** As JSON. */
		JSON,

		/** As what it is, or as what its content type says. */
		ANY,

		/** Not at all. */
		NOTHING

	}

}
