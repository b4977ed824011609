package dev.wasmspring.function;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.wasmspring.sandbox.ScriptOutput;

/**
 * The convention of commands, the Common Gateway Interface (RFC 3875): variables and
 * standard input in, headers and a body out. Lives for one call, used by one thread.
 */
final class CgiConvention implements HttpConvention {

	private static final int MAX_HEADERS = 8 * 1024;

	private static final Pattern STATUS = Pattern.compile("(\\d{3})(?: .*)?");

	private final FunctionRequest request;

	private final Set<String> allowed;

	private int length;

	CgiConvention(FunctionRequest request, Set<String> allowed) {
		this.request = request;
		this.allowed = allowed;
	}

	@Override
	public byte[] input(byte[] body) {
		this.length = body.length;
		return body;
	}

	@Override
	public Map<String, String> environment() {
		Map<String, String> variables = new LinkedHashMap<>();
		variables.put("GATEWAY_INTERFACE", "CGI/1.1");
		variables.put("SERVER_SOFTWARE", "wasm");
		variables.put("SERVER_PROTOCOL", this.request.protocol());
		variables.put("SERVER_NAME", this.request.host());
		variables.put("SERVER_PORT", String.valueOf(this.request.port()));
		variables.put("REQUEST_METHOD", this.request.method());
		variables.put("SCRIPT_NAME", this.request.functionPath());
		variables.put("PATH_INFO", this.request.path());
		variables.put("QUERY_STRING", (this.request.query() != null) ? this.request.query() : "");
		if (this.length > 0) {
			variables.put("CONTENT_LENGTH", String.valueOf(this.length));
		}
		this.request.headers()
			.forEach((name, value) -> variables.put(name.equals("content-type") ? "CONTENT_TYPE"
					: "HTTP_" + name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_"), value));
		// A variable ends with a zero
		variables.values().removeIf((value) -> value.indexOf('\0') != -1);
		return variables;
	}

	@Override
	public ShapedOutput output(ScriptOutput output) {
		byte[] bytes = output.content();
		AnswerRules rules = new AnswerRules(this.allowed);
		boolean status = false;
		int headers = 0;
		int start = 0;
		while (true) {
			int end = end(bytes, start);
			String line = line(bytes, start, end);
			start = end + 1;
			if (line.isEmpty()) {
				break;
			}
			int colon = line.indexOf(':');
			if (colon < 1) {
				throw new BadAnswerException("a line before its first empty one is no header");
			}
			String name = line.substring(0, colon);
			String value = line.substring(colon + 1).strip();
			if (name.equalsIgnoreCase("status")) {
				if (status) {
					throw new BadAnswerException("it has its status twice");
				}
				status = true;
				rules.status(status(value));
			}
			else {
				rules.header(name, value);
			}
			headers++;
		}
		if (headers == 0) {
			throw new BadAnswerException("it begins with no header");
		}
		byte[] body = Arrays.copyOfRange(bytes, start, bytes.length);
		return new ShapedOutput(body, rules.contentType(), rules.answer(body, status ? 0 : 302));
	}

	private static int end(byte[] bytes, int start) {
		for (int i = start; i < Math.min(bytes.length, MAX_HEADERS); i++) {
			if (bytes[i] == '\n') {
				return i;
			}
		}
		throw new BadAnswerException("its headers do not end with an empty line");
	}

	private static String line(byte[] bytes, int start, int end) {
		boolean carriageReturn = end > start && bytes[end - 1] == '\r';
		return AnswerRules.ascii(bytes, start, carriageReturn ? end - 1 : end);
	}

	private static int status(String value) {
		Matcher status = STATUS.matcher(value);
		if (!status.matches()) {
			throw new BadAnswerException("its status is not between 200 and 599");
		}
		return Integer.parseInt(status.group(1));
	}

}
