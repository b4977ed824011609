package dev.wasmspring.sample.shop;

import java.util.Set;

import dev.wasmspring.function.WasmFunctionException;
import dev.wasmspring.sandbox.limit.Outcome;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/**
 * The application's own endpoints, beside those of the functions.
 */
@RestController
class PricingController {

	/** Outcomes for which an order is to blame: its schema refuses it, or its rules. */
	private static final Set<Outcome> MISTAKES = Set.of(Outcome.INVALID_INPUT, Outcome.EXIT);

	private final Pricing pricing;

	PricingController(Pricing pricing) {
		this.pricing = pricing;
	}

	@PostMapping(path = "/quotes", consumes = MediaType.APPLICATION_JSON_VALUE)
	ObjectNode quote(@RequestBody String order) {
		return this.pricing.quote(order);
	}

	@PostMapping(path = "/invoices", consumes = MediaType.APPLICATION_JSON_VALUE,
			produces = MediaType.TEXT_HTML_VALUE + ";charset=UTF-8")
	String invoice(@RequestBody String order) {
		return this.pricing.invoice(order);
	}

	/**
	 * {@code discount} has a schema, and exits with a code when the order makes no sense.
	 * What it says about it is in the log, not in the answer.
	 */
	@ExceptionHandler
	ProblemDetail refused(WasmFunctionException exception) {
		HttpStatus status = MISTAKES.contains(exception.outcome()) ? HttpStatus.UNPROCESSABLE_CONTENT
				: HttpStatus.SERVICE_UNAVAILABLE;
		return ProblemDetail.forStatusAndDetail(status, "The order cannot be priced.");
	}

}
