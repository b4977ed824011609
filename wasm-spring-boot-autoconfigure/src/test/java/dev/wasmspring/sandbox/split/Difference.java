package dev.wasmspring.sandbox.split;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

import com.dylibso.chicory.compiler.InterpreterFallback;
import com.dylibso.chicory.compiler.MachineFactoryCompiler;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import dev.wasmspring.sandbox.compiler.CompactMachines;
import dev.wasmspring.sandbox.memory.LinearMemory;
import dev.wasmspring.sandbox.memory.MemoryImage;

/**
 * Runs a random module and the same module split, with the same inputs, and says where
 * they differ. Stateless.
 */
final class Difference {

	private static final int CALLS = 6;

	private static final int FUEL = 150;

	private static final int GLOBALS = 8;

	private Difference() {
	}

	/**
	 * Runs a module.
	 * @param seed what the module is made of
	 * @param size how large its functions are
	 * @param limit the size above which functions are split
	 * @return what both did
	 */
	static Comparison of(long seed, int size, int limit) {
		RandomModule random = new RandomModule(seed, size);
		byte[] original = random.write();
		WasmModule parsed = Parser.parse(original);
		SplitModule split = FunctionSplitter.split(original, SplitSettings.ofLimit(limit));
		List<SplitReport.Whole> failed = split.report()
			.whole()
			.stream()
			.filter((whole) -> whole.reason().contains("failed"))
			.toList();
		WasmModule cut = Parser.parse(split.binary());
		List<String> expected;
		try {
			expected = run(interpreted(parsed), random.functions(), seed);
		}
		catch (IllegalStateException ex) {
			// The interpreter fails where a function with locals ends in a call of itself
			return new Comparison(Outcomes.NONE, Outcomes.NONE, 0, failed);
		}
		Outcomes interpreted = new Outcomes(expected, run(interpreted(cut), random.functions(), seed));
		if (!interpreted.difference().isEmpty()
				&& interpreted.split().equals(attempt(() -> run(compiled(parsed), random.functions(), seed)))) {
			// The interpreter is wrong about the original, and right about what was made
			// of it: a branch out of a block with parameters leaves up to as many values
			// more on the stack
			return new Comparison(Outcomes.NONE, Outcomes.NONE, 0, failed);
		}
		if (!interpreted.difference().isEmpty()
				&& expected.equals(attempt(() -> run(compiled(cut), random.functions(), seed)))) {
			// The interpreter is wrong about what was made, which does what the original
			// does when it is compiled
			interpreted = new Outcomes(expected, expected);
		}
		Outcomes compiled = compiled(parsed, cut, interpreted, random.functions(), seed);
		return new Comparison(interpreted, compiled, split.report().parents().size(), failed);
	}

	/**
	 * Runs both compiled, the one that was split with the compact code that applications
	 * get. Where the engine's compiler cannot compile the original, or makes something
	 * else of it than its interpreter, there is nothing to compare with; that has to do
	 * with exceptions, and with blocks that end where their function does.
	 */
	private static Outcomes compiled(WasmModule original, WasmModule cut, Outcomes interpreted,
			List<Signature> functions, long seed) {
		List<String> expected = attempt(() -> run(compiled(original), functions, seed));
		if (!expected.equals(interpreted.original())) {
			return Outcomes.NONE;
		}
		List<String> actual = attempt(() -> run(compact(cut), functions, seed));
		// What the compiler fails at is left whole, see Compilation
		return actual.isEmpty() ? Outcomes.NONE : new Outcomes(expected, actual);
	}

	/** Returns nothing if the compiler fails. */
	private static List<String> attempt(Supplier<List<String>> running) {
		try {
			return running.get();
		}
		catch (RuntimeException | VerifyError ex) {
			return List.of();
		}
	}

	private static Instance interpreted(WasmModule module) {
		return Oracle.instantiate(Instance.builder(module));
	}

	private static Instance compiled(WasmModule module) {
		return Instance.builder(module)
			.withMachineFactory(
					MachineFactoryCompiler.builder(module).withInterpreterFallback(InterpreterFallback.FAIL).compile())
			.build();
	}

	private static Instance compact(WasmModule module) {
		return Instance.builder(module)
			.withMachineFactory(CompactMachines.of(module))
			.withMemoryFactory((limits) -> new LinearMemory(MemoryImage.empty(limits), limits.maximumPages()))
			.build();
	}

	private static List<String> run(Instance instance, List<Signature> functions, long seed) {
		Random random = new Random(seed);
		List<String> happened = new ArrayList<>();
		for (int call = 0; call < CALLS; call++) {
			for (int i = 0; i < functions.size(); i++) {
				Signature type = functions.get(i);
				long[] arguments = new long[type.parameters().length];
				for (int j = 0; j < arguments.length; j++) {
					arguments[j] = argument(type.parameters()[j], random);
				}
				instance.global(RandomModule.FUEL).setValue(FUEL);
				happened.add("f" + i + Arrays.toString(arguments) + " " + call(instance, "f" + i, type, arguments) + " "
						+ state(instance));
			}
		}
		return happened;
	}

	private static long argument(byte type, Random random) {
		return switch (type) {
			case Types.I32 -> random.nextInt(10);
			case Types.I64 -> (random.nextInt(5) != 0) ? random.nextInt(100) : random.nextLong();
			case Types.F32 -> Float.floatToIntBits(random.nextInt(100) / 4f);
			default -> Double.doubleToLongBits(random.nextInt(100) / 4d);
		};
	}

	private static String call(Instance instance, String name, Signature type, long[] arguments) {
		try {
			long[] results = instance.export(name).apply(arguments);
			StringBuilder text = new StringBuilder();
			for (int i = 0; i < type.results().length; i++) {
				text.append(value(type.results()[i], results[i])).append(' ');
			}
			return text.toString();
		}
		catch (RuntimeException ex) {
			if (!ex.getClass().getName().startsWith("com.dylibso.")) {
				throw new IllegalStateException("The engine is wrong about this module", ex);
			}
			return ex.getClass().getSimpleName() + ": " + ex.getMessage();
		}
	}

	/** What a value is; all that are no number are alike. */
	private static String value(byte type, long bits) {
		return switch (type) {
			case Types.I32 -> Integer.toString((int) bits);
			case Types.F32 -> Float.toString(Float.intBitsToFloat((int) bits));
			case Types.F64 -> Double.toString(Double.longBitsToDouble(bits));
			default -> Long.toString(bits);
		};
	}

	private static String state(Instance instance) {
		StringBuilder text = new StringBuilder();
		for (int i = 0; i < GLOBALS; i++) {
			byte type = (i == RandomModule.FUEL) ? Types.I32
					: new byte[] { Types.I32, Types.I64, Types.F32, Types.F64 }[i % 4];
			text.append(value(type, instance.global(i).getValue())).append(' ');
		}
		byte[] memory = instance.memory().readBytes(0, 4096);
		return text.append(Arrays.hashCode(memory)).toString();
	}

	/**
	 * What a module did, and what was made of it.
	 *
	 * @param original call by call
	 * @param split call by call
	 */
	record Outcomes(List<String> original, List<String> split) {

		static final Outcomes NONE = new Outcomes(List.of(), List.of());

		String difference() {
			for (int i = 0; i < this.original.size(); i++) {
				if (!this.original.get(i).equals(this.split.get(i))) {
					return this.original.get(i) + "\n" + this.split.get(i);
				}
			}
			return "";
		}

	}

	/**
	 * What two modules did.
	 *
	 * @param interpreted by the interpreter
	 * @param compiled by the compiler, or nothing if it is wrong about the original
	 * @param parts how many functions were cut out
	 * @param failed the functions that were left whole by accident
	 */
	record Comparison(Outcomes interpreted, Outcomes compiled, int parts, List<SplitReport.Whole> failed) {

		/** Where they differ; empty if they do not. */
		String difference() {
			return this.interpreted.difference() + this.compiled.difference()
					+ (this.failed.isEmpty() ? "" : this.failed.toString());
		}

		boolean isCompiled() {
			return this.compiled != Outcomes.NONE;
		}

	}

}
