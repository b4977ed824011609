package dev.wasmspring.sample;

import java.util.Base64;
import java.util.function.Function;

import dev.wasmspring.function.WasmFunctionException;
import dev.wasmspring.sandbox.limit.Outcome;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * What the functions answer that are written in languages that compile to WebAssembly: a
 * right input and a wrong one each.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class LanguagesTests {

	@Autowired
	private BeanFactory beans;

	private RestClient http;

	@BeforeEach
	void setUp(@LocalServerPort int port) {
		this.http = RestClient.builder()
			.baseUrl("http://localhost:" + port)
			.defaultStatusHandler((status) -> true, (request, response) -> {
			})
			.build();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~',
			textBlock = """
					iban       | {"iban":"DE89370400440532013000"} | {"valid":true,"iban":"DE89 3704 0044 0532 0130 00","country":"DE"}
					diff       | {"old":"a","new":"b"} | ~@@ -1 +1 @@
					-a
					+b
					~
					table      | a,b | ~| a | b |
					|---|---|
					~
					salary     | {"country":"PL","income":30000.1} | {"country":"PL","currency":"PLN","taxCents":1,"netCents":3000009,"parts":[{"permill":120,"cents":10,"taxCents":1}]}
					cron       | {"cron":"0 9 * * MON-FRI","after":"2026-02-20T09:00"} | {"next":["2026-02-23T09:00"]}
					card       | 4111 1111 1111 1111 | {"valid":true,"network":"Visa","masked":"411111******1111"}
					duedate    | {"from":"2026-04-02","days":1} | {"due":"2026-04-07","weekday":"Tuesday","skipped":4}
					letter     | {"template":"Dear {{name}}!","values":{"name":"Ada"}} | Dear Ada!
					""")
	void answers(String function, String input, String expected) {
		for (int i = 0; i < 3; i++) {
			assertThat(post(function, input.getBytes(), String.class).getBody()).isEqualTo(expected);
		}
	}

	@Test
	void imagesizeReadsBytes() {
		byte[] png = Base64.getDecoder()
			.decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");
		assertThat(post("imagesize", png, String.class).getBody())
			.isEqualTo("{\"format\":\"png\",\"width\":1,\"height\":1}");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
			iban       | {} | send JSON with a member "iban", a string
			diff       | {"old":"a"} | "new" is missing
			table      | "a | line 1: a quote is not closed
			salary     | {"country":"XX","income":1} | no table for the country "XX"
			imagesize  | text | this is no PNG, JPEG, GIF, WebP or BMP
			cron       | {"cron":"* * *","after":""} | a cron expression has 5 fields, not 3
			card       | 4111x | a card's number has digits, spaces and hyphens, and nothing else at 5
			duedate    | {"from":"soon","days":1} | 'soon' is no date such as 2026-03-31
			letter     | {"template":"{{name}}","values":{}} | line 1: there is no value for {{name}}
			""")
	void reportsWhatIsWrongWithItsInputToTheApplicationAndNotToTheCaller(String name, String input, String message) {
		Function<byte[], byte[]> function = function(name);
		WasmFunctionException thrown = catchThrowableOfType(WasmFunctionException.class,
				() -> function.apply(input.getBytes()));
		assertThat(thrown.outcome()).isEqualTo(Outcome.ERROR);
		assertThat(thrown.guestMessage()).isEqualTo(message);
		ResponseEntity<ProblemDetail> problem = post(name, input.getBytes(), ProblemDetail.class);
		assertThat(problem.getStatusCode().value()).isEqualTo(500);
		assertThat(problem.getBody().getType()).hasToString("urn:wasm:problem:error");
		assertThat(problem.getBody().getDetail()).isEqualTo("The function failed.");
	}

	@SuppressWarnings("unchecked")
	private Function<byte[], byte[]> function(String name) {
		return (Function<byte[], byte[]>) this.beans.getBean(name);
	}

	private <T> ResponseEntity<T> post(String function, byte[] body, Class<T> type) {
		return this.http.post()
			.uri("/functions/" + function)
			.contentType(MediaType.APPLICATION_OCTET_STREAM)
			.body(body)
			.retrieve()
			.toEntity(type);
	}

}
