using System;
using System.Security.Cryptography;

public static class Fresh {
	// Made once, and seeded anew in each call
	static readonly Random random = new Random();

	public static object Handle(object input) {
		var bytes = new byte[8];
		using (var generator = RandomNumberGenerator.Create()) generator.GetBytes(bytes);
		return new { random = random.Next() + "-" + new Random().Next(), uuid = Guid.NewGuid(), bytes = BitConverter.ToString(bytes), now = DateTimeOffset.Now.ToUnixTimeMilliseconds() };
	}
}
