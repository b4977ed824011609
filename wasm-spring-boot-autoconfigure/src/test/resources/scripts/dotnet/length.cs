using System.Collections;

public static class Length {
	public static object Handle(object input) {
		var text = input as string;
		var all = input as ICollection;
		return new { text = text != null, length = text != null ? text.Length : all != null ? all.Count : -1 };
	}
}
