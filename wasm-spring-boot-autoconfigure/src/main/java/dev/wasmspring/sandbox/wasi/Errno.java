package dev.wasmspring.sandbox.wasi;

/**
 * The error numbers of WASI preview 1 that sandboxes answer with; Chicory's are not
 * public. Immutable.
 */
enum Errno {

	SUCCESS(0), BADF(8), EXIST(20), ILSEQ(25), INVAL(28), ISDIR(31), MFILE(33), NAMETOOLONG(37), NOENT(44), NOSPC(51),
	NOSYS(52), NOTDIR(54), NOTEMPTY(55), NOTSOCK(57), NOTSUP(58), PERM(63), ROFS(69), SPIPE(70), XDEV(75),
	NOTCAPABLE(76);

	private final int value;

	Errno(int value) {
		this.value = value;
	}

	int value() {
		return this.value;
	}

	ErrnoException failure() {
		return new ErrnoException(this);
	}

	/**
	 * Fails if something is not so that must be so.
	 */
	void unless(boolean condition) {
		if (!condition) {
			throw failure();
		}
	}

	/**
	 * Ends a function of WASI, which answers with the number. Not a failure to look into,
	 * so without a stack trace.
	 */
	static final class ErrnoException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		private final Errno errno;

		private ErrnoException(Errno errno) {
			super(errno.name(), null, false, false);
			this.errno = errno;
		}

		Errno errno() {
			return this.errno;
		}

	}

}
