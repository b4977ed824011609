package dev.wasmspring.sandbox;

import java.time.Duration;

import com.dylibso.chicory.runtime.ExecutionCompletedException;
import com.dylibso.chicory.wasi.WasiExitException;
import com.dylibso.chicory.wasm.ChicoryException;
import dev.wasmspring.sandbox.chicory.EngineFailures;
import dev.wasmspring.sandbox.limit.Deadline;
import dev.wasmspring.sandbox.limit.Outcome;
import dev.wasmspring.sandbox.limit.SandboxException;
import dev.wasmspring.sandbox.limit.TestDeadlines;
import dev.wasmspring.sandbox.wasi.BoundedOutput;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class EngineErrorsTests {

	@AfterEach
	void theThreadIsNotInterrupted() {
		assertThat(Thread.interrupted()).isFalse();
	}

	@Test
	void whatTheEngineSaysOfTheGuestIsATrap() {
		ChicoryException thrown = new ChicoryException("integer divide by zero");
		SandboxException exception = inTime(thrown);
		assertThat(exception.outcome()).isEqualTo(Outcome.TRAP);
		assertThat(exception).hasMessage("The module trapped: integer divide by zero.").hasCause(thrown);
	}

	@Test
	void theInnermostCauseSpeaksMostPlainly() {
		assertThat(EngineFailures.describe(new ChicoryException("outer", new ChicoryException("inner"))))
			.isEqualTo("inner");
		assertThat(EngineFailures.describe(new ChicoryException("outer", new IllegalStateException("host"))))
			.isEqualTo("outer");
		assertThat(EngineFailures.describe(new RuntimeException(new ChicoryException("inner")))).isEqualTo("inner");
	}

	@Test
	void whatTheHostThrowsIsATrapThatDoesNotSpeakOfTheHost() {
		SandboxException exception = inTime(new NullPointerException("dev.wasmspring.Secret is null"));
		assertThat(exception.outcome()).isEqualTo(Outcome.TRAP);
		assertThat(exception).hasMessage("The module trapped: internal error of the engine.");
		assertThat(inTime(new VerifyError("Bad type"))).hasMessage("The module trapped: internal error of the engine.");
	}

	@Test
	void runningOutOfStackOrMemoryIsATrap() {
		assertThat(inTime(new StackOverflowError())).hasMessage("The module trapped: call stack exhausted.");
		assertThat(inTime(new ChicoryException("x", new StackOverflowError())))
			.hasMessage("The module trapped: call stack exhausted.");
		assertThat(inTime(new OutOfMemoryError("Java heap space"))).hasMessage("The module trapped: out of memory.");
	}

	@Test
	void aBrokenVirtualMachineIsNobodysOutcome() {
		InternalError broken = new InternalError("broken");
		assertThatExceptionOfType(InternalError.class).isThrownBy(() -> inTime(broken)).isSameAs(broken);
	}

	@Test
	void anExitIsAnExitWithItsCode() {
		SandboxException exception = inTime(new WasiExitException(7));
		assertThat(exception.outcome()).isEqualTo(Outcome.EXIT);
		assertThat(exception.exitCode()).hasValue(7);
		assertThat(exception).hasMessage("The module ended itself with exit code 7.").hasNoCause();
		assertThat(inTime(new ExecutionCompletedException("proc_exit: 0")).exitCode()).hasValue(0);
	}

	@Test
	void tooMuchOutputIsBadOutput() {
		SandboxException exception = inTime(new BoundedOutput.LimitExceededException());
		assertThat(exception.outcome()).isEqualTo(Outcome.BAD_OUTPUT);
		assertThat(exception).hasMessage("The output is larger than allowed.");
	}

	@Test
	void anOutcomeThatIsAlreadyKnownIsKept() {
		SandboxException known = new SandboxException(Outcome.BAD_OUTPUT, "known");
		assertThat(inTime(known)).isSameAs(known);
		assertThat(late(known)).isSameAs(known);
	}

	@Test
	void afterTheDeadlineWhateverIsThrownIsATimeout() {
		for (Throwable thrown : new Throwable[] { new ChicoryException("Thread interrupted"), new WasiExitException(1),
				new BoundedOutput.LimitExceededException(), new NullPointerException(), new StackOverflowError() }) {
			SandboxException exception = late(thrown);
			assertThat(exception.outcome()).isEqualTo(Outcome.TIMEOUT);
			assertThat(exception).hasMessage("The call did not end before its deadline.");
		}
	}

	@Test
	void whatIsThrownOnAnInterruptedThreadIsATimeoutAndTheInterruptIsKept() {
		Thread.currentThread().interrupt();
		SandboxException exception = inTime(new ChicoryException("Thread interrupted"));
		assertThat(Thread.interrupted()).isTrue();
		assertThat(exception.outcome()).isEqualTo(Outcome.TIMEOUT);
		assertThat(exception).hasMessage("The call was interrupted before its end.");
	}

	@Test
	void whatUnwindsAnInterruptedGuestIsATimeoutAlsoWhenTheInterruptIsGone() {
		assertThat(inTime(new Deadline.PassedException()).outcome()).isEqualTo(Outcome.TIMEOUT);
	}

	@Test
	void anInterruptThatWaitingTookAwayIsGivenBack() {
		SandboxException exception = inTime(new ChicoryException("Thread interrupted", new InterruptedException()));
		assertThat(Thread.interrupted()).isTrue();
		assertThat(exception.outcome()).isEqualTo(Outcome.TIMEOUT);
	}

	private SandboxException inTime(Throwable thrown) {
		return EngineErrors.toSandboxException(thrown, TestDeadlines.unwatched(Duration.ofHours(1)));
	}

	private SandboxException late(Throwable thrown) {
		return EngineErrors.toSandboxException(thrown, TestDeadlines.unwatched(Duration.ZERO));
	}

}
