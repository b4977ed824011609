package dev.wasmspring.conversion;

import java.io.Closeable;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.BaseStream;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.wasmspring.conversion.ValueType.Form;
import dev.wasmspring.function.FunctionDefinition;
import dev.wasmspring.sandbox.module.Export;
import dev.wasmspring.sandbox.module.Kind;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.deser.AbstractDeserializer;
import tools.jackson.databind.deser.SettableBeanProperty;
import tools.jackson.databind.deser.ValueInstantiator;
import tools.jackson.databind.deser.bean.BeanAsArrayDeserializer;
import tools.jackson.databind.deser.bean.BeanDeserializerBase;
import tools.jackson.databind.deser.std.ContainerDeserializerBase;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.NumericNode;
import tools.jackson.databind.ser.bean.BeanAsArraySerializer;
import tools.jackson.databind.ser.bean.UnrolledBeanAsArraySerializer;
import tools.jackson.databind.type.LogicalType;

import org.springframework.core.io.InputStreamSource;
import org.springframework.util.MimeType;
import org.springframework.util.ReflectionUtils;

/**
 * Tells before any call whether values of some types can be given to a function and be
 * made of its output. It looks at how the mapper would do it and makes no value. Lives
 * for one check.
 */
final class TypeCheck {

	/** What holds or will bring a value rather than being one. */
	private static final Set<Class<?>> NO_VALUES = Set.of(Publisher.class, Future.class, CompletionStage.class,
			Closeable.class, BaseStream.class, Iterator.class, InputStreamSource.class, Callable.class, Supplier.class,
			java.util.function.Function.class, java.util.function.Consumer.class, Runnable.class, Thread.class,
			Class.class);

	private static final String TEXT_OR_BYTES = "Use String or byte[], which are passed on as they are.";

	private final FunctionDefinition function;

	private final Export export;

	private final JsonMapper mapper;

	private final String type;

	/**
	 * Checks one use of a function.
	 * @param type what is declared, for messages
	 */
	TypeCheck(FunctionDefinition function, JsonMapper mapper, String type) {
		this.function = function;
		this.export = function.export();
		this.mapper = mapper;
		this.type = type;
	}

	/**
	 * Checks what the function is to be given.
	 * @throws UnsuitableTypeException if it cannot be
	 */
	void requireInput(ValueType input) {
		boolean numeric = this.export.kind() == Kind.NUMERIC;
		int numbers = this.export.parameters().size();
		if (input.is(Form.NOTHING) && numeric && numbers > 0) {
			throw unsuitable("It takes " + count(numbers) + ", and is given nothing.",
					"Declare it as a function of a number, or of a list of numbers.");
		}
		JavaType json = input.json();
		if (json == null) {
			return;
		}
		requireValue(json, "written");
		MimeType consumes = Contents.type(this.function.settings().consumes());
		if (!Contents.mayBeJson(consumes)) {
			throw unsuitable(
					"It consumes '" + consumes + "', and a " + json.toCanonical() + " would be written as JSON.",
					TEXT_OR_BYTES);
		}
		if (numeric) {
			requireNumbers(json, numbers);
		}
	}

	private void requireNumbers(JavaType json, int numbers) {
		if (isNumber(json) && numbers != 1) {
			throw unsuitable("It takes " + count(numbers) + ", and is given one.",
					(numbers == 0) ? "Declare it as a supplier." : "Give it a list or an array of numbers.");
		}
		if (!mayBeNumbers(json)) {
			throw unsuitable(
					"It takes " + count(numbers) + ", and a " + json.toCanonical() + " is not written as "
							+ ((numbers == 1) ? "one." : "numbers."),
					"Give it a number, or a list or an array of numbers.");
		}
	}

	private static boolean isNumber(JavaType type) {
		Class<?> rawType = type.getRawClass();
		return Number.class.isAssignableFrom(rawType) || NumericNode.class.isAssignableFrom(rawType)
				|| (rawType.isPrimitive() && rawType != boolean.class && rawType != char.class);
	}

	private boolean mayBeNumbers(JavaType type) {
		Class<?> rawType = type.getRawClass();
		if (isNumber(type) || rawType == Object.class || rawType == JsonNode.class || rawType == ArrayNode.class) {
			return true;
		}
		if (type.isReferenceType() || (type.isContainerType() && !type.isMapLikeType())) {
			return mayBeNumbers(type.getContentType());
		}
		boolean[] own = new boolean[1];
		ReflectionUtils.doWithMethods(rawType, (method) -> own[0] |= method.isAnnotationPresent(JsonValue.class));
		ValueSerializer<?> serializer = this.mapper._serializationContext().findRootValueSerializer(type);
		return own[0] || serializer instanceof BeanAsArraySerializer
				|| serializer instanceof UnrolledBeanAsArraySerializer;
	}

	/**
	 * Checks what is to be made of the function's output.
	 * @throws UnsuitableTypeException if it cannot be
	 */
	void requireOutput(ValueType output) {
		JavaType json = output.json();
		if (json == null) {
			return;
		}
		requireValue(json, "read");
		ValueDeserializer<?> deserializer = deserializer(json);
		requireReadable(json, deserializer, new HashSet<>(), json.toCanonical());
		MimeType produces = Contents.type(this.function.produces());
		boolean scalar = Contents.isText(produces) && !isStructure(deserializer);
		if (!Contents.mayBeJson(produces) && !scalar) {
			throw unsuitable("It produces '" + produces + "', and a " + json.toCanonical() + " is read from JSON.",
					TEXT_OR_BYTES);
		}
		if (this.export.kind() == Kind.NUMERIC && !canBeNumbers(deserializer, this.export.results().size())) {
			throw unsuitable(
					"It gives " + count(this.export.results().size()) + ", and no " + json.toCanonical()
							+ " can be made of that.",
					"Declare a number, a list of numbers, or what Jackson makes of them.");
		}
	}

	private ValueDeserializer<?> deserializer(JavaType json) {
		try {
			return this.mapper._deserializationContext().findRootValueDeserializer(json);
		}
		catch (JacksonException ex) {
			throw unreadable(json.toCanonical(), ex.getOriginalMessage());
		}
	}

	/**
	 * Types that Jackson would only find out about when it reads a value.
	 */
	private void requireReadable(JavaType json, ValueDeserializer<?> deserializer, Set<Object> seen, String path) {
		if (!seen.add(deserializer)) {
			return;
		}
		if (deserializer instanceof AbstractDeserializer) {
			throw unreadable(path, json.toCanonical() + " is abstract, and nothing says which class to make");
		}
		if (deserializer instanceof BeanDeserializerBase bean) {
			if (!bean.getValueInstantiator().canInstantiate()) {
				throw unreadable(path, json.toCanonical() + " has no constructor or factory method that Jackson uses");
			}
			for (Iterator<SettableBeanProperty> all = bean.properties(); all.hasNext();) {
				SettableBeanProperty property = all.next();
				if (property.hasValueDeserializer() && !property.hasValueTypeDeserializer()) {
					requireReadable(property.getType(), property.getValueDeserializer(), seen,
							path + "." + property.getName());
				}
			}
		}
		else if (deserializer instanceof ContainerDeserializerBase<?> container
				&& container.getContentDeserializer() != null && !container.getContentType().hasHandlers()
				&& this.mapper._deserializationContext().findTypeDeserializer(container.getContentType()) == null) {
			requireReadable(container.getContentType(), container.getContentDeserializer(), seen, path + "[]");
		}
	}

	private static boolean isStructure(ValueDeserializer<?> deserializer) {
		LogicalType type = deserializer.logicalType();
		return type == LogicalType.POJO || type == LogicalType.Map || type == LogicalType.Collection
				|| type == LogicalType.Array;
	}

	/**
	 * Whether a number, or an array of them, or nothing at all can be read.
	 */
	private static boolean canBeNumbers(ValueDeserializer<?> deserializer, int count) {
		LogicalType type = deserializer.logicalType();
		if (type == null || type == LogicalType.Untyped) {
			return true;
		}
		if (deserializer instanceof BeanDeserializerBase bean) {
			ValueInstantiator instantiator = bean.getValueInstantiator();
			boolean delegates = instantiator.canCreateUsingDelegate() || instantiator.canCreateUsingArrayDelegate();
			boolean ofNumber = instantiator.canCreateFromInt() || instantiator.canCreateFromLong()
					|| instantiator.canCreateFromDouble() || instantiator.canCreateFromBigDecimal();
			return delegates || ((count == 1) ? ofNumber : deserializer instanceof BeanAsArrayDeserializer);
		}
		return switch (type) {
			case Integer, Float, Boolean, Enum, DateTime -> count == 1;
			case Array, Collection -> count != 1;
			case OtherScalar -> true;
			default -> false;
		};
	}

	private void requireValue(JavaType json, String verb) {
		if (isNoValue(json.getRawClass())) {
			throw unsuitable("A " + json.toCanonical() + " cannot be " + verb + " as JSON.",
					"Use a type that is a value: a record, a class with properties, a Map, a JsonNode.");
		}
	}

	/**
	 * Whether instances of a class hold or bring values, rather than being some.
	 */
	static boolean isNoValue(Class<?> type) {
		return NO_VALUES.stream().anyMatch((holder) -> holder.isAssignableFrom(type));
	}

	private UnsuitableTypeException unreadable(String path, @Nullable String reason) {
		return unsuitable("Jackson cannot read a " + path + " from JSON: " + reason + ".",
				"Use a type that Jackson can make, or tell the application's JsonMapper how to make it.");
	}

	private UnsuitableTypeException unsuitable(String reason, String remedy) {
		return new UnsuitableTypeException(this.function.name(), this.type, reason, remedy);
	}

	private static String count(int numbers) {
		return (numbers == 0) ? "no numbers"
				: (numbers == 1) ? "a number" : String.format(Locale.ROOT, "%d numbers", numbers);
	}

}
