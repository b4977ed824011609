package dev.wasmspring.client;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks an interface whose methods are WebAssembly functions. It becomes a bean, if it is
 * in the package of the application or below it, or if {@link ImportWasmClients} names
 * it.
 * <p>
 * A method calls the function that {@link WasmFunction} names, or the one that is called
 * like the method: {@code priceOrder} calls {@code priceOrder}, or {@code price-order}.
 * That all functions are there, and can have the types of their methods, is checked when
 * the application starts. Default methods are ordinary methods.
 * <p>
 * The parameter is the input, none is no input, and several are the numbers of a numeric
 * function; parameters with {@code @Header} or {@code @Headers} go with it. The result is
 * made of the output, by a thread of the application's if it is a
 * {@code CompletableFuture}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface WasmClient {

	/**
	 * The name of the bean.
	 * @return the name; that of the interface, beginning in lower case, if it is empty
	 */
	String value() default "";

}
