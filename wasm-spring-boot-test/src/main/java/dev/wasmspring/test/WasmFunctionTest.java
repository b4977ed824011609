package dev.wasmspring.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.autoconfigure.OverrideAutoConfiguration;
import org.springframework.boot.test.context.filter.annotation.TypeExcludeFilters;
import org.springframework.context.annotation.ComponentScan.Filter;
import org.springframework.core.env.Environment;
import org.springframework.test.context.BootstrapWith;
import org.springframework.test.context.junit.jupiter.SpringExtension;

/**
 * A test of some functions of an application: these alone are loaded, with the settings
 * that the application gives them, and nothing else of it is there, no web and no other
 * beans. Immutable, as annotations are; may stand on test classes that run in parallel.
 * <pre class="code">
 * &#064;WasmFunctionTest("discount")
 * class DiscountTests {
 *
 *     &#064;Autowired
 *     WasmFunction discount;
 *
 * }
 * </pre>
 * <p>
 * Components are left out; what a test needs beside the functions is imported.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@BootstrapWith(WasmFunctionTestContextBootstrapper.class)
@ExtendWith(SpringExtension.class)
@OverrideAutoConfiguration(enabled = false)
@TypeExcludeFilters(WasmFunctionTypeExcludeFilter.class)
@AutoConfigureWasmFunctions
public @interface WasmFunctionTest {

	/**
	 * The names of the functions that are loaded.
	 * @return names; all functions if there are none
	 */
	String[] value() default {};

	/**
	 * Properties that are set before the context starts.
	 * @return entries in the form {@code key=value}, added to the {@link Environment}
	 */
	String[] properties() default {};

	/**
	 * Filters for components that are to be there after all.
	 * @return filters, none by default
	 */
	Filter[] includeFilters() default {};

	/**
	 * Filters for components that are not to be there.
	 * @return filters, none by default
	 */
	Filter[] excludeFilters() default {};

	/**
	 * Whether components are left out unless a filter includes them.
	 * @return {@code true} by default
	 */
	boolean useDefaultFilters() default true;

}
