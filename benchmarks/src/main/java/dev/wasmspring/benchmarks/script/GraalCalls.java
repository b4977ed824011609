package dev.wasmspring.benchmarks.script;

import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

import dev.wasmspring.benchmarks.peer.WarmUp;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Engine;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;

/**
 * A program that measures the same scripts in a language of GraalVM, with a fresh context
 * for each call on one engine, which keeps their code; and prints what it measured.
 */
public final class GraalCalls {

	private static final long LONGEST = TimeUnit.SECONDS.toNanos(60);

	private GraalCalls() {
	}

	/**
	 * Runs the program.
	 * @param args {@code js} or {@code python}, and how many calls to measure
	 */
	public static void main(String[] args) throws Exception {
		String language = args[0];
		int calls = Integer.parseInt(args[1]);
		try (Engine engine = Engine.newBuilder(language).option("engine.WarnInterpreterOnly", "false").build()) {
			for (Script script : new Script[] { Script.ORDER, Script.TRIVIAL }) {
				Source source = source(language, script);
				Callable<String> call = () -> call(engine, language, source, script.input());
				script.requireAnswer(call.call());
				warmUp(call);
				Timing.of(calls, LONGEST, call).print(script.label());
				script.requireAnswer(call.call());
			}
			Callable<Boolean> open = () -> {
				try (Context context = context(engine, language)) {
					// Languages are otherwise initialised when they are first used
					return context.initialize(language);
				}
			};
			warmUp(open);
			Timing.of(calls, LONGEST, open).print("sandbox");
		}
		System.exit(0);
	}

	/**
	 * Calls that take long are no warmer after half a minute of them.
	 */
	private static void warmUp(Callable<?> call) throws Exception {
		long start = System.nanoTime();
		call.call();
		if (System.nanoTime() - start < TimeUnit.SECONDS.toNanos(1)) {
			WarmUp.of(call);
		}
	}

	/**
	 * The script, with a function that takes and gives JSON as text as its last value.
	 */
	private static Source source(String language, Script script) {
		String text = language.equals("js")
				? script.source("js").replace("export ", "") + "\n(text) => JSON.stringify(handle(JSON.parse(text)));\n"
				: script.source("py") + "\nimport json\n(lambda text: json.dumps(handle(json.loads(text))))\n";
		return Source.newBuilder(language, text, script.label()).buildLiteral();
	}

	private static Context context(Engine engine, String language) {
		return Context.newBuilder(language).engine(engine).build();
	}

	private static String call(Engine engine, String language, Source source, String input) {
		try (Context context = context(engine, language)) {
			Value function = context.eval(source);
			return function.execute(input).asString();
		}
	}

}
