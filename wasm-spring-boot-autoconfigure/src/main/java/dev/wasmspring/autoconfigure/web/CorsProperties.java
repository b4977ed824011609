package dev.wasmspring.autoconfigure.web;

import dev.wasmspring.autoconfigure.WasmProperties;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.web.cors.CorsConfiguration;

/**
 * Makes of the properties what Spring MVC understands. Stateless.
 */
final class CorsProperties {

	private CorsProperties() {
	}

	/**
	 * What pages of other origins may do.
	 * @return {@code null} if no origin is allowed
	 * @throws InvalidConfigurationPropertyValueException if credentials are allowed to
	 * every origin
	 */
	static @Nullable CorsConfiguration configuration(WasmProperties.Cors cors) {
		if (cors.getAllowedOrigins().isEmpty() && cors.getAllowedOriginPatterns().isEmpty()) {
			return null;
		}
		CorsConfiguration own = new CorsConfiguration();
		if (!cors.getAllowedOrigins().isEmpty()) {
			own.setAllowedOrigins(cors.getAllowedOrigins());
		}
		if (!cors.getAllowedOriginPatterns().isEmpty()) {
			own.setAllowedOriginPatterns(cors.getAllowedOriginPatterns());
		}
		if (!cors.getAllowedMethods().isEmpty()) {
			own.setAllowedMethods(cors.getAllowedMethods());
		}
		if (!cors.getAllowedHeaders().isEmpty()) {
			own.setAllowedHeaders(cors.getAllowedHeaders());
		}
		if (!cors.getExposedHeaders().isEmpty()) {
			own.setExposedHeaders(cors.getExposedHeaders());
		}
		own.setAllowCredentials(cors.getAllowCredentials());
		own.setMaxAge(cors.getMaxAge());
		try {
			own.validateAllowCredentials();
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidConfigurationPropertyValueException("wasm.web.cors.allow-credentials",
					cors.getAllowCredentials(),
					"With credentials 'wasm.web.cors.allowed-origins' cannot have '*': list the origins, or set"
							+ " 'wasm.web.cors.allowed-origin-patterns'.");
		}
		return own.applyPermitDefaultValues();
	}

}
