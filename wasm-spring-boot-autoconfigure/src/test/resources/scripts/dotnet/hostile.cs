using System;
using System.Collections.Generic;
using System.Text.RegularExpressions;
using System.Threading;

public static class Hostile {
	static readonly List<object> held = new List<object>();

	static int Deep(int n) {
		return n + Deep(n + 1);
	}

	public static object Handle(string input) {
		switch (input) {
			case "loop": for (;;) { }
			case "recursion": return Deep(0);
			case "allocation": for (;;) held.Add(new int[1000]);
			case "one-allocation": return new byte[1 << 30].Length;
			case "output": return new string('x', 2000000);
			case "printing": for (;;) Console.WriteLine("and again");
			case "regular-expression": return Regex.IsMatch(new string('a', 40) + "!", "^(a+)+$");
			case "sleep": Thread.Sleep(60000); break;
		}
		return "well";
	}
}
