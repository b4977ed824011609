package dev.wasmspring.web;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import org.junit.jupiter.api.Test;

import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.security.core.context.SecurityContextHolder;

import static org.assertj.core.api.Assertions.assertThat;

class CallerIdentityTests {

	private static final Callable<String> CALL = () -> {
		Authentication caller = SecurityContextHolder.getContext().getAuthentication();
		return (caller != null) ? caller.getName() : "nobody";
	};

	@Test
	void theCallerIsKnownToTheThreadOfTheCallAndForThatLong() throws Exception {
		Callable<String> identified = CallerIdentity.given(CALL)
			.contextWrite(ReactiveSecurityContextHolder.withAuthentication(new TestingAuthenticationToken("ada", "x")))
			.block();
		ExecutorService thread = Executors.newSingleThreadExecutor();
		try {
			assertThat(thread.submit(identified).get()).isEqualTo("ada");
			assertThat(thread.submit(CALL).get()).isEqualTo("nobody");
		}
		finally {
			thread.shutdown();
		}
	}

	@Test
	void whoHasNotLoggedInIsNobody() throws Exception {
		assertThat(CallerIdentity.given(CALL).block().call()).isEqualTo("nobody");
	}

}
