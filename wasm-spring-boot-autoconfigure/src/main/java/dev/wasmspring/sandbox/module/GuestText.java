package dev.wasmspring.sandbox.module;

/**
 * What a guest says, or what a module names something, made fit for whoever reads it.
 * Stateless.
 */
public final class GuestText {

	private static final char REPLACEMENT = '\uFFFD';

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

}
