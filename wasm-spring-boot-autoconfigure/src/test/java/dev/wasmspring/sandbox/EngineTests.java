package dev.wasmspring.sandbox;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

import dev.wasmspring.Fixtures;
import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.limit.Outcome;
import dev.wasmspring.sandbox.limit.SandboxException;
import dev.wasmspring.sandbox.module.Export;
import dev.wasmspring.sandbox.module.Kind;
import dev.wasmspring.sandbox.wasi.Capabilities;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EngineTests {

	private static final Limits HOUR = new Limits(Duration.ofHours(1), 1 << 20, 1 << 20, 1 << 20);

	private final Engine engine = new Engine();

	private final ExecutorService threads = Executors.newCachedThreadPool();

	@AfterEach
	void close() {
		this.engine.close();
		this.threads.shutdownNow();
	}

	@ParameterizedTest
	@ValueSource(strings = { "spin", "spin_br_table", "sleep" })
	void callsThatRunAreEndedAndTheirThreadsAreLeftClean(String module) throws Exception {
		Template template = load(module);
		Future<Boolean> interrupted = this.threads.submit(() -> {
			SandboxException exception = catchThrowableOfType(SandboxException.class, () -> call(template));
			assertThat(exception.outcome()).isEqualTo(Outcome.REJECTED);
			assertThat(exception).hasMessage("The application is shutting down.");
			return Thread.interrupted();
		});
		IntSupplier running = awaitRunning(1);
		this.engine.endCalls();
		assertThat(interrupted.get(60, TimeUnit.SECONDS)).isFalse();
		assertThat(running.getAsInt()).isZero();
	}

	@Test
	void callsThatComeAfterTheEndAreRejectedUntilCallsAreAcceptedAgain() {
		Template template = load("hello");
		this.engine.endCalls();
		assertThat(catchThrowableOfType(SandboxException.class, () -> call(template)).outcome())
			.isEqualTo(Outcome.REJECTED);
		assertThat(this.engine.runningCalls().getAsInt()).isZero();
		this.engine.acceptCalls();
		assertThat(call(template)).asString().isEqualTo("Hello\n");
	}

	@Test
	void onlyCallsThatRanWhenItWasAskedCount() throws Exception {
		Template template = load("spin");
		IntSupplier before = this.engine.runningCalls();
		Future<?> call = this.threads.submit(() -> catchThrowableOfType(SandboxException.class, () -> call(template)));
		IntSupplier during = awaitRunning(1);
		assertThat(before.getAsInt()).isZero();
		assertThat(during.getAsInt()).isOne();
		this.engine.endCalls();
		call.get(60, TimeUnit.SECONDS);
		assertThat(during.getAsInt()).isZero();
	}

	private IntSupplier awaitRunning(int calls) throws InterruptedException {
		IntSupplier running = this.engine.runningCalls();
		while (running.getAsInt() != calls) {
			Thread.sleep(1);
			running = this.engine.runningCalls();
		}
		return running;
	}

	private Template load(String module) {
		return this.engine.load(Fixtures.module(module), HOUR, Capabilities.NONE);
	}

	private static byte[] call(Template template) {
		Export export = template.module().exports().get(0);
		try (Sandbox sandbox = template.open(export, HOUR, Capabilities.NONE)) {
			if (export.kind() == Kind.NUMERIC) {
				sandbox.call(new long[export.parameters().size()]);
				return new byte[0];
			}
			return sandbox.call(new byte[0]);
		}
	}

}
