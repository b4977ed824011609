// The lines of this script stand in the tests.
using System; using System.Collections.Generic;
public class Shortage : Exception { public Shortage(string message) : base(message) { } }
public static class Failing {

	static int inner(object amount) {
		// Types of exceptions are the script's own
		throw new Shortage("only " + amount + " left");
	}

	public static object handle(Dictionary<string, object> input) {
		return inner(input["amount"]);
	}
}
