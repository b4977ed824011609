package dev.wasmspring.client;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Names the function that a method of a {@link WasmClient} calls.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface WasmFunction {

	/**
	 * The name of the function.
	 * @return the name; that of the method if it is empty
	 */
	String value() default "";

}
