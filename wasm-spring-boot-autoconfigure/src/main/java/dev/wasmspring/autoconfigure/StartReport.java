package dev.wasmspring.autoconfigure;

import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import dev.wasmspring.function.WasmFunction;
import dev.wasmspring.function.WasmFunctions;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.env.Environment;

/**
 * The line of the log that says which functions there are. Stateless.
 */
final class StartReport {

	private static final Log logger = LogFactory.getLog(StartReport.class);

	/**
	 * The bean that serves functions over HTTP.
	 */
	private static final String CONTROLLER = "wasmFunctionController";

	/**
	 * The bean that is there if WebFlux serves them.
	 */
	private static final String REACTIVE_PATH = "wasmReactiveEndpointPath";

	private static final int MAX_NAMES = 10;

	private StartReport() {
	}

	/**
	 * Says which functions there are and where they are served, or where none were found.
	 */
	static void log(WasmFunctions functions, WasmProperties properties, ConfigurableListableBeanFactory beanFactory,
			Environment environment) {
		List<String> names = functions.all().stream().map(WasmFunction::name).toList();
		int modules = functions.modules().size();
		if (!names.isEmpty()) {
			String path = beanFactory.containsLocalBean(CONTROLLER)
					? " at POST " + path(properties, beanFactory, environment) : "";
			long exposed = names.stream().filter(exposure(beanFactory)).count();
			String some = (path.isEmpty() || exposed == names.size()) ? "" : ", " + exposed + " of them";
			logger.info(names.size() + ((names.size() == 1) ? " WebAssembly function" : " WebAssembly functions") + some
					+ path + ": " + first(names));
		}
		else if (modules > 0) {
			logger.warn("No WebAssembly functions: " + modules + " module(s) were found at " + properties.getLocations()
					+ ", and none of them can be used");
		}
		else if (properties.getFunctions().values().stream().allMatch(WasmProperties.Function::isEnabled)) {
			logger.warn("No WebAssembly functions: there are no modules at " + properties.getLocations()
					+ ". The property 'wasm.locations' says where to look"
					+ (properties.isReload() ? ", and modules that come later are picked up" : ""));
		}
		else {
			logger.warn("No WebAssembly functions: there are none at " + properties.getLocations()
					+ ", beside those that are not enabled");
		}
	}

	private static Predicate<String> exposure(ConfigurableListableBeanFactory beanFactory) {
		WebExposure exposure = beanFactory.getBeanProvider(WebExposure.class).getIfAvailable();
		return (exposure != null) ? exposure : (name) -> true;
	}

	/**
	 * As callers know it, as far as it is known before the server starts.
	 */
	private static String path(WasmProperties properties, ConfigurableListableBeanFactory beanFactory,
			Environment environment) {
		String above = isReactive(beanFactory) ? environment.getProperty("spring.webflux.base-path", "")
				: environment.getProperty("server.servlet.context-path", "") + "/"
						+ environment.getProperty("spring.mvc.servlet.path", "");
		String path = String.join("/", "", above, properties.getWeb().getPath().strip());
		String normal = path.replaceAll("/+", "/");
		return (normal.length() > 1 && normal.endsWith("/")) ? normal.substring(0, normal.length() - 1) : normal;
	}

	private static boolean isReactive(ConfigurableListableBeanFactory beanFactory) {
		return beanFactory.containsLocalBean(REACTIVE_PATH);
	}

	private static String first(List<String> names) {
		String first = names.stream().limit(MAX_NAMES).collect(Collectors.joining(", "));
		return (names.size() > MAX_NAMES) ? first + " and " + (names.size() - MAX_NAMES) + " more" : first;
	}

}
