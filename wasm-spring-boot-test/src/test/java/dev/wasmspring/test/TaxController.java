package dev.wasmspring.test;

import java.util.function.Function;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

@RestController
class TaxController {

	private final Function<String, String> vat;

	TaxController(@Qualifier("vat") Function<String, String> vat) {
		this.vat = vat;
	}

	@PostMapping("/tax")
	String tax(@RequestBody String input) {
		return this.vat.apply(input);
	}

}
