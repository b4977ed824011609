package dev.wasmspring.sample.shop;

import java.util.function.Function;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.cloud.function.context.FunctionCatalog;
import org.springframework.stereotype.Service;

/**
 * Prices orders with the functions that came from modules. To this class they are
 * ordinary functions.
 */
@Service
class Pricing {

	private static final int VAT_PERMILLE = 190;

	private final Function<String, String> discount;

	private final Function<String, String> vat;

	private final Function<String, String> page;

	private final JsonMapper json;

	/**
	 * Shows both ways to get at a function: a bean by its name, and a composition from
	 * the catalog of Spring Cloud Function.
	 */
	Pricing(@Qualifier("discount") Function<String, String> discount, @Qualifier("vat") Function<String, String> vat,
			FunctionCatalog catalog, JsonMapper json) {
		this.discount = discount;
		this.vat = vat;
		this.page = catalog.lookup("invoice|markdown");
		this.json = json;
	}

	/**
	 * Prices an order.
	 * @param order the order as JSON
	 * @return the priced order, VAT included
	 */
	ObjectNode quote(String order) {
		ObjectNode quote = (ObjectNode) this.json.readTree(this.discount.apply(order));
		long net = quote.get("totalCents").asLong();
		quote.put("vatCents", Long.parseLong(this.vat.apply("[" + net + ", " + VAT_PERMILLE + "]")));
		return quote;
	}

	/**
	 * Prices an order and writes the invoice: {@code invoice} makes Markdown of the
	 * quote, {@code markdown} makes HTML of that.
	 * @param order the order as JSON
	 * @return a fragment of HTML
	 */
	String invoice(String order) {
		return this.page.apply(this.json.writeValueAsString(quote(order)));
	}

}
