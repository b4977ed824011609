package dev.wasmspring.ai;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import io.micrometer.observation.Observation;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import org.junit.jupiter.api.Test;

import org.springframework.ai.tool.ToolCallback;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.EventListener;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.context.SecurityContextHolder;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is told of calls.
 */
class AuditTests {

	private static final String CODE = "function handle() { return tools.lookup('CB-7').cents; }";

	/**
	 * Hears of everything.
	 */
	static class Hearing extends TestApplication {

		private final List<AuditEvent> audited = new CopyOnWriteArrayList<>();

		@Bean
		TestObservationRegistry observations() {
			return TestObservationRegistry.create();
		}

		@EventListener
		void heard(AuditApplicationEvent event) {
			this.audited.add(event.getAuditEvent());
		}

	}

	private static ConfigurableApplicationContext start(String... properties) {
		return new SpringApplicationBuilder(Hearing.class).web(WebApplicationType.NONE)
			.properties(Map.of("wasm.ai.code.enabled", "true", "wasm.ai.code.tools", "lookup", "wasm.ai.tools.include",
					"lookup"))
			.run(properties);
	}

	@Test
	void whoRanWhatIsToldAsEventsAndAsAuditEvents() {
		SecurityContextHolder.getContext().setAuthentication(new TestingAuthenticationToken("ada", "secret"));
		try (ConfigurableApplicationContext application = start("--spring.ai.mcp.server.enabled=false")) {
			ToolCallback tool = TestApplication.tool(application, "run_code");
			tool.call(RunningCode.arguments("javascript", CODE, null), TestApplication.conversation("c1"));
			tool.call(RunningCode.arguments("javascript", "nonsense", null), TestApplication.conversation("c2"));
			TestApplication.tool(application, "lookup").call("{\"input\":\"XX\"}");
			List<WasmToolEvent> events = application.getBean(TestApplication.Events.class).all();
			assertThat(events).extracting(WasmToolEvent::tool)
				.containsExactly("lookup", "run_code", "run_code", "lookup");
			assertThat(events).extracting(WasmToolEvent::outcome)
				.containsExactly("success", "success", "not-compiled", "error");
			assertThat(events).extracting(WasmToolEvent::conversation).containsExactly("c1", "c1", "c2", null);
			assertThat(events).allSatisfy((event) -> {
				assertThat(event.user()).isEqualTo("ada");
				assertThat(event.code()).isNull();
				assertThat(event.duration()).isPositive();
			});
			WasmToolEvent run = events.get(1);
			assertThat(run.language()).isEqualTo("javascript");
			assertThat(run.digest()).hasSize(64).isEqualTo(events.get(0).digest());
			assertThat(run.memory()).isGreaterThan(65_536);
			assertThat(events.get(3).digest()).isNull();
			List<AuditEvent> audited = application.getBean(Hearing.class).audited;
			assertThat(audited).extracting(AuditEvent::getType)
				.containsExactly("WASM_TOOL_CALLED", "WASM_CODE_RUN", "WASM_CODE_RUN", "WASM_TOOL_CALLED");
			assertThat(audited).extracting(AuditEvent::getPrincipal).containsOnly("ada");
			assertThat(audited.get(1).getData()).containsEntry("digest", run.digest())
				.containsEntry("conversation", "c1")
				.containsKeys("language", "outcome", "millis", "memory")
				.doesNotContainKey("code");
		}
		finally {
			SecurityContextHolder.clearContext();
		}
	}

	@Test
	void theCodeItselfIsToldWhereThatIsSwitchedOn() {
		try (ConfigurableApplicationContext application = start("--spring.ai.mcp.server.enabled=false",
				"--wasm.ai.audit.include-code=true")) {
			TestApplication.tool(application, "run_code").call(RunningCode.arguments("javascript", CODE, null));
			assertThat(application.getBean(TestApplication.Events.class).all()).extracting(WasmToolEvent::code)
				.containsExactly(CODE, CODE);
			assertThat(application.getBean(TestApplication.Events.class).all()).extracting(WasmToolEvent::user)
				.containsOnlyNulls();
		}
	}

	@Test
	void callsAreObservedWithinTheRunThatMadeThem() {
		try (ConfigurableApplicationContext application = start("--spring.ai.mcp.server.enabled=false")) {
			TestApplication.tool(application, "run_code")
				.call(RunningCode.arguments("javascript", CODE, null), TestApplication.conversation("c1"));
			TestObservationRegistry registry = application.getBean(TestObservationRegistry.class);
			TestObservationRegistryAssert.assertThat(registry)
				.hasAnObservation((observation) -> observation.hasNameEqualTo("wasm.ai.tool")
					.hasLowCardinalityKeyValue("tool", "run_code")
					.hasLowCardinalityKeyValue("language", "javascript")
					.hasLowCardinalityKeyValue("outcome", "success")
					.hasHighCardinalityKeyValue("conversation", "c1"))
				.hasAnObservation((observation) -> observation.hasNameEqualTo("wasm.ai.tool")
					.hasLowCardinalityKeyValue("tool", "lookup")
					.hasParentObservationContextMatching((parent) -> name(parent).equals("wasm.ai.tool")))
				.hasAnObservation((observation) -> observation.hasNameEqualTo("wasm.function")
					.hasParentObservationContextMatching((parent) -> name(parent).equals("wasm.ai.tool")));
		}
	}

	private static String name(Object observed) {
		return ((Observation.ContextView) observed).getName();
	}

}
