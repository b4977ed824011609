package dev.wasmspring.web;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;

import jakarta.servlet.ServletException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What reads a body in front of all filters takes it away: that is an error, and never an
 * empty input.
 */
@ExtendWith(OutputCaptureExtension.class)
class TomcatValveTests {

	private static final byte[] BODY = "a=1&b=2".getBytes(StandardCharsets.UTF_8);

	@Test
	void aBodyThatAValveReadsIsAnErrorAndNeverAnEmptyInput(CapturedOutput log) throws Exception {
		try (Server server = Server.start("tomcat", Valves.class)) {
			for (String behaviour : List.of("parameters", "stream", "reader", "parts", "some")) {
				for (boolean chunked : new boolean[] { false, true }) {
					if (chunked && behaviour.equals("some")) {
						// Nobody can know how long it was
						continue;
					}
					String type = behaviour.equals("parts") ? "multipart/form-data; boundary=x"
							: "application/x-www-form-urlencoded";
					byte[] body = behaviour.equals("parts")
							? "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x--\r\n"
								.getBytes(StandardCharsets.UTF_8)
							: BODY;
					HttpResponse<byte[]> response = server.send("POST", "/functions/echo",
							chunked ? chunked(body) : BodyPublishers.ofByteArray(body), "Content-Type", type, "Valve",
							behaviour);
					assertThat(response.statusCode()).as(behaviour + " " + chunked).isEqualTo(500);
					assertThat(Server.json(response).path("type").stringValue())
						.isEqualTo("urn:wasm:problem:lost-body");
				}
			}
			assertThat(log).contains("The body of a request to function 'echo' was read before");
			for (String behaviour : List.of("parameters", "stream", "reader")) {
				assertThat(server
					.send("POST", "/functions/echo", BodyPublishers.noBody(), "Content-Type",
							"application/x-www-form-urlencoded", "Valve", behaviour)
					.statusCode()).isEqualTo(behaviour.equals("reader") ? 500 : 200);
			}
			assertThat(server.post("/functions/echo", BODY, "Content-Type", "application/json", "Valve", "parameters")
				.body()).isEqualTo(BODY);
		}
	}

	private static BodyPublisher chunked(byte[] body) {
		return BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body));
	}

	@Configuration(proxyBeanMethods = false)
	static class Valves {

		@Bean
		WebServerFactoryCustomizer<TomcatServletWebServerFactory> valve() {
			return (factory) -> factory.addContextValves(new ReadingValve());
		}

	}

	static class ReadingValve extends ValveBase {

		ReadingValve() {
			super(true);
		}

		@Override
		public void invoke(Request request, Response response) throws IOException, ServletException {
			String behaviour = request.getHeader("Valve");
			switch ((behaviour != null) ? behaviour : "none") {
				case "parameters" -> request.getParameter("a");
				case "stream" -> request.getInputStream().readAllBytes();
				case "reader" -> request.getReader().lines().count();
				case "parts" -> request.getParts().size();
				case "some" -> request.getInputStream().readNBytes(2);
				default -> {
				}
			}
			getNext().invoke(request, response);
		}

	}

}
