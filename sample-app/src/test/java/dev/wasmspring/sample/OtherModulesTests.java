package dev.wasmspring.sample;

import java.nio.file.Files;
import java.nio.file.Path;

import dev.wasmspring.sample.shop.Shop;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;

class OtherModulesTests {

	@Test
	void theApplicationServesWhateverModulesLieInAFolder(@TempDir Path folder) throws Exception {
		Files.copy(Path.of("src/main/resources/wasm/vat.wasm"), folder.resolve("tax.wasm"));
		Files.writeString(folder.resolve("broken.wasm"), "not a module");
		try (ServletWebServerApplicationContext context = (ServletWebServerApplicationContext) SpringApplication.run(
				SampleApplication.class, "--wasm.locations=file:" + folder + "/*.wasm", "--wasm.invalid-modules=skip",
				"--server.port=0")) {
			RestClient http = RestClient.create("http://localhost:" + context.getWebServer().getPort());
			assertThat(http.post().uri("/functions/tax").body("[10000, 190]").retrieve().body(String.class))
				.isEqualTo("1900");
			assertThat(http.get().uri("/functions").retrieve().body(String.class)).contains("\"tax\"")
				.doesNotContain("broken");
			assertThat(context.getBeanProvider(Shop.class).getIfAvailable()).isNull();
		}
	}

}
