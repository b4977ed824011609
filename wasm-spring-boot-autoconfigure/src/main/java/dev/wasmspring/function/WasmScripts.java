package dev.wasmspring.function;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;

import dev.wasmspring.sandbox.Engine;
import dev.wasmspring.sandbox.Template;
import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.limit.Outcome;
import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.module.ModuleException;
import dev.wasmspring.sandbox.wasi.Capabilities;
import dev.wasmspring.script.ScriptFile;
import dev.wasmspring.script.ScriptLanguage;
import dev.wasmspring.script.ScriptRuntimes;
import org.jetbrains.annotations.ApiStatus;

/**
 * Compiles scripts that come while the application runs: rules from a database, or code
 * that a user or a model wrote. Lives as long as the application context; shared by all
 * threads.
 * <p>
 * What it compiles is no bean and has no endpoint. Whoever compiles a script holds it,
 * and closes it when it is not needed any more. Many tenants may do so: a script sees
 * nothing of the others, and all of them together are bounded in number and memory.
 */
public final class WasmScripts {

	private static final String NAME = "script";

	private static final String ORIGIN = "run time";

	private static final Pattern NAMES = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

	/** What a script costs beyond its memory and its source. */
	private static final long OVERHEAD = 4 * 1024;

	private final Engine engine;

	private final ScriptRuntimes runtimes;

	private final FunctionSettings settings;

	private final int maxCount;

	private final long maxMemory;

	private final FunctionObserver observer;

	private final GuestThreads threads = new GuestThreads();

	/** Scripts are kept until they are closed, and are bounded otherwise. */
	private final LoadedModules loadedModules = new LoadedModules(LoadedModules.UNLIMITED);

	private final AtomicInteger count = new AtomicInteger();

	private final AtomicLong memory = new AtomicLong();

	private final LongAdder compiled = new LongAdder();

	private final LongAdder failed = new LongAdder();

	/**
	 * Prepares the compiling.
	 * @param engine loads the scripts
	 * @param runtimes the runtimes of their languages
	 * @param settings how scripts are run that are compiled without limits of their own
	 * @param maxCount how many may be open at once
	 * @param maxMemory host memory that they may hold together, in bytes
	 */
	@ApiStatus.Internal
	public WasmScripts(Engine engine, ScriptRuntimes runtimes, FunctionSettings settings, int maxCount,
			long maxMemory) {
		this(engine, runtimes, settings, maxCount, maxMemory, FunctionObserver.NONE);
	}

	/**
	 * Prepares the compiling.
	 * @param engine loads the scripts
	 * @param runtimes the runtimes of their languages
	 * @param settings how scripts are run that are compiled without limits of their own
	 * @param maxCount how many may be open at once
	 * @param maxMemory host memory that they may hold together, in bytes
	 * @param observer is told of their calls, by the names of the scripts
	 */
	@ApiStatus.Internal
	public WasmScripts(Engine engine, ScriptRuntimes runtimes, FunctionSettings settings, int maxCount, long maxMemory,
			FunctionObserver observer) {
		this.engine = engine;
		this.runtimes = runtimes;
		this.settings = settings;
		this.maxCount = maxCount;
		this.maxMemory = maxMemory;
		this.observer = new ScriptObserver(observer, NAME);
	}

	/**
	 * Compiles a script under the limits of all functions.
	 * @param language the script's language, for example {@code javascript}
	 * @param source the script
	 * @return the script as a function, to be closed when it is not needed any more
	 * @see #compile(String, String, String, Limits)
	 */
	public ScriptFunction compile(String language, String source) {
		return compile(NAME, language, source, this.settings.limits());
	}

	/**
	 * Compiles a script.
	 * @param language the script's language, for example {@code javascript}
	 * @param source the script
	 * @param limits what loading it, and each call of it, may use
	 * @return the script as a function, to be closed when it is not needed any more
	 * @see #compile(String, String, String, Limits)
	 */
	public ScriptFunction compile(String language, String source, Limits limits) {
		return compile(NAME, language, source, limits);
	}

	/**
	 * Compiles a script that has a name.
	 * @param name what it is called in messages and meters; its log is
	 * {@code wasm.functions.<name>}. Loggers and meters stay, so this is better the name
	 * of what scripts are for than that of each
	 * @param language the script's language, for example {@code javascript}
	 * @param source the script
	 * @param limits what loading it, and each call of it, may use
	 * @return the script as a function, to be closed when it is not needed any more
	 * @throws ModuleException if the script cannot be compiled, with a
	 * {@code ScriptException} as its cause that has line and column if it is at fault
	 * itself
	 * @throws WasmFunctionException with {@link Outcome#REJECTED} if as many scripts are
	 * open as may be, or if the thread was interrupted
	 * @throws IllegalArgumentException if there is no such language, or if the name has
	 * other characters than ASCII letters, digits, dots, dashes and underscores
	 */
	public ScriptFunction compile(String name, String language, String source, Limits limits) {
		if (!NAMES.matcher(name).matches()) {
			throw new IllegalArgumentException(
					"The name of a script has ASCII letters, digits, '.', '-' and '_', begins"
							+ " with a letter or a digit, and has at most 100 characters");
		}
		ScriptLanguage kind = ScriptLanguage.of(language);
		ScriptFile file = new ScriptFile(name + "." + kind.extensions().get(0),
				source.getBytes(StandardCharsets.UTF_8));
		return compile(name, kind, new HostedScript(List.of(file), null, null), limits);
	}

	/**
	 * Compiles a script whose calls are hosted: each has a {@link HostedCall} as a header
	 * of its message.
	 * @param name what it is called in messages and meters
	 * @param language the script's language
	 * @param script its files, and what is told of it
	 * @param limits what loading the script, and each call of it, may use
	 * @return the script as a function, to be closed when it is not needed any more
	 * @throws ModuleException if the script cannot be compiled
	 * @throws WasmFunctionException with {@link Outcome#REJECTED} if as many scripts are
	 * open as may be, or if the thread was interrupted
	 */
	@ApiStatus.Internal
	public ScriptFunction compile(String name, String language, HostedScript script, Limits limits) {
		return compile(name, ScriptLanguage.of(language), script, limits);
	}

	private ScriptFunction compile(String name, ScriptLanguage language, HostedScript script, Limits limits) {
		if (this.count.incrementAndGet() > this.maxCount) {
			this.count.decrementAndGet();
			this.failed.increment();
			throw new WasmFunctionException(name, Outcome.REJECTED,
					"There are " + this.maxCount + " scripts open, as many as may be.");
		}
		long held = 0;
		boolean compiled = false;
		try {
			byte[] block = ScriptFile.block(script.files());
			Module module = this.runtimes.module(name, ORIGIN, language, () -> block, script.printed());
			FunctionDefinition definition = definition(module, limits,
					this.settings.capabilities().withHostCalls(script.whileLoading()));
			LazyTemplate template = new LazyTemplate(this.engine, module, List.of(definition), FunctionObserver.NONE,
					this.loadedModules);
			held = load(name, template).heldMemory() + block.length + OVERHEAD;
			if (this.memory.addAndGet(held) > this.maxMemory) {
				throw new WasmFunctionException(name, Outcome.REJECTED,
						"All scripts that are open hold as much memory as they may.");
			}
			long released = held;
			ScriptFunction function = new ScriptFunction(function(definition, template), () -> release(released));
			compiled = true;
			this.compiled.increment();
			return function;
		}
		finally {
			if (!compiled) {
				this.failed.increment();
				release(held);
			}
		}
	}

	private void release(long held) {
		this.memory.addAndGet(-held);
		this.count.decrementAndGet();
	}

	private FunctionDefinition definition(Module script, Limits limits, Capabilities capabilities) {
		FunctionSettings settings = new FunctionSettings(null, null, null, limits, this.settings.concurrency(),
				this.settings.queue(), capabilities, true);
		return new FunctionDefinition(script.name(), script, script.exports().get(0), settings);
	}

	private WasmFunction function(FunctionDefinition definition, LazyTemplate template) {
		WasmFunction function = new WasmFunction(definition.name(), definition.settings(), this.threads, this.observer,
				InputWriter.NONE);
		function.serve(new FunctionVersion(definition, template));
		return function;
	}

	private static Template load(String name, LazyTemplate template) {
		try {
			return template.get();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new WasmFunctionException(name, Outcome.REJECTED, "It was interrupted while it was compiled.");
		}
	}

	/**
	 * The languages whose runtimes are on the class path.
	 * @return their words, for example {@code javascript}
	 */
	public List<String> languages() {
		return this.runtimes.languages().stream().map(ScriptLanguage::toString).toList();
	}

	/**
	 * How many scripts were compiled so far.
	 * @return their number, those that were closed included
	 */
	public long compiled() {
		return this.compiled.sum();
	}

	/**
	 * How many scripts could not be compiled so far, or were one too many.
	 * @return their number
	 */
	public long failed() {
		return this.failed.sum();
	}

	/**
	 * How many scripts are open, those that are being compiled included.
	 * @return their number
	 */
	public int count() {
		return this.count.get();
	}

	/**
	 * The host memory that the open scripts hold, beyond what they share with their
	 * runtimes.
	 * @return about how many bytes
	 */
	public long memory() {
		return this.memory.get();
	}

}
