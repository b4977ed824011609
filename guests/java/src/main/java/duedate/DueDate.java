package duedate;

import guest.Guest;

public class DueDate {

	public static void main(String[] args) {
		Guest.export(DueDate::handle);
	}

	static byte[] handle(byte[] input) {
		if (input.length == 0) throw new IllegalArgumentException("nothing");
		return ("hello " + new String(input)).getBytes();
	}

}
