public static class Doubled {
	public static int Handle(int input) {
		return input * 2;
	}
}
