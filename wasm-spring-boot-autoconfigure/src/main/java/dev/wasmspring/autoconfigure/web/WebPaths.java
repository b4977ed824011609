package dev.wasmspring.autoconfigure.web;

import dev.wasmspring.autoconfigure.WasmProperties;
import dev.wasmspring.function.WasmFunctionException;
import dev.wasmspring.function.WasmFunctions;
import dev.wasmspring.web.EndpointPath;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * What the endpoints of Spring MVC and of WebFlux have in common. Stateless.
 */
final class WebPaths {

	/** The name of the bean that serves functions over HTTP. */
	static final String CONTROLLER = "wasmFunctionController";

	private WebPaths() {
	}

	/**
	 * The path of the functions in its normal form.
	 * @throws InvalidWebPathException if it cannot be one
	 */
	static String normalize(String path) {
		try {
			return EndpointPath.normalize(path);
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidWebPathException(path, String.valueOf(ex.getMessage()));
		}
	}

	/**
	 * The path of the endpoint, for what is made before the properties are.
	 */
	static String path(Environment environment) {
		return normalize(Binder.get(environment).bind("wasm.web.path", String.class).orElse(WasmProperties.Web.PATH));
	}

	/**
	 * Whether a function takes paths below its own.
	 */
	static boolean takesPaths(WasmFunctions functions, String name) {
		try {
			return functions.require(name).definition().settings().http().takesPaths();
		}
		catch (WasmFunctionException ex) {
			// The module was removed since the function was found
			return false;
		}
	}

}
