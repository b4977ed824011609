package dev.wasmspring.client;

import java.util.List;

import org.jetbrains.annotations.ApiStatus;

import org.springframework.beans.FatalBeanException;

/**
 * Thrown when a method of a client cannot be a function.
 */
@ApiStatus.Internal
public final class InvalidClientException extends FatalBeanException {

	private final String method;

	private final String reason;

	private final String remedy;

	private final transient List<String> functions;

	InvalidClientException(String method, String reason, String remedy, List<String> functions) {
		super("The client's method " + method + " is no function: " + reason);
		this.method = method;
		this.reason = reason;
		this.remedy = remedy;
		this.functions = functions;
	}

	/**
	 * The method, with its interface.
	 */
	public String method() {
		return this.method;
	}

	/**
	 * Why it is none.
	 */
	public String reason() {
		return this.reason;
	}

	/**
	 * What to do.
	 */
	public String remedy() {
		return this.remedy;
	}

	/**
	 * The functions that there are, if none of them has the name.
	 */
	public List<String> functions() {
		return this.functions;
	}

}
