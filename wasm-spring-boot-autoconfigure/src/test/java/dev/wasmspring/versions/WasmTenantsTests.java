package dev.wasmspring.versions;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

import dev.wasmspring.Fixtures;
import dev.wasmspring.Vitals;
import dev.wasmspring.autoconfigure.WasmAutoConfiguration;
import dev.wasmspring.autoconfigure.versions.WasmVersionsAutoConfiguration;
import dev.wasmspring.function.FunctionSettings;
import dev.wasmspring.function.ModuleVersion;
import dev.wasmspring.function.WasmFunctionException;
import dev.wasmspring.sandbox.Engine;
import dev.wasmspring.sandbox.limit.HostMemory;
import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.limit.Outcome;
import dev.wasmspring.sandbox.module.ModuleException;
import dev.wasmspring.sandbox.wasi.Capabilities;
import dev.wasmspring.script.ScriptRuntimes;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link WasmTenants}.
 */
class WasmTenantsTests {

	private static final Limits LIMITS = new Limits(Duration.ofSeconds(30), 64 << 20, 1 << 20, 1 << 20);

	private static final TenantQuota QUOTA = new TenantQuota(5, 4, 32 << 20, 1_000_000);

	private final Engine engine = new Engine(new HostMemory(100 << 20, 1L << 30));

	private final AtomicLong time = new AtomicLong();

	private final WasmTenants tenants = new WasmTenants(this.engine,
			new ScriptRuntimes(getClass().getClassLoader(), new Limits(Duration.ofSeconds(60), 256 << 20, 0, 0)),
			new FunctionSettings(null, null, null, LIMITS, 64, Capabilities.NONE), 32 << 20, this.time::get);

	@AfterEach
	void close() {
		this.engine.close();
	}

	@Test
	void tenantsHaveNamesOfTheirOwn() {
		WasmTenant acme = this.tenants.open("acme", QUOTA);
		WasmTenant bolt = this.tenants.open("bolt", QUOTA);
		acme.load("greet", "wasm", Fixtures.printing("acme..").clone());
		bolt.load("greet", "wasm", Fixtures.printing("bolt.."));
		assertThat(acme.call("greet", "")).isEqualTo("acme..");
		assertThat(bolt.function("greet").apply("")).isEqualTo("bolt..");
		assertThat(acme.functions()).containsExactly("greet");
		assertThat(this.tenants.names()).containsExactly("acme", "bolt");
		assertThat(this.tenants.find("acme")).isSameAs(acme);
		bolt.load("other", "javascript", "export const handle = (input) => input + 1;");
		assertThat(bolt.call("other", "1")).isEqualTo("2");
		assertOutcome(() -> acme.call("other", "1"), Outcome.UNKNOWN_FUNCTION);
		assertThat(bolt.statistics("other").calls(Outcome.SUCCESS)).isEqualTo(1);
		assertThatIllegalStateException().isThrownBy(() -> this.tenants.open("acme", QUOTA));
		for (String name : List.of("", "a.b", "a/b", "-a", "a\n")) {
			assertThatIllegalArgumentException().as(name).isThrownBy(() -> this.tenants.open(name, QUOTA));
		}
	}

	@Test
	void noTenantIsPromisedWhatOthersWere() {
		this.tenants.open("first", new TenantQuota(1, 1, 60 << 20, 1));
		assertThatIllegalStateException()
			.isThrownBy(() -> this.tenants.open("second", new TenantQuota(1, 1, 60 << 20, 1)))
			.withMessageContaining("total-memory");
		assertThat(this.tenants.names()).containsExactly("first");
		this.tenants.find("first").close();
		this.tenants.open("second", new TenantQuota(1, 1, 60 << 20, 1));
		assertThat(this.tenants.names()).containsExactly("second");
	}

	@Test
	void aTenantThatWantsMoreMemoryThanItWasPromisedIsRejectedAndOthersAreNot() {
		WasmTenant small = this.tenants.open("small", new TenantQuota(2, 4, 2 << 20, 1_000_000));
		WasmTenant large = this.tenants.open("large", new TenantQuota(2, 4, 80 << 20, 1_000_000));
		// Takes all the memory that its limit gives it, and writes to it
		String greedy = "export const handle = (size) => { const all = []; for (let i = 0; i < size; i++)"
				+ " all.push(new Uint8Array(65536).fill(1)); return all.length; }";
		large.load("greedy", "javascript", greedy);
		small.load("greedy", "javascript", greedy);
		assertThat(large.call("greedy", "200")).isEqualTo("200");
		assertOutcome(() -> small.call("greedy", "200"), Outcome.REJECTED);
		assertThat(large.call("greedy", "200")).isEqualTo("200");
		assertThat(small.call("greedy", "1")).isEqualTo("1");
		assertThat(small.memoryInUse()).isZero();
	}

	@Test
	void callsOfOneTenantDoNotTakeThePlacesOfAnothers() throws Exception {
		WasmTenant busy = this.tenants.open("busy", new TenantQuota(2, 1, 8 << 20, 1_000_000));
		WasmTenant other = this.tenants.open("other", new TenantQuota(2, 1, 8 << 20, 1_000_000));
		busy.load("slow", "wasm", Fixtures.sleeping(60_000, "slept"));
		busy.load("quick", "wasm", Fixtures.printing("quick."));
		other.load("quick", "wasm", Fixtures.printing("quick."));
		CompletableFuture<Void> running = CompletableFuture.runAsync(() -> busy.call("slow", ""));
		Awaitility.await().until(() -> busy.statistics("slow").sandboxesActive() == 1);
		assertOutcome(() -> busy.call("slow", ""), Outcome.REJECTED);
		// All functions of a tenant count together
		assertOutcome(() -> busy.call("quick", ""), Outcome.REJECTED);
		assertThat(other.call("quick", "")).isEqualTo("quick.");
		this.engine.endCalls();
		assertThat(running).failsWithin(Duration.ofSeconds(20));
	}

	@Test
	void callsASecondAreCountedForEachTenant() {
		WasmTenant acme = this.tenants.open("acme", new TenantQuota(1, 4, 8 << 20, 2));
		WasmTenant bolt = this.tenants.open("bolt", new TenantQuota(1, 4, 8 << 20, 2));
		acme.load("greet", "wasm", Fixtures.printing("acme.."));
		bolt.load("greet", "wasm", Fixtures.printing("bolt.."));
		acme.call("greet", "");
		acme.call("greet", "");
		assertOutcome(() -> acme.call("greet", ""), Outcome.REJECTED);
		assertThat(bolt.call("greet", "")).isEqualTo("bolt..");
		this.time.addAndGet(Duration.ofMillis(500).toNanos());
		acme.call("greet", "");
		assertOutcome(() -> acme.call("greet", ""), Outcome.REJECTED);
		this.time.addAndGet(Duration.ofHours(1).toNanos());
		acme.call("greet", "");
		acme.call("greet", "");
		assertOutcome(() -> acme.call("greet", ""), Outcome.REJECTED);
	}

	@Test
	void aTenantHasNoMoreFunctionsThanItMay() {
		WasmTenant acme = this.tenants.open("acme", new TenantQuota(3, 4, 8 << 20, 1_000_000));
		acme.load("multi", "wasm", Fixtures.bytes("multi"));
		assertThat(acme.functions()).hasSize(3);
		assertOutcome(() -> acme.load("hello", "wasm", Fixtures.bytes("hello")), Outcome.REJECTED);
		acme.load("multi", "wasm", Fixtures.bytes("hello"));
		acme.load("hello", "wasm", Fixtures.bytes("hello"));
		assertThat(acme.functions()).containsExactly("hello", "multi");
		acme.remove("multi");
		assertThat(acme.functions()).containsExactly("hello");
	}

	@Test
	void twoModulesOfATenantDoNotShareTheNameOfAFunction() {
		WasmTenant acme = this.tenants.open("acme", QUOTA);
		acme.load("multi", "wasm", Fixtures.bytes("multi"));
		assertThatExceptionOfType(ModuleException.class)
			.isThrownBy(() -> acme.load("multi-first", "wasm", Fixtures.bytes("hello")))
			.withMessageContaining("same name as one of another module of the tenant");
		assertThat(acme.versions("multi-first")).isEmpty();
	}

	@Test
	void aTenantLoadsNoLargerModulesThanAreAllowedAndWithTheLimitsThatItIsTold() {
		WasmTenant acme = this.tenants.open("acme", QUOTA);
		assertThatExceptionOfType(ModuleException.class)
			.isThrownBy(() -> acme.load("large", "wasm", new byte[(32 << 20) + 1]))
			.withMessageContaining("larger than the " + (32 << 20) + " bytes");
		acme.load("slow", "wasm", Fixtures.sleeping(5_000, "slept"),
				new Limits(Duration.ofMillis(200), 1 << 20, 1 << 20, 1 << 20));
		assertOutcome(() -> acme.call("slow", ""), Outcome.TIMEOUT);
	}

	@Test
	void aQuotaOfNothingIsNone() {
		assertThatIllegalArgumentException().isThrownBy(() -> new TenantQuota(0, 1, 1 << 20, 1))
			.withMessageContaining("number of functions");
		assertThatIllegalArgumentException().isThrownBy(() -> new TenantQuota(1, 0, 1 << 20, 1))
			.withMessageContaining("calls at once");
		assertThatIllegalArgumentException().isThrownBy(() -> new TenantQuota(1, 1, (1 << 20) - 1, 1))
			.withMessageContaining("at least 1 MB");
		for (double rate : new double[] { 0, -1, Double.NaN, Double.POSITIVE_INFINITY }) {
			assertThatIllegalArgumentException().isThrownBy(() -> new TenantQuota(1, 1, 1 << 20, rate))
				.withMessageContaining("calls a second");
		}
	}

	@Test
	void whatATenantsFunctionsHoldIsBounded() {
		WasmTenant acme = this.tenants.open("acme", new TenantQuota(10, 4, 3 << 20, 1_000_000));
		acme.load("a", "javascript",
				"const data = new Uint8Array(1600000).fill(1);" + " export const handle = () => data.length;");
		assertOutcome(
				() -> acme.load("b", "javascript",
						"const data = new Uint8Array(1600000).fill(2);" + " export const handle = () => data.length;"),
				Outcome.REJECTED);
		assertThat(acme.functions()).containsExactly("a");
	}

	@Test
	void versionsOfATenantAreItsOwn() {
		WasmTenant acme = this.tenants.open("acme", QUOTA);
		for (int i = 1; i <= 4; i++) {
			acme.load("greet", "wasm", Fixtures.printing(i + "....."));
		}
		assertThat(acme.versions("greet")).hasSize(3).first().extracting(ModuleVersion::inService).isEqualTo(true);
		acme.rollBack("greet");
		assertThat(acme.call("greet", "")).isEqualTo("3.....");
		acme.split("greet", acme.versions("greet").get(0).digest(), 25);
		List<Object> answers = new ArrayList<>();
		for (int i = 0; i < 100; i++) {
			answers.add(acme.call("greet", ""));
		}
		assertThat(Collections.frequency(answers, "4.....")).isEqualTo(25);
		acme.disable("greet");
		assertOutcome(() -> acme.call("greet", ""), Outcome.UNKNOWN_FUNCTION);
		acme.enable("greet");
		acme.call("greet", "");
		assertThatExceptionOfType(ModuleException.class)
			.isThrownBy(() -> acme.load("greet", "wasm", Fixtures.bytes("truncated")));
		assertThat(acme.versions("greet")).hasSize(3);
	}

	@Test
	void aTenantThatIsClosedLeavesNothingBehind() throws Exception {
		openAndClose(10);
		Vitals before = Vitals.now();
		openAndClose(40);
		Vitals after = Vitals.now();
		assertThat(after.unloaded() - before.unloaded()).isGreaterThanOrEqualTo(40);
		assertThat(after.classes()).isLessThan(before.classes() + 30);
		assertThat(this.engine.memoryInUse()).isZero();
		assertThat(this.tenants.names()).isEmpty();
	}

	private void openAndClose(int times) {
		for (int i = 0; i < times; i++) {
			WasmTenant tenant = this.tenants.open("t" + i, QUOTA);
			tenant.load("greet", "wasm", Fixtures.printing("....." + i % 10));
			tenant.call("greet", "");
			tenant.close();
			tenant.close();
			assertOutcome(() -> tenant.call("greet", ""), Outcome.REJECTED);
			assertOutcome(() -> tenant.load("greet", "wasm", Fixtures.bytes("hello")), Outcome.REJECTED);
		}
	}

	@Test
	void theBeanIsThereForWhoeverAsks() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(WasmAutoConfiguration.class, WasmVersionsAutoConfiguration.class))
			.withPropertyValues("wasm.locations=classpath:fixtures/hello.wasm", "wasm.limits.total-memory=50MB")
			.run((context) -> {
				WasmTenants all = context.getBean(WasmTenants.class);
				WasmTenant acme = all.open("acme", new TenantQuota(1, 1, 40 << 20, 10));
				acme.load("hello", "javascript",
						"export const handle = () => \"mine\";".getBytes(StandardCharsets.UTF_8));
				assertThat(acme.call("hello", "")).isEqualTo("mine");
				assertThat(context).doesNotHaveBean("acme.hello");
				assertThatIllegalStateException().isThrownBy(() -> all.open("bolt", QUOTA));
			});
	}

	private static void assertOutcome(ThrowingCallable call, Outcome outcome) {
		assertThatExceptionOfType(WasmFunctionException.class).isThrownBy(call)
			.satisfies((ex) -> assertThat(ex.outcome()).isEqualTo(outcome));
	}

}
