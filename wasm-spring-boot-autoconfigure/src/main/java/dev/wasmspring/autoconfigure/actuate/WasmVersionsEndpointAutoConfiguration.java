package dev.wasmspring.autoconfigure.actuate;

import java.util.LinkedHashMap;
import java.util.Map;

import dev.wasmspring.actuate.WasmVersionsEndpoint;
import dev.wasmspring.autoconfigure.versions.WasmVersionsAutoConfiguration;
import dev.wasmspring.versions.ModuleVersions;
import dev.wasmspring.versions.VersionListener;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration for the actuator endpoint {@code wasmversions}, and for audit events
 * that tell who has changed versions.
 */
@AutoConfiguration(after = WasmVersionsAutoConfiguration.class)
@ConditionalOnClass({ Endpoint.class, ConditionalOnAvailableEndpoint.class })
@ConditionalOnBean(ModuleVersions.class)
public final class WasmVersionsEndpointAutoConfiguration {

	WasmVersionsEndpointAutoConfiguration() {
	}

	@Bean
	@ConditionalOnAvailableEndpoint
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	WasmVersionsEndpoint wasmVersionsEndpoint(ModuleVersions versions) {
		return new WasmVersionsEndpoint(versions);
	}

	@Bean
	VersionListener wasmVersionsAudit(ApplicationEventPublisher publisher) {
		return (principal, action, details) -> {
			Map<String, @Nullable Object> data = new LinkedHashMap<>(details);
			publisher.publishEvent(new AuditApplicationEvent(new AuditEvent(principal, "WASM_" + action.name(), data)));
		};
	}

}
