package duedate;

import guest.Guest;

/** The function as a command. */
public final class Command {

	private Command() {
	}

	public static void main(String[] args) {
		Guest.run(DueDate::handle);
	}

}
