package dev.wasmspring.function;

import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link HttpShape}.
 */
class HttpShapeTests {

	private static final Set<String> NONE = Set.of();

	@Test
	void aFunctionTakesPostUnlessMoreIsSaid() {
		assertThat(HttpShape.NONE.allowed(false)).containsExactly("POST");
		assertThat(HttpShape.NONE.isMore()).isFalse();
		assertThat(shape(true, false, NONE).allowed(false)).containsExactly("GET", "HEAD", "POST");
		assertThat(shape(true, false, NONE).allowed(true)).containsExactly("GET", "HEAD");
		assertThat(shape(false, true, Set.of("put", "Patch")).allowed(true)).containsExactly("PUT", "PATCH");
		assertThat(shape(true, false, Set.of("GET")).allowed(false)).containsExactly("GET", "HEAD");
		assertThat(shape(false, false, Set.of("PUT")).isMore()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "GET", "head", "TRACE", "OPTIONS", "CONNECT", "", "BREW" })
	void aMethodThatCannotBeIsRefused(String method) {
		assertThatIllegalArgumentException().isThrownBy(() -> shape(false, true, Set.of(method)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "Authorization", "COOKIE", "proxy-authorization", "Proxy", "a b", "a:", "" })
	void aHeaderThatNoFunctionSeesIsRefused(String name) {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new HttpShape(false, true, NONE, "no-cache", Set.of(name), NONE));
	}

	@ParameterizedTest
	@ValueSource(strings = { "Connection", "transfer-encoding", "Content-Length", "upgrade", "a b" })
	void aHeaderThatIsTheServersCannotBeAllowed(String name) {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new HttpShape(false, true, NONE, "no-cache", NONE, Set.of(name)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "a\r\nb", "ä" })
	void aValueOfCacheControlIsOneOfAHeader(String value) {
		assertThatIllegalArgumentException().isThrownBy(() -> new HttpShape(true, false, NONE, value, NONE, NONE));
	}

	@Test
	void headersAreForFunctionsThatAreShaped() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new HttpShape(true, false, NONE, "no-cache", Set.of("accept"), NONE));
	}

	private static HttpShape shape(boolean safe, boolean shaped, Set<String> methods) {
		return new HttpShape(safe, shaped, methods, HttpShape.CACHE_CONTROL, NONE, NONE);
	}

}
