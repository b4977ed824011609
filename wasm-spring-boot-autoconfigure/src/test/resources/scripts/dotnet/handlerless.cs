public static class Handlerless {
	public static object Price(object input) {
		return 1;
	}
}
