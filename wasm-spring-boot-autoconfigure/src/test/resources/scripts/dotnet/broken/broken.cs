public static class Broken { static int[] rates;
	static readonly int rate = rates[0];

	public static object Handle(object input) {
		return rate;
	}
}
