// What has to be paid down on an order, as 'discount' answers it: nothing by gold, a fifth by silver, a third by others.
using System;

public class Order {
	public string Customer { get; set; }
	public int? TotalCents { get; set; }
}

public static class Deposit {
	static decimal ShareOf(string customer) {
		return customer == "gold" ? 0 : customer == "silver" ? 0.2m : 1 / 3m;
	}

	public static object Handle(Order order) {
		if (order == null || order.TotalCents == null) throw new ArgumentException("not an order: it has no total");
		decimal deposit = Math.Round(order.TotalCents.Value * ShareOf(order.Customer) / 100, 2, MidpointRounding.AwayFromZero);
		Console.WriteLine("{0} of {1} cents", deposit, order.TotalCents);
		return new { deposit, rest = order.TotalCents.Value / 100m - deposit };
	}
}
