package dev.wasmspring.test;

import java.util.Arrays;
import java.util.stream.Stream;

import org.springframework.boot.test.autoconfigure.TestSliceTestContextBootstrapper;

/**
 * Bootstraps the contexts of {@link WasmFunctionTest}, which serve nothing. Lives as long
 * as the preparation of a test class; used by one thread.
 */
final class WasmFunctionTestContextBootstrapper extends TestSliceTestContextBootstrapper<WasmFunctionTest> {

	@Override
	protected String[] getProperties(Class<?> testClass) {
		return Stream
			.concat(Stream.of("spring.main.web-application-type=none"), Arrays.stream(super.getProperties(testClass)))
			.toArray(String[]::new);
	}

}
