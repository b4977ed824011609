package dev.wasmspring.sandbox.limit;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import dev.wasmspring.Fixtures;
import dev.wasmspring.sandbox.Engine;
import dev.wasmspring.sandbox.Sandbox;
import dev.wasmspring.sandbox.Template;
import dev.wasmspring.sandbox.compiler.CompilationCache;
import dev.wasmspring.sandbox.module.Export;
import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.wasi.Capabilities;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class MemoryBudgetTests {

	private static final Limits LIMITS = new Limits(Duration.ofSeconds(30), 64 << 20, 16 << 20, 16 << 20);

	@Test
	void noMoreIsTakenThanThereIs() {
		MemoryBudget budget = budget(100);
		assertThat(budget.tryTake(60)).isTrue();
		assertThat(budget.tryTake(41)).isFalse();
		assertThat(budget.tryTake(40)).isTrue();
		budget.giveBack(60);
		assertThat(budget.taken()).isEqualTo(40);
	}

	@Test
	void threadsNeverTakeMoreThanThereIsTogetherAndGiveAllOfItBack() throws Exception {
		MemoryBudget budget = budget(10);
		ExecutorService threads = Executors.newFixedThreadPool(8);
		try {
			List<Future<Boolean>> results = new ArrayList<>();
			for (int i = 0; i < 8; i++) {
				results.add(threads.submit(() -> {
					boolean within = true;
					for (int j = 0; j < 100_000; j++) {
						if (budget.tryTake(3)) {
							within &= budget.taken() >= 3;
							budget.giveBack(3);
						}
					}
					return within;
				}));
			}
			for (Future<Boolean> result : results) {
				assertThat(result.get()).isTrue();
			}
			assertThat(budget.taken()).isZero();
		}
		finally {
			threads.shutdownNow();
		}
	}

	@Test
	void aCallThatGetsNoMemoryIsRejectedAndTheNextOneWorks() {
		try (Engine engine = engine(256 * 1024)) {
			Template template = load(engine, "echo");
			assertThatExceptionOfType(SandboxException.class).isThrownBy(() -> call(template, new byte[1 << 20]))
				.satisfies((ex) -> assertThat(ex.outcome()).isEqualTo(Outcome.REJECTED))
				.withMessage("All running calls together hold as much memory as they may.");
			assertThat(engine.memoryInUse()).isZero();
			assertThat(call(template, new byte[] { 1, 2 })).containsExactly(1, 2);
			assertThat(engine.memoryInUse()).isZero();
		}
	}

	@Test
	void aStackThatWasMadeForACallCountsAsLongAsItRuns() {
		try (Engine engine = engine(16 << 20)) {
			Template template = load(engine, "echo");
			Export echo = template.module().exports().get(0);
			assertThat(template.hasPlentyOfStack(LIMITS)).isTrue();
			try (Sandbox sandbox = template.openOnOwnStack(echo, LIMITS, Capabilities.NONE)) {
				assertThat(sandbox.call(new byte[] { 1, 2 })).containsExactly(1, 2);
				assertThat(engine.memoryInUse()).isBetween(Limits.DEFAULT_STACK, Limits.DEFAULT_STACK + (1 << 20));
				assertThat(template.hasPlentyOfStack(LIMITS)).isFalse();
			}
			assertThat(engine.memoryInUse()).isZero();
		}
	}

	@Test
	void aStackIsTakenAtNoPace() {
		try (Engine engine = new Engine(HostMemory.ofHeap().withTotal(1 << 30).withRate(1 << 20),
				(CompilationCache) null)) {
			Template template = load(engine, "echo");
			Limits deep = new Limits(LIMITS.timeout(), LIMITS.memory(), 0, 0, 512 << 20);
			for (int i = 0; i < 3; i++) {
				try (Sandbox sandbox = template.openOnOwnStack(template.module().exports().get(0), deep,
						Capabilities.NONE)) {
					assertThat(sandbox.memoryWait()).isZero();
				}
			}
		}
	}

	@Test
	void aCallForWhoseStackThereIsNoMemoryIsRejectedAndLeavesNothingBehind() {
		try (Engine engine = engine(1 << 20)) {
			Template template = load(engine, "echo");
			assertThatExceptionOfType(SandboxException.class)
				.isThrownBy(
						() -> template.openOnOwnStack(template.module().exports().get(0), LIMITS, Capabilities.NONE))
				.satisfies((ex) -> assertThat(ex.outcome()).isEqualTo(Outcome.REJECTED));
			assertThat(engine.memoryInUse()).isZero();
			assertThat(engine.runningCalls().getAsInt()).isZero();
			assertThat(call(template, new byte[] { 1, 2 })).containsExactly(1, 2);
		}
	}

	@Test
	void whatOneCallHoldsAnotherCannotHave() throws Exception {
		try (Engine engine = engine(1 << 20)) {
			Template template = load(engine, "echo");
			CountDownLatch holding = new CountDownLatch(1);
			CountDownLatch done = new CountDownLatch(1);
			Thread greedy = new Thread(() -> {
				try (Sandbox sandbox = template.open(template.module().exports().get(0), LIMITS, Capabilities.NONE)) {
					sandbox.call(new byte[400 * 1024]);
					holding.countDown();
					done.await();
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
				}
			});
			greedy.start();
			holding.await();
			assertThatExceptionOfType(SandboxException.class).isThrownBy(() -> call(template, new byte[400 * 1024]))
				.satisfies((ex) -> assertThat(ex.outcome()).isEqualTo(Outcome.REJECTED));
			assertThat(call(template, new byte[1024])).hasSize(1024);
			done.countDown();
			greedy.join();
			assertThat(call(template, new byte[400 * 1024])).hasSize(400 * 1024);
			assertThat(engine.memoryInUse()).isZero();
		}
	}

	@Test
	void theOutputIsAccountedForToo() {
		try (Engine engine = engine(150 * 1024)) {
			Template template = load(engine, "echo");
			assertThat(call(template, new byte[50 * 1024])).hasSize(50 * 1024);
			// Its input alone would fit
			assertThatExceptionOfType(SandboxException.class).isThrownBy(() -> call(template, new byte[100 * 1024]))
				.satisfies((ex) -> assertThat(ex.outcome()).isEqualTo(Outcome.REJECTED));
			assertThat(engine.memoryInUse()).isZero();
		}
	}

	@Test
	void aCallHoldsWhatIsLeftAndNotWhatWasReplacedWhileItGrew() throws IOException {
		byte[] growing = MemoryBudgetTests.class.getResourceAsStream("/hostile/mem_grow_all.wasm").readAllBytes();
		try (Engine engine = new Engine()) {
			Template template = engine.load(Module.parse("growing", "test", growing), LIMITS, Capabilities.NONE);
			try (Sandbox sandbox = template.open(template.module().exports().get(0), LIMITS, Capabilities.NONE)) {
				assertThat(sandbox.call(new long[0])).containsExactly(1024);
				// A granule of each page, and a table that was made longer 1,023 times
				assertThat(engine.memoryInUse()).isBetween(4L << 20, 5L << 20);
			}
		}
	}

	@Test
	void standardOutputAndTablesAreAccountedForToo() {
		try (Engine engine = engine(128 * 1024)) {
			Template flood = load(engine, "flood");
			assertThatExceptionOfType(SandboxException.class).isThrownBy(() -> call(flood, new byte[0]))
				.satisfies((ex) -> assertThat(ex.outcome()).isEqualTo(Outcome.REJECTED));
			Template table = load(engine, "table_grow_by");
			assertThatExceptionOfType(SandboxException.class).isThrownBy(() -> {
				try (Sandbox sandbox = table.open(table.module().exports().get(0), LIMITS, Capabilities.NONE)) {
					sandbox.call(new long[] { 90_000 });
				}
			}).satisfies((ex) -> assertThat(ex.outcome()).isEqualTo(Outcome.REJECTED));
			assertThat(engine.memoryInUse()).isZero();
		}
	}

	private static MemoryBudget budget(long total) {
		return new MemoryBudget(HostMemory.ofHeap().withTotal(total));
	}

	private static Engine engine(long totalMemory) {
		return new Engine(HostMemory.ofHeap().withTotal(totalMemory));
	}

	private static Template load(Engine engine, String fixture) {
		return engine.load(Fixtures.module(fixture), LIMITS, Capabilities.NONE);
	}

	private static byte[] call(Template template, byte[] input) {
		try (Sandbox sandbox = template.open(template.module().exports().get(0), LIMITS, Capabilities.NONE)) {
			return sandbox.call(input);
		}
	}

}
