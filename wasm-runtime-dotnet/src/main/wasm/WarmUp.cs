// What most handlers do, done once before any script is loaded: the methods that it runs are ready then, in the memory that
// all scripts and calls share.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Numerics;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading.Tasks;

// A handler, for the way through the reactor.
public static class Sample {
	public static object Handle(object input, IDictionary<string, object> headers) {
		var members = (Dictionary<string, object>) input;
		var list = (object[]) members["a"];
		return new Dictionary<string, object> {
			["name"] = headers["name"], ["list"] = list, ["count"] = list.Length, ["long"] = 12345678901L, ["half"] = 0.5, ["price"] = 1.10m, ["none"] = null, ["yes"] = true,
			["object"] = new { Name = "anonymous", Cents = 5, Price = 1.5m, Half = 0.5 }, ["numbers"] = new List<int> { 1, 2 }, ["texts"] = new[] { "a", "b" },
			["day"] = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc), ["id"] = Guid.Empty, ["kind"] = DayOfWeek.Monday
		};
	}
}

namespace Scripts {

class WarmLine {
	public string Sku { get; set; }
	public int Quantity { get; set; }
	public decimal Price { get; set; }
	public double Weight { get; set; }
	public decimal Total { get { return Quantity * Price; } }
}

class WarmOrder {
	public string Customer { get; set; }
	public DateTime Date { get; set; }
	public List<WarmLine> Lines { get; set; }
	public WarmLine[] More;
	public Dictionary<string, int> Counts { get; set; }
	public int? Maybe { get; set; }
}

static class Warm {
	static void Ignore(object result) { }

	internal static void All() {
		Text();
		Collections();
		Numbers();
		Dates();
		Expressions();
		Errors();
		Shapes();
		Console.WriteLine();
	}

	static void Text() {
		var text = new StringBuilder();
		text.Append("a").Append('b').Append(1).Append(2.5).Append(1.5m).AppendLine("c").AppendFormat(CultureInfo.InvariantCulture, "{0} {1:F2} {2,5}", 1, 2.5, "x").Insert(0, "x").Replace("x", "y");
		string made = text.ToString();
		Ignore($"{made} {1} {2.5:F2} {3m}");
		Ignore(string.Join(",", made.Split(',', ' ').Select(s => s.Trim().ToUpperInvariant() + s.ToLower()).ToArray()) + string.Join(", ", new List<string> { "a", "b" }) + string.Concat(1, "b", 'c'));
		Ignore(made.IndexOf("b") + made.IndexOf('b') + made.LastIndexOf("b", StringComparison.Ordinal) + string.Compare("a", "b") + string.CompareOrdinal("a", "b"));
		Ignore(made.StartsWith("x") | made.EndsWith("c") | made.Contains("b") | made.Equals("x", StringComparison.OrdinalIgnoreCase) | string.IsNullOrEmpty(made) | string.IsNullOrWhiteSpace(made));
		Ignore(made.Substring(1).Replace("a", "b").PadLeft(30).PadRight(32).TrimEnd().TrimStart('x').Remove(0, 1));
		Ignore(string.Format("{0} {1}", "a", 1) + char.IsDigit('1') + char.IsLetter('a') + char.ToUpper('a') + char.IsWhiteSpace(' ') + new string('x', 3) + new string("ab".Reverse().ToArray()));
		Ignore(Encoding.UTF8.GetString(Encoding.UTF8.GetBytes("gr\u00fc\u00df")) + Convert.ToBase64String(new byte[] { 1, 2, 3 }) + BitConverter.ToString(new byte[] { 1 }) + Convert.FromBase64String("AQID").Length);
		using (var writer = new StringWriter()) { writer.WriteLine("a {0}", 1); Ignore(writer.ToString()); }
		using (var reader = new StringReader("a\nb")) while (reader.ReadLine() != null) { }
		using (var stream = new MemoryStream()) { stream.WriteByte(1); stream.Write(new byte[] { 2 }, 0, 1); Ignore(stream.ToArray()); }
	}

	static void Collections() {
		var numbers = new List<int> { 3, 1, 2 };
		numbers.Sort();
		numbers.Sort((a, b) => b - a);
		numbers.AddRange(new[] { 4, 5 });
		numbers.Insert(0, 9);
		numbers.RemoveAt(0);
		numbers.Reverse();
		Ignore(numbers.Contains(3) ? numbers.IndexOf(3) : numbers.Find(n => n > 3));
		foreach (int n in numbers) Ignore(n);
		var byName = new Dictionary<string, int> { ["a"] = 1, ["b"] = 2 };
		int found;
		if (byName.TryGetValue("a", out found)) byName["a"] = found + 1;
		byName.Remove("b");
		byName.ContainsKey("x");
		foreach (KeyValuePair<string, int> each in byName) Ignore(each.Key + each.Value);
		foreach (string key in byName.Keys) Ignore(key);
		foreach (int value in byName.Values) Ignore(value);
		var objects = new Dictionary<string, object> { ["a"] = 1, ["b"] = "x" };
		foreach (KeyValuePair<string, object> each in objects) Ignore(Convert.ToInt32(each.Value is int ? each.Value : "1", CultureInfo.InvariantCulture));
		Ignore(objects.OrderBy(e => e.Key).ToDictionary(e => e.Key, e => e.Value));
		var set = new HashSet<string> { "a" };
		set.Add("b");
		Ignore(set.Contains("a"));
		var intSet = new HashSet<int> { 1 };
		Ignore(intSet.Contains(1));
		var queue = new Queue<int>(); queue.Enqueue(1); Ignore(queue.Dequeue());
		var stack = new Stack<int>(); stack.Push(1); Ignore(stack.Pop());
		var sorted = new SortedDictionary<string, int> { ["b"] = 1, ["a"] = 2 };
		foreach (var each in sorted) Ignore(each.Key);
		var lines = new List<WarmLine> { new WarmLine { Sku = "b", Quantity = 2, Price = 1.5m, Weight = 0.5 }, new WarmLine { Sku = "a", Quantity = 1, Price = 2.5m, Weight = 1.5 } };
		lines.Sort((a, b) => string.CompareOrdinal(a.Sku, b.Sku));
		lines.Sort((a, b) => b.Price.CompareTo(a.Price));
		Ignore(lines.Where(l => l.Quantity > 0).OrderBy(l => l.Sku).ThenByDescending(l => l.Price).ThenBy(l => l.Weight).Select(l => new { l.Sku, l.Total }).ToList());
		Ignore(lines.Where(l => l.Quantity > 0).OrderByDescending(l => l.Price).Select(l => l.Sku).ToArray());
		Ignore(lines.OrderBy(l => l.Quantity).ThenBy(l => l.Sku).First());
		Ignore(lines.OrderByDescending(l => l.Total).ThenBy(l => l.Sku).Take(1).ToList());
		Ignore(lines.Sum(l => l.Total) + lines.Sum(l => l.Quantity) + (decimal) lines.Sum(l => l.Weight) + lines.Max(l => l.Price) + lines.Min(l => l.Quantity) + (decimal) lines.Average(l => l.Weight) + lines.Count() + lines.Count(l => l.Quantity > 1));
		Ignore(lines.GroupBy(l => l.Sku).ToDictionary(g => g.Key, g => g.Sum(l => l.Quantity)));
		foreach (IGrouping<string, WarmLine> each in lines.GroupBy(l => l.Sku)) Ignore(each.Key + each.Count());
		Ignore(lines.First().Sku + lines.FirstOrDefault(l => l.Sku == "x") + lines.Last().Sku + lines.Any() + lines.Any(l => l.Quantity > 1) + lines.All(l => l.Quantity > 1));
		Ignore(numbers.Select((n, i) => n * i).Skip(1).Concat(Enumerable.Range(1, 3)).Distinct().Where(n => n > 0).Aggregate(0, (a, b) => a + b) + numbers.Sum() + numbers.Max() + numbers.Min());
		Ignore(lines.SelectMany(l => new[] { l.Sku }).Zip(numbers, (a, b) => a + b).Reverse().ToList());
		Ignore(numbers.Cast<object>().OfType<int>().ToArray());
		var array = new object[] { 1, "a" };
		foreach (object each in array) Ignore(each);
		Ignore(array.Cast<object>().Select(o => o.ToString()).ToList());
		var ints = new[] { 2, 1 };
		Array.Sort(ints);
		Array.Reverse(ints);
		var strings = new[] { "b", "a" };
		Array.Sort(strings, StringComparer.Ordinal);
		Ignore(Array.IndexOf(strings, "a"));
		Ignore(Tuple.Create(1, "a").Item1 + (1, "a").Item2);
	}

	static void Numbers() {
		decimal price = 10.50m;
		price += 1; price -= 0.5m; price *= 2; price /= 3; price %= 7; price = -price;
		Ignore(Math.Round(price, 2) + Math.Round(price, 2, MidpointRounding.AwayFromZero) + decimal.Round(price) + Math.Floor(price) + Math.Ceiling(price) + Math.Max(price, 1) + Math.Abs(price) + (decimal) 1.5 + (int) 2.5m + (price > 1 ? 1 : 0));
		Ignore(price.ToString(CultureInfo.InvariantCulture) + price.ToString("F2", CultureInfo.InvariantCulture) + price.ToString("0.00", CultureInfo.InvariantCulture) + 1.5.ToString("0.##", CultureInfo.InvariantCulture) + 12.ToString("D4") + 255.ToString("X") + 1234567.ToString("N0", CultureInfo.InvariantCulture));
		Ignore(decimal.Parse("1.5", CultureInfo.InvariantCulture) + int.Parse("12") + (decimal) double.Parse("1.5", CultureInfo.InvariantCulture) + long.Parse("5"));
		int whole; decimal part; double real;
		Ignore(int.TryParse("x", out whole) | decimal.TryParse("1", NumberStyles.Number, CultureInfo.InvariantCulture, out part) | double.TryParse("1", NumberStyles.Float, CultureInfo.InvariantCulture, out real));
		Ignore(Math.Round(2.675, 2) + Math.Sqrt(2) + Math.Pow(2, 10) + Math.Floor(1.5) + Math.Max(1, 2) + Math.Round(1.5, MidpointRounding.AwayFromZero));
		Ignore(Convert.ToDecimal(1.5) + Convert.ToDecimal(2) + (decimal) Convert.ToDouble(3) + Convert.ToInt64(4));
		Ignore(Convert.ToDecimal((object) 1.5, CultureInfo.InvariantCulture) + Convert.ToInt32((object) 2) + (decimal) Convert.ToDouble((object) 1));
		Ignore(BigInteger.Pow(2, 100) + BigInteger.Parse("5"));
	}

	static void Dates() {
		var day = new DateTime(2026, 2, 20);
		Ignore(day.AddDays(14).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) + day.ToString("o") + day.ToString("dd.MM.yyyy HH:mm", CultureInfo.InvariantCulture) + day.DayOfWeek + day.AddMonths(1).Subtract(day).TotalDays);
		Ignore(DateTime.Parse("2026-02-20", CultureInfo.InvariantCulture) - DateTime.ParseExact("20.02.2026", "dd.MM.yyyy", CultureInfo.InvariantCulture));
		Ignore(DateTime.Parse("2026-02-20T10:11:12Z", CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind));
		Ignore(DateTime.UtcNow);
		Ignore(DateTime.Now);
		Ignore(TimeSpan.FromMinutes(5).ToString());
		Ignore(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
		Ignore(Guid.NewGuid().ToString());
		using (var generator = System.Security.Cryptography.RandomNumberGenerator.Create()) generator.GetBytes(new byte[4]);
	}

	static void Expressions() {
		Ignore(Regex.IsMatch("abc-123", @"^[a-z]+-\d+$"));
		Match match = new Regex(@"(?<word>\w+)-(\d{1,3})", RegexOptions.IgnoreCase).Match("ABC-123");
		Ignore(match.Groups["word"].Value + match.Groups[1].Value + match.Success + match.Index);
		Ignore(Regex.Replace("a1b2", @"\d", m => "<" + m.Value + ">") + Regex.Replace("a1b2", @"(\d)", "[$1]") + string.Join("|", Regex.Split("a,b;c", "[,;]")));
		foreach (Match each in Regex.Matches("a=1 b=2", @"(\w)=(\w)")) Ignore(each.Value);
	}

	static int Thrown(int n) {
		if (n > 0) throw new ArgumentException("n is " + n, "n");
		return n;
	}

	static void Errors() {
		try { Thrown(1); }
		catch (ArgumentException thrown) { Ignore(thrown.Message + thrown.StackTrace); Runtime.Said(thrown); }
		finally { Ignore(null); }
		try { object text = "x"; Ignore((int) text); } catch (InvalidCastException) { }
		try { Ignore(new Dictionary<string, object>()["x"]); } catch (KeyNotFoundException) { }
		try { string none = null; Ignore(none.Length); } catch (NullReferenceException) { }
		try { Ignore(new int[1][5 - Thrown(0)]); } catch (IndexOutOfRangeException) { }
		try { Ignore(int.Parse("x")); } catch (FormatException) { }
		try { throw new InvalidOperationException("x", new Exception("y")); } catch (Exception thrown) { Ignore(thrown.ToString()); }
	}

	static async Task<int> Later() {
		await Task.FromResult(1);
		return 2;
	}

	static void Shapes() {
		Ignore(Later().Result);
		Ignore(Runtime.NameOf(typeof(Dictionary<string, List<int>>)));
		Shape.Of(typeof(WarmOrder)).Prepare(4);
		Native.Warm();
		Writer.Value(new WarmOrder { Customer = "x", Date = new DateTime(2026, 1, 2), Lines = new List<WarmLine> { new WarmLine { Sku = "a" } }, Counts = new Dictionary<string, int> { ["a"] = 1 } }, 0);
	}

	// Called by Native.Warm with an order.
	internal static unsafe void Read(int* tokens) { Ignore(Reader.Value(ref tokens, Shape.Of(typeof(WarmOrder)), "")); }
}

}
