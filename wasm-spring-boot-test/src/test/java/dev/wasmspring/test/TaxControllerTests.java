package dev.wasmspring.test;

import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

import static org.assertj.core.api.Assertions.assertThat;

@WebMvcTest(TaxController.class)
class TaxControllerTests {

	@Autowired
	MockMvcTester mvc;

	@Test
	void addsTheTax() {
		assertThat(this.mvc.post().uri("/tax").content("[32693, 190]")).hasStatusOk().hasBodyTextEqualTo("6212");
	}

}
