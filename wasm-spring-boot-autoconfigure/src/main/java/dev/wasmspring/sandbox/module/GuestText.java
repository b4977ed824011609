package dev.wasmspring.sandbox.module;

import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a guest says, or what a module names something, made fit for whoever reads it.
 * Stateless.
 */
public final class GuestText {

	private static final char REPLACEMENT = '\uFFFD';

	private static final int MAX_LINES = 1_000;

	private GuestText() {
	}

	/**
	 * Text that cannot forge lines, steer a terminal or turn the direction of writing.
	 * @param text anything
	 * @return the text with a replacement for every control character but tabs
	 */
	public static String neutral(String text) {
		StringBuilder neutral = new StringBuilder(text.length());
		text.codePoints().forEach((c) -> neutral.appendCodePoint(isHarmless(c) ? c : REPLACEMENT));
		return neutral.toString();
	}

	private static boolean isHarmless(int c) {
		return c == '\t' || !(Character.isISOControl(c) || switch (Character.getType(c)) {
			case Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE -> true;
			default -> false;
		});
	}

	/**
	 * What a guest says in a few words.
	 * @param text text in UTF-8, or anything
	 * @return the text in one line, with a replacement for every other control character
	 */
	public static String inOneLine(byte[] text) {
		return lines(text).map(String::strip).filter((line) -> !line.isEmpty()).collect(Collectors.joining("; "));
	}

	/**
	 * What a guest has printed, line by line and fit for a log.
	 * @param text text in UTF-8, or anything
	 * @return at most 1,000 lines: text is bounded in bytes, but a line may be of one
	 */
	public static Stream<String> lines(byte[] text) {
		return new String(text, StandardCharsets.UTF_8).lines().limit(MAX_LINES).map(GuestText::neutral);
	}

}
