package dev.wasmspring.web;

import java.util.concurrent.Callable;

import reactor.core.publisher.Mono;

import org.springframework.security.concurrent.DelegatingSecurityContextCallable;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.util.ClassUtils;

/**
 * Who a reactive caller is, for the thread that runs its call: there Spring Security is
 * asked as it is in an application that is not reactive. Stateless.
 */
final class CallerIdentity {

	private static final boolean SECURED = ClassUtils.isPresent(
			"org.springframework.security.core.context.ReactiveSecurityContextHolder",
			CallerIdentity.class.getClassLoader());

	private CallerIdentity() {
	}

	/**
	 * A call that knows who makes it, if somebody has logged in.
	 */
	static <T> Mono<Callable<T>> given(Callable<T> call) {
		return SECURED ? Secured.given(call) : Mono.just(call);
	}

	/**
	 * Loaded only where there is Spring Security.
	 */
	private static final class Secured {

		static <T> Mono<Callable<T>> given(Callable<T> call) {
			return ReactiveSecurityContextHolder.getContext()
				.<Callable<T>>map((context) -> new DelegatingSecurityContextCallable<>(call, context))
				.defaultIfEmpty(call);
		}

	}

}
