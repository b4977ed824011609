package dev.wasmspring.web;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.stream.Stream;

import jakarta.servlet.http.HttpServletResponse;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.util.ReflectionUtils;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/**
 * The processor that gives a controller its paths beside those of the functions, in
 * Spring MVC. They are for other methods than functions, or have more segments, so that
 * no function is hidden by them. Lives as long as the application; used while that
 * starts.
 */
public final class PageMappings implements BeanPostProcessor {

	private static final String SPRING_MVC = "requestMappingHandlerMapping";

	private final String path;

	private final Class<?> type;

	private final String controller;

	private final List<Page> pages;

	private PageMappings(String path, Class<?> type, String controller, List<Page> pages) {
		this.path = path;
		this.type = type;
		this.controller = controller;
		this.pages = pages;
	}

	/**
	 * The paths of the description.
	 * @param path the endpoint's path, as {@link EndpointPath#normalize} gives it
	 * @param controller the name of the bean of the {@link OpenApiController}
	 * @return the processor
	 */
	public static PageMappings openApi(String path, String controller) {
		return new PageMappings(path, OpenApiController.class, controller,
				List.of(new Page(RequestMethod.GET, "/openapi.json", "document")));
	}

	/**
	 * The paths of the page on which functions are tried.
	 * @param path the endpoint's path, as {@link EndpointPath#normalize} gives it
	 * @param controller the name of the bean of the {@link PlaygroundController}
	 * @return the processor
	 */
	public static PageMappings playground(String path, String controller) {
		return new PageMappings(path, PlaygroundController.class, controller,
				List.of(new Page(RequestMethod.GET, "/playground", "page"),
						new Page(RequestMethod.GET, "/playground/functions", "functions"),
						new Page(RequestMethod.GET, "/playground/calls/{name}", "calls"),
						new Page(RequestMethod.POST, "/playground/run", "run"),
						new Page(RequestMethod.GET, "/playground/{file}", "file")));
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (beanName.equals(SPRING_MVC) && bean instanceof RequestMappingHandlerMapping mapping) {
			this.pages.forEach((page) -> register(page, mapping));
		}
		return bean;
	}

	private void register(Page page, RequestMappingHandlerMapping mapping) {
		RequestMappingInfo info = RequestMappingInfo.paths(this.path + page.path())
			.methods(page.method())
			.options(mapping.getBuilderConfiguration())
			.build();
		// What the application has there is the application's
		if (!mapping.getHandlerMethods().containsKey(info)) {
			Method handler = Stream.of(ReflectionUtils.getDeclaredMethods(this.type))
				.filter((method) -> method.getName().equals(page.handler())
						&& List.of(method.getParameterTypes()).contains(HttpServletResponse.class)
						&& !Modifier.isStatic(method.getModifiers()))
				.findFirst()
				.orElseThrow();
			mapping.registerMapping(info, this.controller, handler);
		}
	}

	/**
	 * One of the paths. Immutable.
	 */
	private record Page(RequestMethod method, String path, String handler) {

	}

}
