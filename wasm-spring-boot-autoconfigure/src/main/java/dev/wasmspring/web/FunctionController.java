package dev.wasmspring.web;

import java.io.IOException;
import java.util.List;
import java.util.function.Function;

import dev.wasmspring.function.FunctionDefinition;
import dev.wasmspring.function.WasmFunctionException;
import dev.wasmspring.function.WasmFunctions;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * The endpoint of the functions: {@code POST <path>/{name}} calls one, {@code GET <path>}
 * lists them. A singleton, shared by all threads.
 * <p>
 * It reads and writes the bodies itself: Spring's conversion would re-encode form posts
 * and choose among message converters. It calls the function's bean, so that whatever the
 * application wraps around the bean works here as well; but only names of functions that
 * came from modules reach the bean factory.
 */
@RestController
@RequestMapping("${wasm.web.path:/functions}")
public final class FunctionController {

	private final WasmFunctions functions;

	private final BeanFactory beanFactory;

	/**
	 * Creates the endpoint.
	 * @param functions the functions that can be reached
	 * @param beanFactory where their beans are
	 */
	public FunctionController(WasmFunctions functions, BeanFactory beanFactory) {
		this.functions = functions;
		this.beanFactory = beanFactory;
	}

	@GetMapping
	List<FunctionDescriptor> list() {
		return this.functions.definitions().stream().map(FunctionDescriptor::of).toList();
	}

	@PostMapping("/{name}")
	void call(@PathVariable String name, HttpServletRequest request, HttpServletResponse response)
			throws IOException, HttpMediaTypeNotSupportedException {
		FunctionDefinition function = this.functions.require(name).definition();
		MediaType contentType = contentType(request);
		requireConsumable(function, contentType);
		byte[] output = bean(name).apply(read(request, function));
		String produces = function.produces();
		response.setContentType((produces != null) ? produces : contentType.toString());
		// The caller chose the content type, and the guest the content: no browser should
		// make more of the two than they say
		response.setHeader("X-Content-Type-Options", "nosniff");
		response.setContentLength(output.length);
		response.getOutputStream().write(output);
	}

	/**
	 * Reads one byte more than the function takes at most, so that the function itself
	 * can tell that the body is too large, however large it is.
	 */
	private static byte[] read(HttpServletRequest request, FunctionDefinition function) throws IOException {
		return request.getInputStream().readNBytes((int) function.settings().limits().input() + 1);
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

	private static void requireConsumable(FunctionDefinition function, MediaType contentType)
			throws HttpMediaTypeNotSupportedException {
		String consumes = function.settings().consumes();
		if (consumes != null && !MediaType.valueOf(consumes).includes(contentType)) {
			throw new HttpMediaTypeNotSupportedException(contentType, List.of(MediaType.valueOf(consumes)));
		}
	}

	@SuppressWarnings("unchecked")
	private Function<byte[], byte[]> bean(String name) {
		try {
			return this.beanFactory.getBean(name, Function.class);
		}
		catch (NoSuchBeanDefinitionException ex) {
			// The module was removed since the function was found; perhaps it is back
			return (input) -> (byte[]) this.functions.require(name).apply(input);
		}
	}

	@ExceptionHandler
	ResponseEntity<ProblemDetail> problem(WasmFunctionException exception) {
		return Problems.of(exception);
	}

	@ExceptionHandler
	ResponseEntity<ProblemDetail> problem(HttpMediaTypeNotSupportedException exception) {
		return ResponseEntity.status(exception.getStatusCode())
			.headers(exception.getHeaders())
			.contentType(MediaType.APPLICATION_PROBLEM_JSON)
			.body(exception.getBody());
	}

}
