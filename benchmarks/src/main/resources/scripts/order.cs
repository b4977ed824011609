// Prices an order: discounts, tax, rounding, sorting, a regular expression for each line, a date.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;

public class Line {
	public string Sku { get; set; }
	public string Name { get; set; }
	public int Quantity { get; set; }
	public long Cents { get; set; }
}

public class Given {
	public string Customer { get; set; }
	public string Date { get; set; }
	public List<Line> Lines { get; set; }
}

public class Priced {
	public string sku, name, variant;
	public int quantity;
	public long discount, net, tax;
}

public static class Order {
	static readonly Regex Sku = new Regex(@"^([A-Z]{2,4})-(\d{2,5})(?:-([a-z]))?$");
	static readonly Regex Spaces = new Regex(@"\s+");
	static readonly Dictionary<string, int> Customers = new Dictionary<string, int> { { "gold", 10 }, { "silver", 5 }, { "bronze", 2 } };
	static readonly Dictionary<string, int> Taxes = new Dictionary<string, int> { { "KB", 19 }, { "CB", 19 }, { "BK", 7 }, { "FD", 7 } };

	static int OfQuantity(int quantity) {
		return quantity >= 50 ? 10 : quantity >= 10 ? 5 : 0;
	}

	static long Percent(long cents, int rate) {
		return (cents * rate * 2 + 100) / 200;
	}

	public static object Handle(Given order) {
		var day = DateTime.Parse(order.Date, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal);
		var weekend = day.DayOfWeek == DayOfWeek.Sunday || day.DayOfWeek == DayOfWeek.Saturday;
		var categories = new Dictionary<string, long>();
		var lines = new List<Priced>();
		foreach (var line in order.Lines) {
			var sku = Sku.Match(line.Sku);
			if (!sku.Success) throw new ArgumentException(line.Sku + " is no SKU");
			var gross = line.Quantity * line.Cents;
			var off = Percent(gross, OfQuantity(line.Quantity));
			var net = gross - off;
			var category = sku.Groups[1].Value;
			int rate;
			if (!Taxes.TryGetValue(category, out rate)) rate = 19;
			long before;
			categories.TryGetValue(category, out before);
			categories[category] = before + net;
			lines.Add(new Priced {
				sku = line.Sku, name = Spaces.Replace(line.Name.Trim(), " "),
				variant = sku.Groups[3].Success ? sku.Groups[3].Value : null,
				quantity = line.Quantity, discount = off, net = net, tax = Percent(net, rate)
			});
		}
		lines.Sort((a, b) => a.net != b.net ? b.net.CompareTo(a.net) : string.CompareOrdinal(a.sku, b.sku));
		var subtotal = lines.Sum(line => line.net);
		int customer;
		Customers.TryGetValue(order.Customer, out customer);
		var discount = Percent(subtotal, customer);
		var tax = lines.Sum(line => line.tax);
		var shipping = subtotal > 50000 ? 0 : weekend ? 990 : 490;
		return new {
			customer = order.Customer, due = day.AddDays(14).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), weekend, lines,
			categories = categories.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => new { name = c.Key, cents = c.Value }).ToList(),
			subtotal, discount, tax, shipping, total = subtotal - discount + tax + shipping
		};
	}
}
