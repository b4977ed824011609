package duedate;

/** A day of the Gregorian calendar. TeaVM's java.time is a library of its own, and many times larger. */
record Day(int year, int month, int day) {

	static Day parse(String text) {
		boolean written = text.length() == 10;
		for (int i = 0; written && i < 10; i++) {
			char c = text.charAt(i);
			written = (i == 4 || i == 7) ? c == '-' : c >= '0' && c <= '9';
		}
		if (!written) {
			throw new IllegalArgumentException("'" + text + "' is no date such as 2026-03-31");
		}
		Day day = new Day(Integer.parseInt(text.substring(0, 4)), Integer.parseInt(text.substring(5, 7)),
				Integer.parseInt(text.substring(8)));
		if (day.year < 1583 || day.month < 1 || day.month > 12 || day.day < 1 || day.day > day.lastDay()) {
			throw new IllegalArgumentException("there is no " + text);
		}
		return day;
	}

	private int lastDay() {
		if (this.month == 2) {
			return (this.year % 4 == 0 && (this.year % 100 != 0 || this.year % 400 == 0)) ? 29 : 28;
		}
		return (this.month == 4 || this.month == 6 || this.month == 9 || this.month == 11) ? 30 : 31;
	}

	Day next() {
		if (this.day < lastDay()) {
			return new Day(this.year, this.month, this.day + 1);
		}
		return (this.month < 12) ? new Day(this.year, this.month + 1, 1) : new Day(this.year + 1, 1, 1);
	}

	/** Days since some day. */
	long number() {
		int years = (this.month > 2) ? this.year : this.year - 1;
		int months = (this.month > 2) ? this.month : this.month + 12;
		return 365L * years + years / 4 - years / 100 + years / 400 + (153 * months - 457) / 5 + this.day;
	}

	/** From 0, a Monday. */
	int weekday() {
		return (int) ((number() + 1) % 7);
	}

	@Override
	public String toString() {
		return padded(this.year, 4) + "-" + padded(this.month, 2) + "-" + padded(this.day, 2);
	}

	private static String padded(int number, int digits) {
		StringBuilder text = new StringBuilder().append(number);
		while (text.length() < digits) {
			text.insert(0, '0');
		}
		return text.toString();
	}

}
