package dev.wasmspring.script;

/**
 * An exception that a script threw and did not catch, with the lines of the script as its
 * stack trace. The script chose what it says: it is for logs and for the application, and
 * not for whoever called it over the network.
 */
public final class ScriptException extends RuntimeException {

	private final String type;

	private final String detail;

	private final String file;

	private final int line;

	private final int column;

	private final String source;

	private ScriptException(ScriptReport report) {
		super(report.summary() + (report.place().isEmpty() ? "" : ", at " + report.place())
				+ (report.source().isEmpty() ? "" : ": " + report.source().strip()), null, false, true);
		this.type = report.type();
		this.detail = report.message();
		this.file = report.file();
		this.line = report.line();
		this.column = report.column();
		this.source = report.source();
		setStackTrace(report.stack().stream().map(ScriptReport.Frame::toElement).toArray(StackTraceElement[]::new));
	}

	/**
	 * The exception that a runtime reports.
	 * @param report the report, in JSON
	 * @return the exception
	 */
	public static ScriptException of(byte[] report) {
		return new ScriptException(ScriptReport.parse(report));
	}

	/**
	 * Stands for the lines of the script, not for those of the host.
	 */
	@Override
	public Throwable fillInStackTrace() {
		return this;
	}

	/**
	 * The type of the exception in the script's language.
	 * @return for example {@code TypeError}; empty if it has none
	 */
	public String type() {
		return this.type;
	}

	/**
	 * What the exception says.
	 * @return its message, possibly empty
	 */
	public String detail() {
		return this.detail;
	}

	/**
	 * The file in which it was thrown.
	 * @return the script or one of its modules, for example {@code pricing/tax.js}; empty
	 * if that is not known
	 */
	public String file() {
		return this.file;
	}

	/**
	 * The line in which it was thrown.
	 * @return from 1, or 0 if it is not known
	 */
	public int line() {
		return this.line;
	}

	/**
	 * The column at which it was thrown.
	 * @return from 1, or 0 if it is not known
	 */
	public int column() {
		return this.column;
	}

	/**
	 * The line itself.
	 * @return text, possibly empty
	 */
	public String source() {
		return this.source;
	}

}
