// What people expect of the language and of the class libraries: each of them does something.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading.Tasks;

public enum Color { Red, Green = 5 }

public struct Point {
	public int X;
	public int Y { get; set; }
}

public class Line {
	public string Sku { get; set; } = "KB";
	public decimal Price { get; set; }
	public int? Cents { get; private set; } = 5;
	protected int hidden = 1;
}

public interface IGreets {
	string Greet(string name);
}

public abstract class Greeter : IGreets {
	protected abstract string Word { get; }

	public virtual string Greet(string name) {
		return $"{Word}, {name}!";
	}
}

public sealed class Polite : Greeter {
	protected override string Word => "Hello";

	public override string Greet(string name) {
		return base.Greet(name.ToUpperInvariant());
	}
}

public static class Language {
	delegate int Doubles(int n);

	static event Action<string> Heard;

	static IEnumerable<int> Numbers() {
		yield return 1;
		foreach (int n in new[] { 2, 3 }) yield return n;
	}

	static T Largest<T>(params T[] all) where T : IComparable<T> {
		return all.Aggregate((a, b) => a.CompareTo(b) > 0 ? a : b);
	}

	static async Task<int> Later(int n) {
		return await Task.FromResult(n) + await Task.FromResult(1);
	}

	static string Thrown(Action what) {
		try {
			what();
			return "nothing";
		}
		catch (ArgumentException thrown) when (thrown.ParamName == "filtered") {
			return "filtered";
		}
		catch (Exception thrown) {
			return thrown.GetType().Name;
		}
		finally {
			Heard?.Invoke("finally");
		}
	}

	public static object Handle(Dictionary<string, object> input) {
		var culture = CultureInfo.InvariantCulture;
		var heard = new List<string>();
		Heard += heard.Add;
		var noon = new DateTime(2026, 7, 1, 12, 0, 0, DateTimeKind.Utc);
		Match match = Regex.Match("on 2026-05", @"(?<year>\d{4})-(?<month>\d\d)");
		Doubles doubles = n => n * 2;
		var (first, second) = (1, "two");
		object any = 42;
		Func<int, int> factorial = null;
		factorial = n => n <= 1 ? 1 : n * factorial(n - 1);
		using (var sha = SHA256.Create())
		using (var md5 = MD5.Create())
		using (var hmac = new HMACSHA256(Encoding.UTF8.GetBytes("k")))
			return new Dictionary<string, object> {
				["strings"] = new object[] { "gr\u00fc\u00dfe".ToUpperInvariant(), "a,b;c".Split(',', ';'), string.Join("-", 1, 2), "  x ".Trim(), "abc".Substring(1).Replace('c', 'd'), string.Format(culture, "{0,5}|{1:F2}|{2:X}", "a", 1.005, 255), new StringBuilder("x").Append(1).Insert(0, "<").ToString(), $"{1234567.891:N2}", "b".CompareTo("a"), new string("abc".Reverse().ToArray()) },
				["regex"] = new object[] { match.Groups["year"].Value, match.Groups["month"].Value, Regex.Replace("ab c\u00e9", @"(\w+)", "<$1>"), Regex.Split("a1b2", @"\d"), Regex.Replace("a1b2", @"\d", m => (int.Parse(m.Value) * 2).ToString()), Regex.IsMatch("ABC", "abc", RegexOptions.IgnoreCase | RegexOptions.Compiled) },
				["linq"] = new object[] { Enumerable.Range(1, 5).Where(n => n % 2 == 1).Select(n => n * n), new[] { "b", "a" }.OrderBy(s => s), new[] { 1, 2, 3, 4 }.GroupBy(n => n % 2).ToDictionary(g => g.Key == 0 ? "even" : "odd", g => g.Sum()), (from a in new[] { 1, 2 } from b in new[] { 10, 20 } where a * b != 20 select a + b).ToList(), Numbers().Zip(Numbers().Skip(1), (a, b) => a * b), new[] { 1, 1, 2 }.Distinct().Count() },
				["collections"] = new object[] { new SortedDictionary<string, int> { ["b"] = 2, ["a"] = 1 }, new HashSet<int> { 1, 1, 2 }, new Queue<int>(new[] { 1, 2 }).Dequeue(), new Stack<int>(new[] { 1, 2 }), new LinkedList<int>(new[] { 3 }), new SortedSet<string> { "b", "a" } },
				["dates"] = new object[] { noon, noon.AddMonths(-5).AddDays(27).ToString("dd.MM.yy", culture), (new DateTime(2026, 7, 15) - new DateTime(2026, 7, 1)).Days, DateTime.Parse("2026-02-28", culture).AddDays(1).DayOfWeek, new DateTimeOffset(2026, 7, 1, 12, 0, 0, TimeSpan.FromHours(2)), TimeSpan.FromMinutes(90), noon.ToString("D", new CultureInfo("de-DE")), DateTime.IsLeapYear(2028) },
				["numbers"] = new object[] { 1.10m + 2.205m, Math.Round(2.675m, 2), Math.Round(2.5), decimal.MaxValue, BigInteger.Pow(2, 100), long.MaxValue, 0.1 + 0.7, 1e100, 7 / 2, -7 % 3, checked((byte) 255), 0.1f, Convert.ToString(5, 2), 1234.5.ToString("N", new CultureInfo("de-DE")), double.Parse("1.5", culture), ulong.MaxValue },
				["hashes"] = new object[] { Hex(sha.ComputeHash(Encoding.UTF8.GetBytes("x"))), Hex(md5.ComputeHash(Encoding.UTF8.GetBytes("x"))), Hex(hmac.ComputeHash(Encoding.UTF8.GetBytes("m"))), Convert.ToBase64String(Encoding.UTF8.GetBytes("well")) },
				["objects"] = new object[] { new Line(), new Point { X = 1 }, Color.Green, new Polite().Greet("Ada"), new { anonymous = true, nested = new { deep = 1 } }, Enum.Parse(typeof(Color), "red", true), new Guid("aad03681-8b63-5304-89e0-8ca8f49461b5"), (Color) 0, typeof(Line).GetProperties().Length, Activator.CreateInstance<Line>().Sku },
				["errors"] = new object[] { Thrown(() => { throw new ArgumentException("x", "filtered"); }), Thrown(() => int.Parse("x")), Thrown(() => { checked { int n = int.MaxValue; n += heard.Count + 1; } }), Thrown(() => new int[1][heard.Count] = 1), Thrown(() => { object none = null; none.ToString(); }), Thrown(() => { }), heard.Count },
				["streams"] = new object[] { new StringReader("a\nb").ReadLine(), Encoding.UTF8.GetByteCount("\u00fc"), BitConverter.ToInt32(new byte[] { 1, 2, 0, 0 }, 0), Uri.EscapeDataString("\u00fc/ "), new Uri("https://example.org:8443/a?x=1").Port, System.Net.WebUtility.HtmlEncode("<a>") },
				["language"] = new object[] { first, second, doubles(21), any is int whole ? whole + 1 : 0, factorial(5), Largest(1, 3, 2), Later(1).Result, nameof(Language), input.Count, ((string) null)?.Length ?? -1, string.IsNullOrEmpty(input as object as string), new Func<int, Func<int, int>>(a => b => a + b)(1)(2), Tuple.Create(1, "a").Item2 }
			};
	}

	static string Hex(byte[] bytes) {
		return BitConverter.ToString(bytes, 0, 4).Replace("-", "").ToLowerInvariant();
	}
}
