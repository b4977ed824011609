package dev.wasmspring.web;

import java.io.IOException;
import java.util.function.Supplier;

import dev.wasmspring.function.WasmFunctionException;
import dev.wasmspring.function.WasmFunctions;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;

/**
 * The filter that keeps the bodies of requests for functions, whatever the application
 * reads of them. It must stand in front of all other filters. A singleton, shared by all
 * threads.
 */
public final class KeptBodyFilter implements Filter {

	private final EndpointPath path;

	private final Supplier<WasmFunctions> functions;

	/**
	 * Creates the filter.
	 * @param path where the functions are
	 * @param functions the functions, whose limits say how much is kept
	 */
	public KeptBodyFilter(EndpointPath path, Supplier<WasmFunctions> functions) {
		this.path = path;
		this.functions = functions;
	}

	@Override
	public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
			throws IOException, ServletException {
		chain.doFilter((request instanceof HttpServletRequest http) ? keep(http) : request, response);
	}

	private HttpServletRequest keep(HttpServletRequest request) {
		EndpointPath.Target target = (request.getDispatcherType() == DispatcherType.ERROR)
				? this.path.failedTarget(request) : this.path.target(request);
		if (target == null || !target.function() || target.name() == null) {
			return request;
		}
		try {
			long limit = this.functions.get().require(target.name()).definition().settings().limits().input();
			return new KeptBodyRequest(request, KeptBody.keep(request, target.name(), limit));
		}
		catch (WasmFunctionException ex) {
			// The module was removed since the function was found
			return request;
		}
	}

}
