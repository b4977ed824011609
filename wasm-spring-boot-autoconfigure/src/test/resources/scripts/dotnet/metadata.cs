using System;
using System.Collections.Generic;

public static class Metadata {
	public static object Handle(object input, IDictionary<string, object> headers) {
		object caller;
		Console.WriteLine("called by {0}", headers.TryGetValue("caller", out caller) ? caller : "nobody");
		return headers;
	}
}
