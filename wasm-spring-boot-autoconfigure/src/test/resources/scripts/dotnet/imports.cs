public static class Imports {
	public static object Handle(int input) {
		return new { gross = Tax.Rates.Gross(input) };
	}
}
