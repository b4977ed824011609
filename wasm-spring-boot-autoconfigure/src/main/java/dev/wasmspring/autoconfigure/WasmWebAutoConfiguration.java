package dev.wasmspring.autoconfigure;

import dev.wasmspring.function.WasmFunctions;
import dev.wasmspring.web.FunctionController;
import dev.wasmspring.web.MultipartAsIsFilter;
import jakarta.servlet.Servlet;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.web.servlet.DispatcherServlet;

/**
 * Auto-configuration for the REST endpoint of WebAssembly functions.
 */
@AutoConfiguration(after = WasmAutoConfiguration.class)
@ConditionalOnClass({ Servlet.class, DispatcherServlet.class, FilterRegistrationBean.class })
@ConditionalOnWebApplication(type = Type.SERVLET)
@ConditionalOnBean(WasmFunctions.class)
@ConditionalOnProperty(name = "wasm.web.enabled", matchIfMissing = true)
public final class WasmWebAutoConfiguration {

	WasmWebAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	FunctionController wasmFunctionController(WasmFunctions functions, BeanFactory beanFactory) {
		return new FunctionController(functions, beanFactory);
	}

	@Bean
	FilterRegistrationBean<MultipartAsIsFilter> wasmMultipartAsIsFilter(WasmProperties properties) {
		FilterRegistrationBean<MultipartAsIsFilter> registration = new FilterRegistrationBean<>(
				new MultipartAsIsFilter());
		registration.addUrlPatterns(properties.getWeb().getPath() + "/*");
		registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
		return registration;
	}

}
