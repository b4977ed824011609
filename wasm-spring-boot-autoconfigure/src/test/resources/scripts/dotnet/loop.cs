public static class Loop {
	public static int Handle(int input) {
		for (;;) { }
	}
}
