using System.Collections.Generic;

public static class Returned {
	public static object Handle(object input) {
		switch (input as string) {
			case "nothing": return null;
			case "text": return "gr\u00fc\u00df \U0001f600";
			case "bytes": return new byte[] { 0, 255, 7 };
			case "number": return 0.1;
			case "list": return new List<object> { 1, "two", null, true };
		}
		return new Dictionary<string, object> { ["of"] = input };
	}
}
