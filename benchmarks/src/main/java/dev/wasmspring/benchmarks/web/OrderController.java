package dev.wasmspring.benchmarks.web;

import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/**
 * What the guest in Rust does, as one writes it with Spring.
 */
@RestController
class OrderController {

	@PostMapping("/java/order")
	Order.Total order(@RequestBody Order order) {
		return order.total();
	}

}
