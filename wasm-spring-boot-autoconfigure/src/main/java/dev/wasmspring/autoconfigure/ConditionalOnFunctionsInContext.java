package dev.wasmspring.autoconfigure;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.jetbrains.annotations.ApiStatus;

import org.springframework.context.annotation.Conditional;

/**
 * Marks what is there for a context in which functions are beans, and not for one that
 * inherits those of a context above it.
 */
@Target({ ElementType.TYPE, ElementType.METHOD })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Conditional(OnFunctionsInContext.class)
@ApiStatus.Internal
public @interface ConditionalOnFunctionsInContext {

}
