package dev.wasmspring.client;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.AliasFor;

/**
 * Makes beans of interfaces that are marked with {@link WasmClient}, wherever they are.
 * An application needs it only for those that are outside of its own packages.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@Import(ClientRegistrar.class)
public @interface ImportWasmClients {

	/**
	 * The same as {@link #types()}.
	 * @return the interfaces
	 */
	@AliasFor("types")
	Class<?>[] value() default {};

	/**
	 * Single interfaces.
	 * @return the interfaces
	 */
	@AliasFor("value")
	Class<?>[] types() default {};

	/**
	 * Packages in which, and below which, interfaces are looked for.
	 * @return the names of the packages
	 */
	String[] basePackages() default {};

	/**
	 * Classes in whose packages, and below them, interfaces are looked for.
	 * @return a class of each package
	 */
	Class<?>[] basePackageClasses() default {};

}
