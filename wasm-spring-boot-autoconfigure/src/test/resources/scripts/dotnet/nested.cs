public static class Nested {
	public static object Handle(object input) {
		return input is object[];
	}
}
