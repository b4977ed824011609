package dev.wasmspring.autoconfigure.check;

import java.util.Map;

import dev.wasmspring.autoconfigure.WasmAutoConfiguration;
import dev.wasmspring.function.ModuleLoading;
import dev.wasmspring.function.ServedModules;
import dev.wasmspring.function.WasmFunctions;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Loads all functions that an application would have, says what came of them, and ends
 * the process, if {@code wasm.check} is set: with the exit code 0 if all modules can be
 * used, and 1 if not. Lives while an application begins to start; used by one thread.
 * <p>
 * It runs as soon as the properties are known, in a context of its own. So nothing else
 * of the application starts, and no database or broker has to be there. What was compiled
 * stays in the compilation cache.
 */
final class FunctionCheck implements ApplicationListener<ApplicationEnvironmentPreparedEvent>, Ordered {

	private static final Log logger = LogFactory.getLog(FunctionCheck.class);

	private static final String PROPERTY = "wasm.check";

	FunctionCheck() {
	}

	/**
	 * Behind those that read the configuration and prepare the log.
	 */
	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

	@Override
	public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
		String value = event.getEnvironment().getProperty(PROPERTY);
		// Without a value it stands for itself on a command line
		if (value != null && !value.equalsIgnoreCase("false")) {
			System.exit(check(event.getEnvironment(), event.getSpringApplication().getClassLoader()) ? 0 : 1);
		}
	}

	private static boolean check(ConfigurableEnvironment environment, ClassLoader classLoader) {
		environment.getPropertySources()
			.addFirst(new MapPropertySource(PROPERTY, Map.of(PROPERTY, "true", "wasm.enabled", "true",
					"wasm.invalid-modules", "skip", "wasm.compilation.mode", "lazy", "wasm.reload", "false")));
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			context.setEnvironment(environment);
			context.setClassLoader(classLoader);
			context.getBeanFactory().setConversionService(ApplicationConversionService.getSharedInstance());
			context.register(Functions.class);
			context.refresh();
			new ModuleLoading(context.getBean(ServedModules.BEAN_NAME, ServedModules.class)).loadEach();
			CheckReport report = CheckReport.of(context.getBean(WasmFunctions.class));
			if (report.isGood()) {
				logger.info(report);
			}
			else {
				logger.error(report);
			}
			return report.isGood();
		}
	}

	/**
	 * What is needed of the application.
	 */
	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(WasmAutoConfiguration.class)
	static class Functions {

	}

}
