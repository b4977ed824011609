package dev.wasmspring.web;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import dev.wasmspring.function.FunctionDefinition;
import dev.wasmspring.function.WasmFunctions;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.annotation.ResponseBody;
import org.springframework.web.servlet.HandlerMapping;

/**
 * The endpoint of the functions: {@code POST <path>/{name}} calls one, {@code GET <path>}
 * lists them. A singleton, shared by all threads.
 * <p>
 * It reads and writes the bodies itself: Spring's conversion would re-encode form posts
 * and choose among message converters. {@link FunctionMappings} gives it its paths. It
 * calls the function's bean, so that whatever the application wraps around the bean works
 * here as well; but only names of functions that came from modules reach the bean
 * factory.
 */
public final class FunctionController {

	private static final Log logger = LogFactory.getLog(FunctionController.class);

	private final WasmFunctions functions;

	private final ExposedFunctions exposed;

	private final BeanFactory beanFactory;

	/**
	 * Creates the endpoint.
	 * @param functions all functions
	 * @param exposed those that can be reached
	 * @param beanFactory where their beans are
	 */
	public FunctionController(WasmFunctions functions, ExposedFunctions exposed, BeanFactory beanFactory) {
		this.functions = functions;
		this.exposed = exposed;
		this.beanFactory = beanFactory;
	}

	@ResponseBody
	List<FunctionDescriptor> list() {
		return this.exposed.definitions().stream().map(FunctionDescriptor::of).toList();
	}

	void call(HttpServletRequest request, HttpServletResponse response)
			throws IOException, HttpMediaTypeNotSupportedException, HttpRequestMethodNotSupportedException {
		String name = name(request);
		FunctionDefinition function = this.functions.require(name).definition();
		if (function.settings().http().isMore()) {
			shaped(function, request, response);
			return;
		}
		MediaType contentType = contentType(request);
		requireConsumable(function, contentType);
		byte[] body = input(request, function);
		if (function.isScript()) {
			ScriptRequests.answer(bean(name).apply(ScriptRequests.message(request, body)), function, response);
			return;
		}
		byte[] output = (byte[]) bean(name).apply(body);
		String produces = function.produces();
		response.setContentType((produces != null) ? produces : answerType(contentType).toString());
		// The caller chose the content type, and the guest the content: no browser should
		// make more of the two than they say
		response.setHeader("X-Content-Type-Options", "nosniff");
		response.setContentLength(output.length);
		response.getOutputStream().write(output);
	}

	/**
	 * Calls a function that takes more than {@code POST}, or refuses what it does not
	 * take. A {@code POST} for its own path comes by way of {@link #call}.
	 */
	void shaped(HttpServletRequest request, HttpServletResponse response)
			throws IOException, HttpMediaTypeNotSupportedException, HttpRequestMethodNotSupportedException {
		shaped(this.functions.require(name(request)).definition(), request, response);
	}

	private void shaped(FunctionDefinition function, HttpServletRequest request, HttpServletResponse response)
			throws IOException, HttpMediaTypeNotSupportedException, HttpRequestMethodNotSupportedException {
		ShapedCalls calls = new ShapedCalls(function, ServletShapes.request(request));
		if (HttpMethod.OPTIONS.matches(request.getMethod())) {
			response.setHeader(HttpHeaders.ALLOW, calls.allow());
			return;
		}
		if (!calls.isAllowed()) {
			throw new HttpRequestMethodNotSupportedException(request.getMethod(), calls.allowed());
		}
		byte[] body = {};
		if (calls.hasBody()) {
			requireConsumable(function, contentType(request));
			body = input(request, function);
		}
		ServletShapes.write(calls.call(bean(function.name()), body), request, response);
	}

	/**
	 * Answers requests for the path of a function that do not call it, where that is not
	 * left to Spring MVC.
	 */
	void refuse(HttpServletRequest request, HttpServletResponse response)
			throws HttpRequestMethodNotSupportedException {
		if (!HttpMethod.OPTIONS.matches(request.getMethod())) {
			throw new HttpRequestMethodNotSupportedException(request.getMethod(), List.of(HttpMethod.POST.name()));
		}
		response.setHeader(HttpHeaders.ALLOW, "POST,OPTIONS");
	}

	/**
	 * What {@link FunctionMappings} calls {@code name} in the path. As an argument, it
	 * would be bound and converted at each call.
	 */
	private static String name(HttpServletRequest request) {
		Map<?, ?> variables = (Map<?, ?>) request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE);
		return String.valueOf(variables.get("name"));
	}

	private static byte[] input(HttpServletRequest request, FunctionDefinition function) {
		try {
			return RequestBodies.read(request, function.settings().limits().input());
		}
		catch (LostBodyException ex) {
			logger.warn("The body of a request to function '" + function.name()
					+ "' was read before the function could read it. Look for what reads bodies or parameters in front"
					+ " of all servlet filters, such as a valve of the server, or for a filter that reads the body and"
					+ " does not hand it on.");
			throw Problems.lostBody(function.name(), ex);
		}
		catch (IOException ex) {
			logger.debug("The body of a request to function '" + function.name() + "' could not be read", ex);
			throw Problems.unreadableBody(function.name(), ex);
		}
	}

	private static MediaType contentType(HttpServletRequest request) {
		String value = request.getHeader(HttpHeaders.CONTENT_TYPE);
		try {
			MediaType contentType = MediaType.valueOf((value != null) ? value : "");
			return contentType.isConcrete() ? contentType : MediaType.APPLICATION_OCTET_STREAM;
		}
		catch (InvalidMediaTypeException ex) {
			return MediaType.APPLICATION_OCTET_STREAM;
		}
	}

	/**
	 * Forms are sent and never answered.
	 */
	private static MediaType answerType(MediaType requestType) {
		boolean form = requestType.getType().equalsIgnoreCase("multipart")
				|| requestType.equalsTypeAndSubtype(MediaType.APPLICATION_FORM_URLENCODED);
		return form ? MediaType.APPLICATION_OCTET_STREAM : requestType;
	}

	private static void requireConsumable(FunctionDefinition function, MediaType contentType)
			throws HttpMediaTypeNotSupportedException {
		String consumes = function.settings().consumes();
		if (consumes != null && !MediaType.valueOf(consumes).includes(contentType)) {
			throw new HttpMediaTypeNotSupportedException(contentType, List.of(MediaType.valueOf(consumes)));
		}
	}

	@SuppressWarnings("unchecked")
	private Function<Object, Object> bean(String name) {
		try {
			return this.beanFactory.getBean(name, Function.class);
		}
		catch (NoSuchBeanDefinitionException ex) {
			// The module was removed since the function was found; perhaps it is back
			return (input) -> this.functions.require(name).apply(input);
		}
	}

}
