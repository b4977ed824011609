package dev.wasmspring.registration;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import dev.wasmspring.conversion.FunctionConversion;
import dev.wasmspring.conversion.TypedFunction;
import dev.wasmspring.function.FunctionDefinition;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;

/**
 * A type of which functions can be injected, with what it says of their inputs and
 * outputs. Immutable; lives for one injection.
 *
 * @param rawType what is injected
 * @param input what the function is to be given
 * @param output what is to be made of its output
 * @param single whether it is one function, and not all that fit
 */
record InjectedType(Class<?> rawType, ResolvableType input, ResolvableType output, boolean single) {

	private static final ResolvableType NOTHING = ResolvableType.forClass(Void.class);

	private static final Set<Class<?>> RAW_TYPES = Set.of(Function.class, UnaryOperator.class, Supplier.class,
			Consumer.class);

	/**
	 * The injected type that a declared type stands for.
	 * @return {@code null} if no functions can be injected
	 */
	static @Nullable InjectedType of(ResolvableType declared) {
		Class<?> rawType = declared.resolve();
		if (rawType == null) {
			return null;
		}
		if (RAW_TYPES.contains(rawType)) {
			return of(declared, rawType, true);
		}
		ResolvableType element = element(declared, rawType);
		Class<?> elementType = (element != null) ? element.resolve() : null;
		// Only functions are beans of the type themselves
		return (element != null && elementType == Function.class) ? of(element, elementType, false) : null;
	}

	private static @Nullable ResolvableType element(ResolvableType declared, Class<?> rawType) {
		if (declared.isArray()) {
			return declared.getComponentType();
		}
		if (Map.class == rawType) {
			return declared.getGeneric(1);
		}
		return (Collection.class.isAssignableFrom(rawType) && rawType.isInterface())
				? declared.as(Collection.class).getGeneric() : null;
	}

	private static InjectedType of(ResolvableType type, Class<?> rawType, boolean single) {
		ResolvableType first = type.getGeneric(0);
		ResolvableType input = (rawType != Supplier.class) ? first : NOTHING;
		ResolvableType output = NOTHING;
		if (rawType == Function.class) {
			output = type.getGeneric(1);
		}
		else if (rawType != Consumer.class) {
			output = first;
		}
		return new InjectedType(rawType, input, output, single);
	}

	/**
	 * Whether the bean of a function is what is wanted.
	 */
	boolean isOfBean() {
		return this.rawType == Function.class && FunctionConversion.isNeedless(this.input, this.output);
	}

	/**
	 * What is injected for a function.
	 */
	Object inject(String name, Function<Object, Object> bean, @Nullable FunctionDefinition definition,
			FunctionConversion conversion, ResolvableType declared) {
		TypedFunction typed = conversion.typed(name, bean, definition, this.input, this.output, declared.toString());
		if (this.rawType == Supplier.class) {
			return typed.asSupplier();
		}
		return (this.rawType == Consumer.class) ? typed.asConsumer() : typed;
	}

}
