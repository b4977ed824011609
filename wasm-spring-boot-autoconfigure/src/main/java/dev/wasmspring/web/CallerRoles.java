package dev.wasmspring.web;

import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

import dev.wasmspring.function.CallStatistics;
import dev.wasmspring.function.FunctionDefinition;
import dev.wasmspring.function.FunctionObserver;
import dev.wasmspring.sandbox.limit.Outcome;
import org.jspecify.annotations.Nullable;

import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.context.SecurityContextHolder;

/**
 * The observer that tells functions the roles of their callers, as Spring Security knows
 * them on the thread of the call. Lives as long as the functions, shared by all threads.
 * <p>
 * What a caller says itself never counts: there is always a value, if only an empty one.
 */
public final class CallerRoles implements FunctionObserver {

	/** The variable of a command's environment. */
	static final String VARIABLE = "CALLER_ROLES";

	/** The header that a script gets. */
	static final String HEADER = "caller-roles";

	/** How authorities begin that tell how somebody logged in, and not who that is. */
	private static final String FACTOR = "FACTOR_";

	private final Predicate<String> told;

	/**
	 * Creates the observer.
	 * @param told tells by its name whether a function is told
	 */
	public CallerRoles(Predicate<String> told) {
		this.told = told;
	}

	@Override
	public Calls calls(String function, CallStatistics statistics) {
		return this.told.test(function) ? CallerRoles::begin : Calls.UNOBSERVED;
	}

	private static Call begin(@Nullable FunctionDefinition definition) {
		return new Told(roles());
	}

	private static List<String> roles() {
		Authentication caller = SecurityContextHolder.getContext().getAuthentication();
		if (caller == null || !caller.isAuthenticated() || caller instanceof AnonymousAuthenticationToken) {
			return List.of();
		}
		return caller.getAuthorities()
			.stream()
			.map(GrantedAuthority::getAuthority)
			.filter((authority) -> authority != null && !authority.startsWith(FACTOR))
			.sorted()
			.toList();
	}

	/**
	 * A call whose function is told. Lives for the call, confined to the thread of its
	 * caller.
	 */
	private record Told(List<String> roles) implements Call {

		@Override
		public Map<String, String> environment() {
			return Map.of(VARIABLE, String.join(",", this.roles));
		}

		@Override
		public Map<String, Object> headers() {
			return Map.of(HEADER, this.roles);
		}

		@Override
		public void ended(Outcome outcome, @Nullable Throwable failure) {
		}

	}

}
