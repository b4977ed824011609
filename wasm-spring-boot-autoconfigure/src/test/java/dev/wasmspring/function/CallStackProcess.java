package dev.wasmspring.function;

import java.util.List;
import java.util.concurrent.FutureTask;

import dev.wasmspring.Fixtures;
import dev.wasmspring.sandbox.Engine;
import dev.wasmspring.sandbox.limit.Outcome;

/**
 * A JVM in which nothing is warm, and whose guests go deep at their first call.
 */
final class CallStackProcess {

	/** As small as a stack gets. */
	private static final int SMALL = 256 * 1024;

	private CallStackProcess() {
	}

	/**
	 * Prints what functions answer.
	 * @param arguments {@code main}, {@code small} or {@code virtual} for the thread that
	 * calls, or {@code brink} for one whose stack is as good as full
	 */
	public static void main(String[] arguments) throws Exception {
		try (Engine engine = new Engine()) {
			FutureTask<Void> calls = new FutureTask<>(
					arguments[0].equals("brink") ? () -> callOnTheBrink(engine) : () -> callAll(engine), null);
			switch (arguments[0]) {
				case "main" -> calls.run();
				case "virtual" -> Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, calls);
				default -> new Thread(null, calls, "small", SMALL).start();
			}
			calls.get();
			System.out.println("> running " + engine.runningCalls().getAsInt());
		}
	}

	private static void callAll(Engine engine) {
		List<FunctionDefinition> definitions = TestFunctions.definitions(Fixtures.module("levels"),
				TestFunctions.SETTINGS);
		WasmFunctions functions = new WasmFunctions(new ServedModules(engine, definitions, List.of()));
		WasmFunction rec40 = TestFunctions.function(engine, "rec40");
		System.out.println("> small " + call(functions.get("small"), "20000"));
		System.out.println("> medium " + call(functions.get("medium"), "9000"));
		System.out.println("> rec40 " + call(rec40, "3000"));
		System.out.println("> too deep " + call(rec40, "1000000"));
		System.out.println("> rec40 " + call(rec40, "2000"));
		System.out.println("> initialize_deep " + call(TestFunctions.function(engine, "initialize_deep"), ""));
	}

	private static String call(WasmFunction function, String input) {
		try {
			return (String) function.apply(input);
		}
		catch (WasmFunctionException ex) {
			return ex.outcome() + " " + ex.detail();
		}
	}

	/**
	 * Calls a function from the deepest level that there is, and from each one above.
	 * Whatever is used for the first time there is broken, and no fault of a guest; so
	 * the function has answered and trapped before.
	 */
	private static void callOnTheBrink(Engine engine) {
		WasmFunction rec40 = TestFunctions.function(engine, "rec40");
		call(rec40, "3000");
		call(rec40, "1000000");
		int[] endings = new int[3];
		descend(rec40, endings);
		System.out
			.println("> answered " + (endings[0] > 0) + ", trapped " + (endings[1] > 0) + ", wrong " + endings[2]);
		System.out.println("> rec40 " + call(rec40, "2000"));
		System.out.println("> active " + rec40.statistics().sandboxesActive());
	}

	private static void descend(WasmFunction function, int[] endings) {
		try {
			descend(function, endings);
		}
		catch (StackOverflowError ex) {
			// This is the deepest level, or what it called had no room
		}
		try {
			endings["8200.0".equals(String.valueOf(function.apply("4"))) ? 0 : 2]++;
		}
		catch (WasmFunctionException ex) {
			endings[(ex.outcome() == Outcome.TRAP) ? 1 : 2]++;
		}
	}

}
