package dev.wasmspring.test;

import org.springframework.boot.test.context.filter.annotation.StandardAnnotationCustomizableTypeExcludeFilter;

/**
 * Leaves the application's components out of {@link WasmFunctionTest}. Immutable; lives
 * as long as a test's context.
 */
final class WasmFunctionTypeExcludeFilter extends StandardAnnotationCustomizableTypeExcludeFilter<WasmFunctionTest> {

	WasmFunctionTypeExcludeFilter(Class<?> testClass) {
		super(testClass);
	}

}
