package dev.wasmspring.web;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Collection;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;

import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.Part;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;

/**
 * A request to a function, whose body the application may read without taking it from the
 * function. Lives for one request, used by one thread at a time.
 * <p>
 * Parameters of a form are read from the kept body, since the container would consume it.
 * A multipart body is the function's alone: nobody is told that it has parts.
 */
final class KeptBodyRequest extends HttpServletRequestWrapper {

	private final KeptBody body;

	private final BodyKind kind;

	private @Nullable BufferedReader reader;

	private @Nullable Map<String, String[]> parameters;

	KeptBodyRequest(HttpServletRequest request, KeptBody body) {
		super(request);
		this.body = body;
		this.kind = BodyKind.of(request.getContentType());
	}

	@Override
	public ServletInputStream getInputStream() {
		return this.body;
	}

	@Override
	public BufferedReader getReader() {
		if (this.reader == null) {
			this.reader = new BufferedReader(new InputStreamReader(this.body, charset(StandardCharsets.ISO_8859_1)));
		}
		return this.reader;
	}

	private Charset charset(Charset otherwise) {
		String name = getCharacterEncoding();
		try {
			return (name != null) ? Charset.forName(name) : otherwise;
		}
		catch (IllegalCharsetNameException | UnsupportedCharsetException ex) {
			return otherwise;
		}
	}

	@Override
	public @Nullable String getContentType() {
		return (this.kind == BodyKind.MULTIPART) ? MediaType.APPLICATION_OCTET_STREAM_VALUE : super.getContentType();
	}

	@Override
	public Collection<Part> getParts() {
		return List.of();
	}

	@Override
	public @Nullable Part getPart(String name) {
		return null;
	}

	@Override
	public @Nullable String getParameter(String name) {
		String[] values = getParameterValues(name);
		return (values != null) ? values[0] : null;
	}

	@Override
	public String @Nullable [] getParameterValues(String name) {
		if (this.kind == BodyKind.OTHER) {
			return super.getParameterValues(name);
		}
		String[] values = parameters().get(name);
		return (values != null) ? values.clone() : null;
	}

	@Override
	public Enumeration<String> getParameterNames() {
		return (this.kind == BodyKind.OTHER) ? super.getParameterNames()
				: Collections.enumeration(parameters().keySet());
	}

	@Override
	public Map<String, String[]> getParameterMap() {
		return (this.kind == BodyKind.OTHER) ? super.getParameterMap() : parameters();
	}

	private Map<String, String[]> parameters() {
		Map<String, String[]> parameters = this.parameters;
		if (parameters == null) {
			Charset charset = charset(StandardCharsets.UTF_8);
			FormParameters form = new FormParameters(charset);
			form.add(getQueryString());
			if (this.kind == BodyKind.FORM && HttpMethod.POST.matches(getMethod())) {
				form.add(text(charset));
			}
			parameters = form.asMap();
			this.parameters = parameters;
		}
		return parameters;
	}

	private String text(Charset charset) {
		try {
			return new String(this.body.whole(), charset);
		}
		catch (IOException ex) {
			// There are no parameters; that the body cannot be read is said when it is
			// to go to the function
			return "";
		}
	}

}
