package duedate;

import java.nio.charset.StandardCharsets;
import java.util.Map;

import guest.Guest;
import guest.Json;

/**
 * When something is due: {"from":"2026-03-31","days":10} counts days of work, without weekends and without the days
 * on which Europe's payments rest (TARGET): New Year, Good Friday, Easter Monday, 1 May, 25 and 26 December.
 */
public final class DueDate {

	private static final String[] WEEKDAYS = { "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
			"Sunday" };

	private static final int MOST = 1_000;

	private DueDate() {
	}

	public static void main(String[] args) {
		Guest.export(DueDate::handle, "{\"from\":\"2026-04-02\",\"days\":1}", "{}");
	}

	static byte[] handle(byte[] input) {
		return answer(new String(input, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
	}

	static String answer(String input) {
		if (!(Json.parse(input) instanceof Map<?, ?> request)) {
			throw new IllegalArgumentException("an object with \"from\" and \"days\" is expected");
		}
		if (!(request.get("from") instanceof String from)) {
			throw new IllegalArgumentException("\"from\" is a date such as \"2026-03-31\"");
		}
		if (!(request.get("days") instanceof Long days) || days < 0 || days > MOST) {
			throw new IllegalArgumentException("\"days\" is a whole number from 0 to " + MOST);
		}
		Day day = Day.parse(from);
		int skipped = 0;
		for (long left = days; left > 0;) {
			day = day.next();
			if (isWorkday(day)) {
				left--;
			}
			else {
				skipped++;
			}
		}
		return "{\"due\":" + Json.quote(day.toString()) + ",\"weekday\":" + Json.quote(WEEKDAYS[day.weekday()])
				+ ",\"skipped\":" + skipped + "}";
	}

	private static boolean isWorkday(Day day) {
		if (day.weekday() >= 5) {
			return false;
		}
		int date = day.month() * 100 + day.day();
		if (date == 101 || date == 501 || date == 1225 || date == 1226) {
			return false;
		}
		long afterEaster = day.number() - easter(day.year()).number();
		return afterEaster != -2 && afterEaster != 1;
	}

	/** Easter Sunday: the algorithm of Meeus, Jones and Butcher. */
	private static Day easter(int year) {
		int a = year % 19;
		int b = year / 100;
		int c = year % 100;
		int h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
		int l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
		int m = (a + 11 * h + 22 * l) / 451;
		int month = (h + l - 7 * m + 114) / 31;
		return new Day(year, month, (h + l - 7 * m + 114) % 31 + 1);
	}

}
