package dev.wasmspring.sample;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;

@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class SampleApplicationTests {

	private static final String PRICED = """
			"subtotalCents":34950,"discountCents":2747,"shippingCents":490,"totalCents":32693""";

	private RestClient http;

	private String order;

	@BeforeEach
	void setUp(@LocalServerPort int port) throws Exception {
		this.http = RestClient.builder()
			.baseUrl("http://localhost:" + port)
			.defaultStatusHandler((status) -> true, (request, response) -> {
			})
			.build();
		this.order = Files.readString(Path.of("order.json"));
	}

	@Test
	void discountAnswersOverHttp() {
		ResponseEntity<String> answer = post("/functions/discount", MediaType.APPLICATION_JSON, this.order,
				String.class);
		assertThat(answer.getStatusCode()).isEqualTo(HttpStatus.OK);
		assertThat(answer.getHeaders().getContentType()).isEqualTo(MediaType.APPLICATION_JSON);
		assertThat(answer.getBody()).endsWith(PRICED + "}");
	}

	@Test
	void theSameCallAnswersTheSameEveryTime() {
		String first = post("/functions/discount", MediaType.APPLICATION_JSON, this.order, String.class).getBody();
		for (int i = 0; i < 20; i++) {
			assertThat(post("/functions/discount", MediaType.APPLICATION_JSON, this.order, String.class).getBody())
				.isEqualTo(first);
		}
	}

	@Test
	void vatTakesAndGivesNumbers() {
		ResponseEntity<String> answer = post("/functions/vat", MediaType.APPLICATION_JSON, "[32693, 190]",
				String.class);
		assertThat(answer.getBody()).isEqualTo("6212");
		assertThat(answer.getHeaders().getContentType()).isEqualTo(MediaType.APPLICATION_JSON);
	}

	@Test
	void vatTrapsOnAnImpossibleRate() {
		ResponseEntity<ProblemDetail> answer = post("/functions/vat", MediaType.APPLICATION_JSON, "[32693, 1001]",
				ProblemDetail.class);
		assertThat(answer.getStatusCode()).isEqualTo(HttpStatus.INTERNAL_SERVER_ERROR);
		assertThat(answer.getBody().getType()).hasToString("urn:wasm:problem:trap");
	}

	@Test
	void markdownBecomesHtmlWithoutAnythingThatRuns() {
		ResponseEntity<String> answer = post("/functions/markdown", MediaType.TEXT_MARKDOWN,
				"**new** <script>alert(1)</script>", String.class);
		assertThat(answer.getHeaders().getContentType()).isEqualTo(MediaType.parseMediaType("text/html;charset=UTF-8"));
		assertThat(answer.getBody()).contains("<strong>new</strong>").doesNotContain("<script>");
	}

	@Test
	void loyaltyIsAScript() {
		String priced = post("/functions/discount", MediaType.APPLICATION_JSON, this.order, String.class).getBody();
		ResponseEntity<String> answer = post("/functions/loyalty", MediaType.APPLICATION_JSON, priced, String.class);
		assertThat(answer.getBody()).isEqualTo("{\"customer\":\"gold\",\"points\":653}");
		assertThat(answer.getHeaders().getContentType()).isEqualTo(MediaType.APPLICATION_JSON);
		ResponseEntity<ProblemDetail> failed = post("/functions/loyalty", MediaType.APPLICATION_JSON, "[]",
				ProblemDetail.class);
		assertThat(failed.getStatusCode()).isEqualTo(HttpStatus.INTERNAL_SERVER_ERROR);
		assertThat(failed.getBody().getDetail()).isEqualTo("The function failed.");
	}

	@Test
	void instalmentsAreCountedInPython() {
		String priced = post("/functions/discount", MediaType.APPLICATION_JSON, this.order, String.class).getBody();
		ResponseEntity<String> answer = post("/functions/instalments", MediaType.APPLICATION_JSON, priced,
				String.class);
		assertThat(answer.getBody()).isEqualTo("{\"instalments\":[\"108.98\",\"108.98\",\"108.97\"]}");
		assertThat(answer.getHeaders().getContentType()).isEqualTo(MediaType.APPLICATION_JSON);
		ResponseEntity<ProblemDetail> failed = post("/functions/instalments", MediaType.APPLICATION_JSON, "[]",
				ProblemDetail.class);
		assertThat(failed.getStatusCode()).isEqualTo(HttpStatus.INTERNAL_SERVER_ERROR);
		assertThat(failed.getBody().getDetail()).isEqualTo("The function failed.");
	}

	@Test
	void theDayOfDeliveryIsCountedInRuby() {
		ResponseEntity<String> answer = post("/functions/delivery", MediaType.APPLICATION_JSON,
				"{\"customer\":\"gold\",\"date\":\"2026-02-20\"}", String.class);
		assertThat(answer.getBody()).isEqualTo("{\"arrives\":\"2026-02-23\",\"weekday\":\"Monday\"}");
		assertThat(answer.getHeaders().getContentType()).isEqualTo(MediaType.APPLICATION_JSON);
		ResponseEntity<ProblemDetail> failed = post("/functions/delivery", MediaType.APPLICATION_JSON, "[]",
				ProblemDetail.class);
		assertThat(failed.getStatusCode()).isEqualTo(HttpStatus.INTERNAL_SERVER_ERROR);
		assertThat(failed.getBody().getDetail()).isEqualTo("The function failed.");
	}

	@Test
	void receiptsAreWrittenInPhp() {
		String priced = post("/functions/discount", MediaType.APPLICATION_JSON, this.order, String.class).getBody();
		ResponseEntity<String> answer = post("/functions/receipt", MediaType.APPLICATION_JSON, priced, String.class);
		assertThat(answer.getBody()).isEqualTo("{\"receipt\":\"Gold: 326,93 \u20ac\"}");
		assertThat(answer.getHeaders().getContentType()).isEqualTo(MediaType.APPLICATION_JSON);
		ResponseEntity<ProblemDetail> failed = post("/functions/receipt", MediaType.APPLICATION_JSON, "[]",
				ProblemDetail.class);
		assertThat(failed.getStatusCode()).isEqualTo(HttpStatus.INTERNAL_SERVER_ERROR);
		assertThat(failed.getBody().getDetail()).isEqualTo("The function failed.");
	}

	@Test
	void depositsAreComputedInCSharp() {
		ResponseEntity<String> answer = post("/functions/deposit", MediaType.APPLICATION_JSON,
				"{\"customer\":\"silver\",\"totalCents\":132693}", String.class);
		assertThat(answer.getBody()).isEqualTo("{\"deposit\":265.39,\"rest\":1061.54}");
		assertThat(answer.getHeaders().getContentType()).isEqualTo(MediaType.APPLICATION_JSON);
		ResponseEntity<ProblemDetail> failed = post("/functions/deposit", MediaType.APPLICATION_JSON, "{}",
				ProblemDetail.class);
		assertThat(failed.getStatusCode()).isEqualTo(HttpStatus.INTERNAL_SERVER_ERROR);
		assertThat(failed.getBody().getDetail()).isEqualTo("The function failed.");
	}

	@Test
	void aQuoteIsPricedByTheInjectedFunctions() {
		ResponseEntity<String> answer = post("/quotes", MediaType.APPLICATION_JSON, this.order, String.class);
		assertThat(answer.getBody()).endsWith(PRICED + ",\"vatCents\":6212}");
	}

	@Test
	void anInvoiceIsWrittenByTheComposition() {
		ResponseEntity<String> answer = post("/invoices", MediaType.APPLICATION_JSON, this.order, String.class);
		assertThat(answer.getHeaders().getContentType()).isEqualTo(MediaType.parseMediaType("text/html;charset=UTF-8"));
		assertThat(answer.getBody()).contains("<h1>Invoice</h1>", "<td align=\"right\">142.21 EUR</td>", "389.05 EUR");
	}

	@Test
	void anOrderThatMakesNoSenseIsRefusedWithoutWhatTheGuestSaidAboutIt() {
		ResponseEntity<String> answer = post("/quotes", MediaType.APPLICATION_JSON,
				this.order.replace("gold", "platinum"), String.class);
		assertThat(answer.getStatusCode()).isEqualTo(HttpStatus.UNPROCESSABLE_CONTENT);
		assertThat(answer.getBody()).contains("The order cannot be priced.").doesNotContain("platinum");
	}

	@Test
	void theFunctionsAreListed() {
		assertThat(this.http.get().uri("/functions").retrieve().body(FunctionName[].class))
			.extracting(FunctionName::name)
			.isEqualTo(List.of("delivery", "deposit", "discount", "instalments", "invoice", "loyalty", "markdown",
					"receipt", "vat"));
	}

	private <T> ResponseEntity<T> post(String path, MediaType contentType, String body, Class<T> type) {
		return this.http.post().uri(path).contentType(contentType).body(body).retrieve().toEntity(type);
	}

	record FunctionName(String name) {

	}

}
