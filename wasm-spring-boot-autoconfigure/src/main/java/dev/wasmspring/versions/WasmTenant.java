package dev.wasmspring.versions;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

import dev.wasmspring.discovery.ModuleResource;
import dev.wasmspring.discovery.NamedExport;
import dev.wasmspring.function.CallStatistics;
import dev.wasmspring.function.FunctionDefinition;
import dev.wasmspring.function.FunctionSettings;
import dev.wasmspring.function.ModuleVersion;
import dev.wasmspring.function.PreparedModule;
import dev.wasmspring.function.ServedModules;
import dev.wasmspring.function.WasmFunctionException;
import dev.wasmspring.function.WasmFunctions;
import dev.wasmspring.sandbox.Engine;
import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.limit.Outcome;
import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.module.ModuleException;
import dev.wasmspring.sandbox.wasi.Capabilities;
import dev.wasmspring.script.ScriptRuntimes;
import org.jspecify.annotations.Nullable;

/**
 * A tenant and its functions, of which the last three versions are kept. Lives until it
 * is closed; shared by all threads.
 * <p>
 * Its functions see nothing of those of others, have names of their own, and get what the
 * tenant was promised. In logs and exceptions their names begin with that of the tenant
 * and a dot.
 */
public final class WasmTenant implements AutoCloseable {

	private static final int KEPT = 3;

	private final String name;

	private final TenantQuota quota;

	private final Engine engine;

	private final ScriptRuntimes runtimes;

	private final FunctionSettings settings;

	private final long moduleSize;

	private final CallRate rate;

	private final Runnable closing;

	private final Semaphore calls;

	private final ServedModules served;

	private final WasmFunctions functions;

	private final AtomicBoolean closed = new AtomicBoolean();

	WasmTenant(String name, TenantQuota quota, Engine engine, ScriptRuntimes runtimes, FunctionSettings settings,
			long moduleSize, CallRate rate, Runnable closing) {
		this.name = name;
		this.quota = quota;
		this.engine = engine;
		this.runtimes = runtimes;
		this.settings = settings;
		this.moduleSize = moduleSize;
		this.rate = rate;
		this.closing = closing;
		this.calls = new Semaphore(quota.concurrency());
		this.served = new ServedModules(engine, List.of(), List.of());
		this.served.keepVersions(KEPT);
		this.functions = new WasmFunctions(this.served);
	}

	/**
	 * Loads a module or a script under the limits of all functions, and puts it into
	 * service in place of the one of the same name.
	 * @param name the name of the module, for the tenant
	 * @param language {@code wasm}, or the language of a script, for example
	 * {@code javascript}
	 * @param content the module, or the script in UTF-8
	 * @return the version that is in service now
	 * @see #load(String, String, byte[], Limits)
	 */
	public ModuleVersion load(String name, String language, byte[] content) {
		return load(name, language, content, this.settings.limits());
	}

	/**
	 * Loads a script under the limits of all functions, and puts it into service in place
	 * of the one of the same name.
	 * @param name the name of the function, for the tenant
	 * @param language the language of the script, for example {@code javascript}
	 * @param source the script
	 * @return the version that is in service now
	 * @see #load(String, String, byte[], Limits)
	 */
	public ModuleVersion load(String name, String language, String source) {
		return load(name, language, source.getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * Loads a module or a script, and puts it into service in place of the one of the
	 * same name.
	 * @param name the name of the module, for the tenant. A module with one function
	 * gives the function of that name, one with several gives one for each export
	 * @param language {@code wasm}, or the language of a script, for example
	 * {@code javascript}
	 * @param content the module, or the script in UTF-8
	 * @param limits what loading it, and each call of it, may use
	 * @return the version that is in service now
	 * @throws ModuleException if it cannot be used; the old version stays in service
	 * @throws WasmFunctionException with {@link Outcome#REJECTED} if the tenant has as
	 * many functions, or as much memory, as it may, or if the tenant is closed
	 * @throws IllegalArgumentException if there is no such language
	 */
	public ModuleVersion load(String name, String language, byte[] content, Limits limits) {
		byte[] copy = content.clone();
		ModuleResource resource = ContentModules.resource(full(name), language, copy,
				"what tenant '" + this.name + "' has loaded [" + name + "]");
		ContentModules.requireAllowed(resource, copy, this.moduleSize);
		synchronized (this.served) {
			requireOpen(name);
			Module module = resource.parse(this.runtimes, ContentModules.bytes(resource, language, copy));
			List<FunctionDefinition> definitions = definitions(module, limits);
			requireFew(module, definitions);
			this.served.serve(prepare(name, definitions));
			return this.served.versions(module.name())
				.stream()
				.filter(ModuleVersion::inService)
				.findFirst()
				.orElseThrow();
		}
	}

	private List<FunctionDefinition> definitions(Module module, Limits limits) {
		FunctionSettings common = new FunctionSettings(null, null, null, limits, this.quota.concurrency(),
				FunctionSettings.Queue.NONE, Capabilities.NONE, true);
		return NamedExport.of(module)
			.stream()
			.map((export) -> new FunctionDefinition(export.name(), module, export.export(), common))
			.toList();
	}

	private void requireFew(Module module, List<FunctionDefinition> definitions) {
		List<String> others = new ArrayList<>();
		for (String other : this.served.moduleNames()) {
			if (!other.equals(module.name())) {
				this.served.versions(other)
					.stream()
					.filter(ModuleVersion::inService)
					.forEach((version) -> others.addAll(version.functions()));
			}
		}
		for (FunctionDefinition definition : definitions) {
			if (others.contains(definition.name())) {
				throw new ModuleException(module.name(), module.origin(),
						"Its function '" + definition.name()
								+ "' has the same name as one of another module of the tenant.",
						"Rename it, or an export.", null);
			}
		}
		if (others.size() + definitions.size() > this.quota.functions()) {
			throw WasmFunctionException.rejected(module.name(),
					"Tenant '" + this.name + "' has as many functions as it may, " + this.quota.functions() + ".");
		}
	}

	private PreparedModule prepare(String name, List<FunctionDefinition> definitions) {
		try {
			PreparedModule prepared = this.served.prepare(definitions);
			if (this.served.heldMemory() + prepared.heldMemory() > this.quota.memory()) {
				throw WasmFunctionException.rejected(full(name),
						"The functions of tenant '" + this.name + "' hold as much memory as they may.");
			}
			return prepared;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw WasmFunctionException.rejected(full(name), "It was interrupted while it was loaded.");
		}
	}

	private String full(String name) {
		return this.name + "." + name;
	}

	private void requireOpen(String function) {
		if (this.closed.get()) {
			throw WasmFunctionException.rejected(full(function), "Tenant '" + this.name + "' is closed.");
		}
	}

	/**
	 * A function of the tenant, whether or not there is one of that name now.
	 * @param function its name, for the tenant
	 * @return what calls the version that is in service, as the bean of a function does,
	 * and counts the calls for the tenant
	 */
	public Function<Object, Object> function(String function) {
		return (input) -> call(function, input);
	}

	/**
	 * Calls a function of the tenant.
	 * @param function its name, for the tenant
	 * @param input a {@code byte[]}, a {@code String}, or a {@code Message} of one
	 * @return the output, in the same kind
	 * @throws WasmFunctionException if the call does not succeed; with
	 * {@link Outcome#REJECTED} if the tenant has begun as many calls in the last second,
	 * or runs as many, as it may
	 */
	public Object call(String function, Object input) {
		requireOpen(function);
		Function<Object, Object> called = this.functions.require(full(function));
		if (!this.calls.tryAcquire()) {
			throw WasmFunctionException.rejected(full(function), "Tenant '" + this.name + "' already runs "
					+ this.quota.concurrency() + " calls, as many as it may.");
		}
		try {
			if (!this.rate.tryBegin()) {
				throw WasmFunctionException.rejected(full(function), "Tenant '" + this.name
						+ "' has begun as many calls as it may for now, " + this.quota.callsPerSecond() + " a second.");
			}
			return called.apply(input);
		}
		finally {
			this.calls.release();
		}
	}

	/**
	 * Puts the version before the one in service into service again.
	 * @param module the name of the module, for the tenant
	 * @throws IllegalArgumentException if there is no such module
	 * @throws IllegalStateException if no older version is kept
	 */
	public void rollBack(String module) {
		rollBack(module, null);
	}

	/**
	 * Puts a version that is kept into service again.
	 * @param module the name of the module, for the tenant
	 * @param digest its digest, or the first digits of it, at least eight; {@code null}
	 * for the one before the one in service
	 * @throws IllegalArgumentException if there is no such module or version
	 * @throws IllegalStateException if no older version is kept
	 */
	public void rollBack(String module, @Nullable String digest) {
		synchronized (this.served) {
			this.served.serve(this.served.kept(full(module), digest));
		}
	}

	/**
	 * Splits calls between the version in service and another one that is kept.
	 * @param module the name of the module, for the tenant
	 * @param digest the digest of the other version, or the first digits of it;
	 * {@code null} for the one before the one in service
	 * @param percent how many of a hundred calls go to the other version, 0 for none any
	 * more
	 * @throws IllegalArgumentException if there is no such module or version, or no such
	 * percentage
	 * @throws IllegalStateException if no older version is kept
	 */
	public void split(String module, @Nullable String digest, int percent) {
		this.served.split(full(module), digest, percent);
	}

	/**
	 * Disables a function: its calls end with {@code unknown-function}.
	 * @param function its name, for the tenant
	 * @throws IllegalArgumentException if there is no such function
	 */
	public void disable(String function) {
		this.served.enable(full(function), false);
	}

	/**
	 * Enables a function that was disabled.
	 * @param function its name, for the tenant
	 * @throws IllegalArgumentException if there is no such function
	 */
	public void enable(String function) {
		this.served.enable(full(function), true);
	}

	/**
	 * Removes a module with all of its versions.
	 * @param module its name, for the tenant
	 */
	public void remove(String module) {
		this.served.remove(full(module));
	}

	/**
	 * The versions of a module that are kept.
	 * @param module its name, for the tenant
	 * @return the newest first; none if there is no such module
	 */
	public List<ModuleVersion> versions(String module) {
		return this.served.versions(full(module));
	}

	/**
	 * The functions that can be called.
	 * @return their names, for the tenant, sorted
	 */
	public List<String> functions() {
		return this.functions.all().stream().map((function) -> function.name().substring(full("").length())).toList();
	}

	/**
	 * What is counted of a function's calls.
	 * @param function its name, for the tenant
	 * @return the statistics, which go on counting
	 * @throws WasmFunctionException if there never was such a function
	 */
	public CallStatistics statistics(String function) {
		return this.functions.get(full(function)).statistics();
	}

	/**
	 * The host memory that the tenant's calls hold now.
	 * @return bytes
	 */
	public long memoryInUse() {
		return this.engine.memoryInUse();
	}

	/**
	 * The name of the tenant.
	 * @return the name
	 */
	public String name() {
		return this.name;
	}

	/**
	 * What the tenant was promised.
	 * @return the quota
	 */
	public TenantQuota quota() {
		return this.quota;
	}

	/**
	 * Forgets the tenant and all of its functions, and lets others have what was set
	 * aside for it. Calls that run end undisturbed. Closing it again does nothing.
	 */
	@Override
	public void close() {
		if (this.closed.compareAndSet(false, true)) {
			synchronized (this.served) {
				this.served.moduleNames().forEach(this.served::remove);
			}
			this.engine.close();
			this.closing.run();
		}
	}

	@Override
	public String toString() {
		return "tenant '" + this.name + "'";
	}

}
