package duedate;

/** The function's own tests, on the JVM: java -ea. */
public final class DueDateTest {

	private DueDateTest() {
	}

	public static void main(String[] args) {
		expect("{\"from\":\"2026-02-20\",\"days\":1}", "{\"due\":\"2026-02-23\",\"weekday\":\"Monday\",\"skipped\":2}");
		expect("{\"from\":\"2026-04-02\",\"days\":1}", "{\"due\":\"2026-04-07\",\"weekday\":\"Tuesday\",\"skipped\":4}");
		expect("{\"from\":\"2026-12-24\",\"days\":5}", "{\"due\":\"2027-01-04\",\"weekday\":\"Monday\",\"skipped\":6}");
		expect("{\"from\":\"2024-02-28\",\"days\":1}", "{\"due\":\"2024-02-29\",\"weekday\":\"Thursday\",\"skipped\":0}");
		expect("{\"from\":\"2026-03-31\",\"days\":0}", "{\"due\":\"2026-03-31\",\"weekday\":\"Tuesday\",\"skipped\":0}");
		expect("{\"from\":\"2026-02-30\",\"days\":1}", "there is no 2026-02-30");
		expect("{\"from\":\"soon\",\"days\":1}", "'soon' is no date such as 2026-03-31");
		expect("{\"from\":\"2026-03-31\",\"days\":-1}", "\"days\" is a whole number from 0 to 1000");
		expect("{\"days\":1}", "\"from\" is a date such as \"2026-03-31\"");
		expect("[]", "an object with \"from\" and \"days\" is expected");
		expect("{", "the JSON is wrong at 2: a name is expected");
		System.out.println("duedate: all tests passed");
	}

	private static void expect(String input, String expected) {
		String actual;
		try {
			actual = DueDate.answer(input);
		}
		catch (IllegalArgumentException ex) {
			actual = ex.getMessage();
		}
		if (!actual.equals(expected)) {
			throw new AssertionError(input + ": expected " + expected + ", but was " + actual);
		}
	}

}
