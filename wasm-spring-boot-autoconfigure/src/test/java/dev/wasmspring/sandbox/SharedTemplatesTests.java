package dev.wasmspring.sandbox;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import dev.wasmspring.Fixtures;
import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.wasi.Capabilities;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SharedTemplatesTests {

	private static final Engine ENGINE = new Engine();

	private static final Limits LIMITS = new Limits(Duration.ofSeconds(60), 64 << 20, 1 << 20, 1 << 20);

	private static final Limits OTHER_LIMITS = new Limits(Duration.ofSeconds(61), 64 << 20, 1 << 20, 1 << 20);

	private static final Capabilities OTHERS = new Capabilities(List.of(), Map.of("A", "b"));

	@AfterAll
	static void closeEngine() {
		ENGINE.close();
	}

	private static Module module(String fixture, String name) {
		return Module.parse(name, name, Fixtures.bytes(fixture));
	}

	private static Template share(String fixture, String name, Limits limits, Capabilities capabilities) {
		return ENGINE.share(module(fixture, name), limits, capabilities, true);
	}

	@Test
	void modulesWithTheSameDigestShareATemplateAndKeepTheirNames() {
		Template one = share("cat", "one", LIMITS, Capabilities.NONE);
		Template two = share("cat", "two", OTHER_LIMITS, OTHERS);
		assertThat(two.identity()).isSameAs(one.identity());
		assertThat(two.module().name()).isEqualTo("two");
		assertThat(two.loadedMemory()).isEqualTo(one.loadedMemory());
		try (Sandbox sandbox = two.open(two.module().exports().get(0), LIMITS, Capabilities.NONE)) {
			assertThat(sandbox.call("meow".getBytes())).isEqualTo("meow".getBytes());
		}
		assertThat(share("echo", "two", LIMITS, Capabilities.NONE).identity()).isNotSameAs(one.identity());
	}

	@Test
	void whatSeesSomethingOfTheWorldWhileItIsInitialisedIsSharedWithItsEqualsAlone() {
		Template one = share("initialize", "one", LIMITS, Capabilities.NONE);
		assertThat(share("initialize", "two", LIMITS, Capabilities.NONE).identity()).isSameAs(one.identity());
		assertThat(share("initialize", "two", LIMITS, OTHERS).identity()).isNotSameAs(one.identity());
		assertThat(share("initialize", "two", OTHER_LIMITS, Capabilities.NONE).identity()).isNotSameAs(one.identity());
		Template eachCall = ENGINE.share(module("initialize", "three"), LIMITS, Capabilities.NONE, false);
		assertThat(eachCall.identity()).isNotSameAs(one.identity());
		assertThat(ENGINE.share(module("initialize", "four"), OTHER_LIMITS, OTHERS, false).identity())
			.isSameAs(eachCall.identity());
	}

	@Test
	void nothingIsSharedByWhoeverDoesNotAskForIt() {
		Template one = share("cat", "one", LIMITS, Capabilities.NONE);
		assertThat(ENGINE.load(module("cat", "one"), LIMITS, Capabilities.NONE).identity()).isNotSameAs(one.identity());
	}

}
