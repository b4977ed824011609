package dev.wasmspring.autoconfigure.web;

import dev.wasmspring.autoconfigure.WasmAutoConfiguration;
import dev.wasmspring.autoconfigure.diagnostics.Analyses;
import dev.wasmspring.web.FunctionController;
import dev.wasmspring.web.ReactiveFunctionController;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.util.StringUtils;
import org.springframework.web.reactive.DispatcherHandler;
import org.springframework.web.servlet.DispatcherServlet;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class WasmWebAutoConfigurationTests {

	private static final String NOTICE = "WebAssembly functions are not served over HTTP";

	private static final AutoConfigurations CONFIGURATIONS = AutoConfigurations.of(
			DispatcherServletAutoConfiguration.class, WebMvcAutoConfiguration.class, WasmAutoConfiguration.class,
			WasmWebAutoConfiguration.class, WasmWebFluxAutoConfiguration.class, WasmWithoutWebAutoConfiguration.class);

	private static final String LOCATION = "wasm.locations=classpath:/fixtures/echo.wasm";

	private final WebApplicationContextRunner servlet = new WebApplicationContextRunner()
		.withConfiguration(CONFIGURATIONS)
		.withPropertyValues(LOCATION);

	private final ReactiveWebApplicationContextRunner reactive = new ReactiveWebApplicationContextRunner()
		.withConfiguration(CONFIGURATIONS)
		.withPropertyValues(LOCATION);

	@ParameterizedTest
	@ValueSource(strings = { "/fn/{tenant}", "/fn/*", "/fn/**", "/a?b", "/a#b", "/a;b=c", "/a b", "/a%20b", "/a/../b",
			".", "/a\\b", "{x}" })
	void aPathThatCannotWorkIsExplained(String path) {
		this.servlet.withPropertyValues("wasm.web.path=" + path).run((context) -> {
			assertThat(context).hasFailed();
			Throwable failure = context.getStartupFailure();
			FailureAnalysis analysis = Analyses.of(failure);
			assertThat(analysis).isNotNull();
			assertThat(analysis.getDescription()).contains("'wasm.web.path=" + path + "'");
			assertThat(analysis.getAction()).contains("/functions");
		});
	}

	@Test
	void aServletApplicationServesFunctionsAndSaysNothing(CapturedOutput log) {
		this.servlet.run((context) -> assertThat(context).hasSingleBean(FunctionController.class));
		assertThat(log).doesNotContain(NOTICE);
	}

	@Test
	void anApplicationWithoutAServerSaysOnceThatFunctionsAreNotServed(CapturedOutput log) {
		new ApplicationContextRunner().withConfiguration(CONFIGURATIONS)
			.withPropertyValues(LOCATION)
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(FunctionController.class));
		assertThat(StringUtils.countOccurrencesOf(log.toString(), NOTICE)).isOne();
		assertThat(log).contains("this is not a web application. Add spring-boot-starter-webmvc",
				"set 'wasm.web.enabled=false'");
	}

	@Test
	void aWebFluxApplicationServesFunctionsAndSaysSo(CapturedOutput log) {
		this.reactive.withPropertyValues("wasm.web.path=/fn", "spring.webflux.base-path=/base")
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(ReactiveFunctionController.class)
				.doesNotHaveBean(FunctionController.class));
		assertThat(log).doesNotContain(NOTICE).contains("1 WebAssembly function at POST /base/fn: echo");
	}

	@Test
	void whatCannotWorkInAWebFluxApplicationIsExplained() {
		this.reactive.withPropertyValues("wasm.web.path=/fn/{tenant}")
			.run((context) -> assertThat(Analyses.of(context.getStartupFailure()).getDescription())
				.contains("'wasm.web.path=/fn/{tenant}'"));
		this.reactive.withPropertyValues("wasm.web.threads=0")
			.run((context) -> assertThat(context.getStartupFailure())
				.hasRootCauseInstanceOf(InvalidConfigurationPropertyValueException.class));
	}

	@Test
	void aReactiveApplicationWithoutWebFluxSaysOnceThatFunctionsAreNotServed(CapturedOutput log) {
		this.reactive.withClassLoader(new FilteredClassLoader(DispatcherHandler.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(ReactiveFunctionController.class));
		assertThat(StringUtils.countOccurrencesOf(log.toString(), NOTICE)).isOne();
		assertThat(log).contains("Add spring-boot-starter-webflux");
	}

	@Test
	void aWebFluxApplicationNeedsNoServlets() {
		this.reactive.withClassLoader(new FilteredClassLoader("jakarta.servlet"))
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(ReactiveFunctionController.class));
	}

	@Test
	void aServletApplicationWithoutSpringMvcSaysSo(CapturedOutput log) {
		this.servlet.withClassLoader(new FilteredClassLoader(DispatcherServlet.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("wasmFunctionController"));
		assertThat(log).contains("this is a web application without Spring MVC");
	}

	@Test
	void nobodyIsToldWhoSwitchedItOff(CapturedOutput log) {
		new ApplicationContextRunner().withConfiguration(CONFIGURATIONS)
			.withPropertyValues(LOCATION, "wasm.web.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed());
		this.servlet.withPropertyValues("wasm.web.enabled=false", "wasm.web.path={x}")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(FunctionController.class));
		assertThat(log).doesNotContain(NOTICE);
	}

}
