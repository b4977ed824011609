package dev.wasmspring.sandbox.split;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Splits random modules so that nearly every function is cut, and holds what they do to
 * what the originals do.
 * <p>
 * {@code -Dsplit.fuzz.modules=100000 -Dsplit.fuzz.seed=1000000} runs as many from there
 * on, see {@code docs/decisions/0020-functions-that-are-too-large.md}.
 */
class SplitDifferentialTests {

	private static final int MODULES = Integer.getInteger("split.fuzz.modules", 250);

	private static final long SEED = Long.getLong("split.fuzz.seed", 1);

	/**
	 * Of modules that were found to differ: three by errors of the engine's interpreter,
	 * which {@link Oracle} does without; one by one of its compiler, about what lies
	 * below a {@code try_table}; and one by a tail call in a {@code try_table}, which
	 * does not catch what it throws.
	 */
	private static final long[] DIFFERED = { 1795812997275L, 1795816649947L, 1795820934114L, 1795813884703L,
			1795816650387L };

	private static final int[] LIMITS = { 60, 100, 150, 300 };

	/** Parts have frames of their own; how deep functions go is not held here. */
	private static final long STACK = 512L << 20;

	@Test
	void aSplitModuleDoesWhatTheOriginalDoes() throws Exception {
		onLargeStack(this::holdModulesToTheirOriginals);
	}

	@Test
	void modulesThatDifferedOnceDoNoMore() throws Exception {
		onLargeStack(() -> {
			for (long seed : DIFFERED) {
				assertThat(compare(seed).difference()).isEmpty();
			}
		});
	}

	private static void onLargeStack(Runnable comparing) throws Exception {
		FutureTask<Void> run = new FutureTask<>(comparing, null);
		new Thread(null, run, "fuzz", STACK).start();
		run.get();
	}

	private void holdModulesToTheirOriginals() {
		List<String> different = new ArrayList<>();
		int parts = 0;
		int compiled = 0;
		for (long seed = SEED; seed < SEED + MODULES; seed++) {
			Difference.Comparison comparison = compare(seed);
			parts += comparison.parts();
			compiled += comparison.isCompiled() ? 1 : 0;
			if (!comparison.difference().isEmpty()) {
				different.add("Seed " + seed + ":\n" + comparison.difference());
			}
		}
		assertThat(different).isEmpty();
		// Otherwise nothing was tried
		assertThat(parts).isGreaterThan(4 * MODULES);
		assertThat(compiled).isGreaterThan(MODULES / 2);
	}

	private static Difference.Comparison compare(long seed) {
		boolean straight = seed % 8 == 5;
		int size = straight ? 5 : RandomModule.LEAST_SIZE + 40 * (int) (seed % 7);
		int limit = straight ? 200 + (int) (seed % 5) * 60 : LIMITS[(int) (seed % LIMITS.length)];
		return Difference.of(seed, size, limit);
	}

}
