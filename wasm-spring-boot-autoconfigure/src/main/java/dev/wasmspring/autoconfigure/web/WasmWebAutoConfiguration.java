package dev.wasmspring.autoconfigure.web;

import java.util.EnumSet;

import dev.wasmspring.autoconfigure.ConfiguredFunctions;
import dev.wasmspring.autoconfigure.WasmAutoConfiguration;
import dev.wasmspring.autoconfigure.WasmProperties;
import dev.wasmspring.autoconfigure.WebExposure;
import dev.wasmspring.function.WasmFunctions;
import dev.wasmspring.web.EndpointPath;
import dev.wasmspring.web.ExposedFunctions;
import dev.wasmspring.web.FunctionController;
import dev.wasmspring.web.FunctionCors;
import dev.wasmspring.web.FunctionMappings;
import dev.wasmspring.web.KeptBodyFilter;
import dev.wasmspring.web.ProblemAnswers;
import dev.wasmspring.web.ProblemCompletion;
import dev.wasmspring.web.ProblemErrorPages;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Servlet;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletPath;
import org.springframework.boot.webmvc.autoconfigure.error.ErrorMvcAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.core.PriorityOrdered;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.servlet.DispatcherServlet;

/**
 * Auto-configuration for the REST endpoint of WebAssembly functions.
 */
@AutoConfiguration(after = { WasmAutoConfiguration.class, ErrorMvcAutoConfiguration.class })
@ConditionalOnClass({ Servlet.class, DispatcherServlet.class, FilterRegistrationBean.class,
		DispatcherServletPath.class })
@ConditionalOnWebApplication(type = Type.SERVLET)
@ConditionalOnBean(WasmFunctions.class)
@ConditionalOnBooleanProperty(name = "wasm.web.enabled", matchIfMissing = true)
public final class WasmWebAutoConfiguration {

	static final String CONTROLLER = WebPaths.CONTROLLER;

	WasmWebAutoConfiguration() {
	}

	@Bean(CONTROLLER)
	FunctionController wasmFunctionController(ExposedFunctions exposed, BeanFactory beanFactory) {
		return new FunctionController(exposed.functions(), exposed, beanFactory);
	}

	@Bean
	WebExposure wasmWebExposure(WasmProperties properties, Environment environment, ResourceLoader resourceLoader,
			BeanFactory beanFactory) {
		return new WebExposure(new ConfiguredFunctions(properties, environment, resourceLoader, beanFactory));
	}

	@Bean
	ExposedFunctions wasmExposedFunctions(WasmFunctions functions, WebExposure exposure) {
		return new ExposedFunctions(functions.only(exposure));
	}

	@Bean
	static FunctionCors wasmFunctionCors(Environment environment, ObjectProvider<EndpointPath> endpoint) {
		WasmProperties.Cors cors = Binder.get(environment).bindOrCreate("wasm.web.cors", WasmProperties.Cors.class);
		return new FunctionCors(CorsProperties.configuration(cors), SingletonSupplier.of(endpoint::getObject));
	}

	@Bean
	static FunctionMappings wasmFunctionMappings(Environment environment, ObjectProvider<EndpointPath> endpoint,
			ObjectProvider<ExposedFunctions> exposed) {
		return new FunctionMappings(WebPaths.path(environment), SingletonSupplier.of(endpoint::getObject), CONTROLLER,
				SingletonSupplier.of(() -> exposed.getObject().functions()));
	}

	@Bean
	EndpointPath wasmEndpointPath(WasmProperties properties, ObjectProvider<DispatcherServletPath> servlet,
			ObjectProvider<ExposedFunctions> exposed) {
		DispatcherServletPath servletPath = servlet.getIfAvailable();
		SingletonSupplier<WasmFunctions> known = SingletonSupplier.of(() -> exposed.getObject().functions());
		return EndpointPath.of(WebPaths.normalize(properties.getWeb().getPath()),
				(servletPath != null) ? servletPath.getPrefix() : "", (name) -> known.obtain().has(name),
				(name) -> WebPaths.takesPaths(known.obtain(), name));
	}

	@Bean
	FirstFilter wasmKeptBodyFilter(EndpointPath path, ObjectProvider<ExposedFunctions> exposed) {
		FirstFilter registration = new FirstFilter(path, exposed);
		registration.addUrlPatterns(path.urlPattern());
		registration
			.setDispatcherTypes(EnumSet.of(DispatcherType.REQUEST, DispatcherType.FORWARD, DispatcherType.ASYNC));
		return registration;
	}

	/**
	 * Error pages have another path than the request that failed.
	 */
	@Bean
	FirstFilter wasmKeptBodyErrorFilter(EndpointPath path, ObjectProvider<ExposedFunctions> exposed) {
		FirstFilter registration = new FirstFilter(path, exposed);
		registration.addUrlPatterns("/*");
		registration.setDispatcherTypes(EnumSet.of(DispatcherType.ERROR));
		return registration;
	}

	@Bean
	ProblemCompletion wasmProblemCompletion(EndpointPath path) {
		return new ProblemCompletion(path);
	}

	@Bean
	ProblemAnswers wasmProblemAnswers(EndpointPath path) {
		return new ProblemAnswers(path);
	}

	/**
	 * An application that makes its error pages itself makes all of them.
	 */
	@Bean
	@ConditionalOnBean(name = "basicErrorController", search = SearchStrategy.CURRENT)
	ProblemErrorPages wasmProblemErrorPages(EndpointPath path) {
		return new ProblemErrorPages(path);
	}

	/**
	 * Registers the filter in front of all others, those of the highest precedence
	 * included: what reads a body before it, reads it away.
	 */
	static final class FirstFilter extends FilterRegistrationBean<KeptBodyFilter> implements PriorityOrdered {

		FirstFilter(EndpointPath path, ObjectProvider<ExposedFunctions> exposed) {
			super(new KeptBodyFilter(path, SingletonSupplier.of(() -> exposed.getObject().functions())));
			setOrder(HIGHEST_PRECEDENCE);
		}

	}

}
