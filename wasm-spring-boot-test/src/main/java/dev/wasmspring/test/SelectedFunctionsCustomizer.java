package dev.wasmspring.test;

import java.util.Set;

import dev.wasmspring.discovery.FunctionSelection;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.MergedContextConfiguration;

/**
 * Lets a test's context have some functions alone. Immutable; lives as long as the
 * context is kept, and is part of what it is found by.
 *
 * @param functions their names
 */
record SelectedFunctionsCustomizer(Set<String> functions) implements ContextCustomizer {

	@Override
	public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration configuration) {
		context.getBeanFactory().registerSingleton(FunctionSelection.BEAN_NAME, new FunctionSelection(this.functions));
	}

}
