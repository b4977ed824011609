public class Person {
	public string Name { get; set; }
}

public static class Trivial {
	public static object Handle(Person input) {
		return new { greeting = "Hello, " + input.Name };
	}
}
