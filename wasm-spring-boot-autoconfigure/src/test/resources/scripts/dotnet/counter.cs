using System.Collections.Generic;
using System.Globalization;
using System.Threading;

public static class Counter {
	static int count;
	static readonly List<object> seen = new List<object>();

	public static class Kept {
		public static int Times { get; set; }
	}

	public static object Handle(object input) {
		count++;
		seen.Add(input);
		Kept.Times++;
		// What belongs to the libraries is the call's as well
		if (CultureInfo.CurrentCulture.Name != "") Kept.Times += 100;
		Thread.CurrentThread.CurrentCulture = new CultureInfo("de-DE");
		return new { count, seen = seen.Count, kept = Kept.Times };
	}
}
