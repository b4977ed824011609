using System;
using System.Collections.Generic;

public static class Answer {
	public static object Handle(object input) {
		string kind = input == null ? "null" : input is object[] ? "list" : input is IDictionary<string, object> ? "object" : input.GetType().Name;
		return new { kind, input };
	}
}
