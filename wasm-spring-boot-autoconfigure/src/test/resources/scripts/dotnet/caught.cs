using System;
using System.Collections.Generic;
using System.Globalization;

public class Caught {
	static int depth;

	Caught(int n) {
		depth = n;
		new Caught(n + 1);
	}

	static int Deep(int n) {
		return n + Deep(n + 1);
	}

	class Endless {
		public override string ToString() {
			return "again " + this;
		}
	}

	public static object Handle(string input) {
		var held = new List<object>();
		try {
			switch (input) {
				case "recursion": return Deep(0);
				case "constructor": return new Caught(0);
				case "to-string": return new Endless().ToString();
				case "allocation": for (;;) held.Add(new int[1000]);
				case "one-allocation": return new byte[1 << 30].Length;
				case "null": return ((string) null).Length;
				case "cast": return (int) (object) "text";
				case "number": return int.Parse("text", CultureInfo.InvariantCulture);
				case "division": return 1 / (depth - depth);
				case "exit": Environment.Exit(0); break;
				case "thread": new System.Threading.Thread(() => { }).Start(); break;
				case "file": return System.IO.File.ReadAllText("/etc/passwd");
				case "network": return new System.Net.WebClient().DownloadString("http://127.0.0.1/");
				case "process": return System.Diagnostics.Process.Start("ls").Id;
			}
			return "nothing";
		}
		catch (Exception thrown) {
			held = null;
			return thrown.GetType().Name;
		}
	}
}
