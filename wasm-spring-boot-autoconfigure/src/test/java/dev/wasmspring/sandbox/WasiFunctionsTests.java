package dev.wasmspring.sandbox;

import java.time.Duration;

import dev.wasmspring.Fixtures;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class WasiFunctionsTests {

	private static final int SUCCESS = 0;

	private static final int INVAL = 28;

	private static final Limits LIMITS = new Limits(Duration.ofSeconds(60), 1 << 20, 1 << 20, 1 << 20);

	private static final Engine ENGINE = new Engine();

	private static Template guards;

	private static Template denied;

	@BeforeAll
	static void load() {
		guards = ENGINE.load(Fixtures.module("guards"), LIMITS, Capabilities.NONE);
		denied = ENGINE.load(Fixtures.module("denied"), LIMITS, Capabilities.NONE);
	}

	@AfterAll
	static void closeEngine() {
		ENGINE.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "read", "write" })
	void asManyVectorsAsPosixAllowsAreTaken(String function) {
		assertThat(call(guards, function, 0, 0)).isEqualTo(SUCCESS);
		assertThat(call(guards, function, 1, 65536)).isEqualTo(SUCCESS);
		assertThat(call(guards, function, 1024, 1)).isEqualTo(SUCCESS);
		// Two pages, the whole memory
		assertThat(call(guards, function, 1024, 128)).isEqualTo(SUCCESS);
	}

	@ParameterizedTest
	@CsvSource({ "read,1025", "read,-1", "read,-2147483648", "write,1025", "write,-1", "write,-2147483648" })
	void moreVectorsAreRefused(String function, int count) {
		assertThat(call(guards, function, count, 0)).isEqualTo(INVAL);
	}

	@ParameterizedTest
	@CsvSource({ "read,1024,129", "read,3,65536", "read,1,131073", "read,1,2147483647", "read,1,-1", "write,1024,129",
			"write,3,65536", "write,1,131073", "write,1,2147483647", "write,1,-1" })
	void vectorsThatTogetherNameMoreThanTheMemoryAreRefused(String function, int count, int length) {
		assertThat(call(guards, function, count, length)).isEqualTo(INVAL);
	}

	@ParameterizedTest
	@ValueSource(ints = { 131065, 131072, -8, Integer.MAX_VALUE, Integer.MIN_VALUE })
	void aListOfVectorsOutsideOfMemoryIsATrap(int address) {
		SandboxException exception = catchThrowableOfType(SandboxException.class,
				() -> call(guards, "write_at", address));
		assertThat(exception.outcome()).isEqualTo(Outcome.TRAP);
		assertThat(exception).hasMessageContaining("out of bounds memory access");
	}

	@Test
	void asManySubscriptionsAsAreReasonableAreTaken() {
		assertThat(call(guards, "poll", 1)).isEqualTo(SUCCESS);
		assertThat(call(guards, "poll", 64)).isEqualTo(SUCCESS);
	}

	@ParameterizedTest
	@ValueSource(ints = { 65, 1000, 0, -1 })
	void otherNumbersOfSubscriptionsAreRefused(int count) {
		assertThat(call(guards, "poll", count)).isEqualTo(INVAL);
	}

	@ParameterizedTest
	@CsvSource({ "set_rights,58", "allocate,8", "prestat,8", "mkdir,8", "shutdown,57", "raise,52", "yield,0" })
	void whatASandboxDoesNotHaveIsAnErrno(String function, int errno) {
		assertThat(call(denied, function)).isEqualTo(errno);
	}

	@Test
	void onlyTheFunctionsOfWasiHaveAType() {
		assertThat(WasiFunctions.type("fd_write")).isNotNull();
		assertThat(WasiFunctions.type("path_open")).isNotNull();
		assertThat(WasiFunctions.type("no_such")).isNull();
	}

	private static long call(Template template, String name, long... arguments) {
		Export export = template.module()
			.exports()
			.stream()
			.filter((candidate) -> candidate.name().equals(name))
			.findFirst()
			.orElseThrow();
		try (Sandbox sandbox = template.open(export, LIMITS, Capabilities.NONE)) {
			return sandbox.call(arguments)[0];
		}
	}

}
