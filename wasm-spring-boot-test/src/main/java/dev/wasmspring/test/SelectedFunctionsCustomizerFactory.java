package dev.wasmspring.test;

import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.TestContextAnnotationUtils;

/**
 * Reads from {@link WasmFunctionTest} which functions a test is for. Stateless.
 */
final class SelectedFunctionsCustomizerFactory implements ContextCustomizerFactory {

	@Override
	public @Nullable ContextCustomizer createContextCustomizer(Class<?> testClass,
			List<ContextConfigurationAttributes> configuration) {
		WasmFunctionTest test = TestContextAnnotationUtils.findMergedAnnotation(testClass, WasmFunctionTest.class);
		return (test != null && test.value().length > 0) ? new SelectedFunctionsCustomizer(Set.of(test.value())) : null;
	}

}
