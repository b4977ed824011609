using System;

public static class Prints {
	static readonly string ready = Print("ready");

	static string Print(string text) {
		Console.WriteLine(text);
		return text;
	}

	public static object Handle(object input) {
		return "done";
	}
}
