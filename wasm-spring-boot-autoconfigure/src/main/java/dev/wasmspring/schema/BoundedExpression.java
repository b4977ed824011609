package dev.wasmspring.schema;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A regular expression of a schema, in the dialect of ECMAScript as far as Java's has the
 * same, and matching that ends at a deadline: some expressions take longer for some texts
 * than anybody would wait. Immutable, shared by all threads.
 */
final class BoundedExpression {

	/** Until when the check on this thread may go on, as System.nanoTime() has it. */
	private static final ThreadLocal<Long> DEADLINE = new ThreadLocal<>();

	private final Pattern pattern;

	private BoundedExpression(Pattern pattern) {
		this.pattern = pattern;
	}

	/**
	 * Compiles an expression.
	 * @throws IllegalArgumentException if it is none, with the reason
	 */
	static BoundedExpression compile(String expression) {
		try {
			return new BoundedExpression(Pattern.compile(translate(expression)));
		}
		catch (PatternSyntaxException ex) {
			throw new IllegalArgumentException(ex.getDescription(), ex);
		}
	}

	/**
	 * Java's {@code $} matches before a newline at the end as well, and in its classes of
	 * characters {@code [} and {@code &&} have a meaning.
	 */
	private static String translate(String expression) {
		StringBuilder translated = new StringBuilder();
		boolean inClass = false;
		for (int i = 0; i < expression.length(); i++) {
			char c = expression.charAt(i);
			if (c == '\\' && i + 1 < expression.length()) {
				translated.append(c).append(expression.charAt(++i));
			}
			else if (inClass && (c == '[' || c == '&')) {
				translated.append('\\').append(c);
			}
			else if (!inClass && c == '$') {
				translated.append("\\z");
			}
			else {
				inClass = (c == '[') || (inClass && c != ']');
				translated.append(c);
			}
		}
		return translated.toString();
	}

	/**
	 * Runs a check whose expressions have to come to an end.
	 * @param deadline as {@link System#nanoTime()} has it
	 */
	static void until(long deadline, Runnable check) {
		DEADLINE.set(deadline);
		try {
			check.run();
		}
		finally {
			DEADLINE.remove();
		}
	}

	/**
	 * Whether the expression is found in a text.
	 * @throws DeadlineException if that takes too long
	 */
	boolean isFoundIn(String text) {
		Long deadline = DEADLINE.get();
		return this.pattern.matcher((deadline != null) ? new BoundedText(text, deadline) : text).find();
	}

	/**
	 * Thrown when a check did not come to its end before its deadline.
	 */
	static final class DeadlineException extends RuntimeException {

		DeadlineException() {
			super(null, null, false, false);
		}

	}

	/**
	 * A text that cannot be read any more after a deadline. Used by one thread.
	 */
	private static final class BoundedText implements CharSequence {

		private static final int READS_BETWEEN_LOOKS = 1 << 12;

		private final CharSequence text;

		private final long deadline;

		private int reads;

		BoundedText(CharSequence text, long deadline) {
			this.text = text;
			this.deadline = deadline;
		}

		@Override
		public char charAt(int index) {
			if (++this.reads == READS_BETWEEN_LOOKS) {
				this.reads = 0;
				if (System.nanoTime() - this.deadline > 0 || Thread.currentThread().isInterrupted()) {
					throw new DeadlineException();
				}
			}
			return this.text.charAt(index);
		}

		@Override
		public int length() {
			return this.text.length();
		}

		@Override
		public CharSequence subSequence(int start, int end) {
			return new BoundedText(this.text.subSequence(start, end), this.deadline);
		}

		@Override
		public String toString() {
			return this.text.toString();
		}

	}

}
