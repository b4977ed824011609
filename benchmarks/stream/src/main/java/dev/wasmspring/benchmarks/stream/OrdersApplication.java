package dev.wasmspring.benchmarks.stream;

import java.util.List;
import java.util.function.Function;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/**
 * An application with a function that came from a module, {@code order}, and a bean that
 * does the same in Java, {@code java}. Which of them gets the messages is a property.
 */
@SpringBootApplication(proxyBeanMethods = false)
public class OrdersApplication {

	/**
	 * Starts the application.
	 * @param args properties, as {@code --name=value}
	 */
	public static void main(String[] args) {
		SpringApplication.run(OrdersApplication.class, args);
	}

	@Bean
	Function<Order, Total> java() {
		return Order::total;
	}

	/**
	 * What is read.
	 *
	 * @param customer who ordered
	 * @param lines what was ordered
	 */
	public record Order(String customer, List<Line> lines) {

		Total total() {
			return new Total(this.customer, this.lines, this.lines.stream().mapToLong(Line::quantity).sum(),
					this.lines.stream().mapToLong((line) -> line.quantity() * line.unitPriceCents()).sum());
		}

	}

	/**
	 * A line of an order.
	 *
	 * @param sku what it is
	 * @param quantity how many
	 * @param unitPriceCents what one of them costs
	 */
	public record Line(String sku, long quantity, long unitPriceCents) {

	}

	/**
	 * An order with its sums.
	 *
	 * @param customer who ordered
	 * @param lines what was ordered
	 * @param pieces how many pieces
	 * @param totalCents what they cost
	 */
	public record Total(String customer, List<Line> lines, long pieces, long totalCents) {

	}

}
