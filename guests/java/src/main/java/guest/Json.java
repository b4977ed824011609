package guest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads JSON: an object is a Map, an array a List, a number a Long or a Double. Lives for one text. Libraries that
 * need reflection do not run here.
 */
public final class Json {

	private static final int DEEPEST = 200;

	private final String text;

	private int at;

	private Json(String text) {
		this.text = text;
	}

	/** Reads one value and nothing behind it; an IllegalArgumentException says what is wrong, and where. */
	public static Object parse(String text) {
		Json json = new Json(text);
		Object value = json.value(0);
		if (json.peek() != 0) {
			throw json.wrong("nothing more is expected");
		}
		return value;
	}

	/** A text as it stands in JSON, with its quotes. */
	public static String quote(String text) {
		StringBuilder quoted = new StringBuilder("\"");
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			if (c == '"' || c == '\\') {
				quoted.append('\\').append(c);
			}
			else if (c < ' ') {
				quoted.append("\\u00").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
			}
			else {
				quoted.append(c);
			}
		}
		return quoted.append('"').toString();
	}

	private Object value(int depth) {
		if (depth > DEEPEST) {
			throw wrong("it is nested too deep");
		}
		char c = peek();
		if (c == '{') {
			Map<String, Object> object = new LinkedHashMap<>();
			this.at++;
			if (!next('}')) {
				do {
					if (peek() != '"') {
						throw wrong("a name is expected");
					}
					String name = string();
					expect(':');
					object.put(name, value(depth + 1));
				}
				while (next(','));
				expect('}');
			}
			return object;
		}
		if (c == '[') {
			List<Object> array = new ArrayList<>();
			this.at++;
			if (!next(']')) {
				do {
					array.add(value(depth + 1));
				}
				while (next(','));
				expect(']');
			}
			return array;
		}
		if (c == '"') {
			return string();
		}
		if (c == '-' || (c >= '0' && c <= '9')) {
			return number();
		}
		for (String word : new String[] { "true", "false", "null" }) {
			if (this.text.startsWith(word, this.at)) {
				this.at += word.length();
				return word.equals("null") ? null : word.equals("true");
			}
		}
		throw wrong("a value is expected");
	}

	private Object number() {
		int start = this.at;
		while (this.at < this.text.length() && "+-.eE0123456789".indexOf(this.text.charAt(this.at)) >= 0) {
			this.at++;
		}
		String number = this.text.substring(start, this.at);
		try {
			return Long.parseLong(number);
		}
		catch (NumberFormatException ex) {
			try {
				return Double.parseDouble(number);
			}
			catch (NumberFormatException none) {
				throw wrong("'" + number + "' is no number");
			}
		}
	}

	private String string() {
		StringBuilder string = new StringBuilder();
		this.at++;
		while (this.at < this.text.length()) {
			char c = this.text.charAt(this.at++);
			if (c == '"') {
				return string.toString();
			}
			string.append((c == '\\') ? escaped() : c);
		}
		throw wrong("a string does not end");
	}

	private char escaped() {
		char c = (this.at < this.text.length()) ? this.text.charAt(this.at++) : 0;
		switch (c) {
			case 'n':
				return '\n';
			case 't':
				return '\t';
			case 'r':
				return '\r';
			case 'b':
				return '\b';
			case 'f':
				return '\f';
			case '"':
			case '\\':
			case '/':
				return c;
			case 'u':
				int code = 0;
				for (int i = 0; i < 4; i++) {
					int digit = (this.at < this.text.length()) ? Character.digit(this.text.charAt(this.at++), 16) : -1;
					if (digit < 0) {
						throw wrong("four hexadecimal digits are expected");
					}
					code = code * 16 + digit;
				}
				return (char) code;
			default:
				throw wrong("an unknown escape");
		}
	}

	/** The next character that is no white space; 0 at the end. */
	private char peek() {
		while (this.at < this.text.length()) {
			char c = this.text.charAt(this.at);
			if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
				return c;
			}
			this.at++;
		}
		return 0;
	}

	private boolean next(char c) {
		if (peek() != c) {
			return false;
		}
		this.at++;
		return true;
	}

	private void expect(char c) {
		if (!next(c)) {
			throw wrong("'" + c + "' is expected");
		}
	}

	private IllegalArgumentException wrong(String what) {
		return new IllegalArgumentException("the JSON is wrong at " + (this.at + 1) + ": " + what);
	}

}
