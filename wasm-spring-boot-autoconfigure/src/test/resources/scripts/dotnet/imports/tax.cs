namespace Tax {
	public static class Rates {
		static readonly int standard = 19;

		public static int Gross(int net) {
			return net * (100 + standard) / 100;
		}
	}
}
