public static class Endless {
	static readonly int never = Loop();

	static int Loop() {
		for (;;) { }
	}

	public static object Handle(object input) {
		return never;
	}
}
