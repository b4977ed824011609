package dev.wasmspring.versions;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;

import dev.wasmspring.function.FunctionSettings;
import dev.wasmspring.sandbox.Engine;
import dev.wasmspring.script.ScriptRuntimes;
import org.jetbrains.annotations.ApiStatus;
import org.jspecify.annotations.Nullable;

/**
 * The tenants of an application that bring functions of their own. Lives as long as the
 * application context; shared by all threads.
 * <p>
 * Each has its own names, and what it was promised: memory that is set aside for it when
 * it is opened, and numbers of calls that are counted for it alone. Its functions are no
 * beans and have no endpoint.
 */
public final class WasmTenants {

	private static final Pattern NAMES = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,62}");

	private final Engine engine;

	private final ScriptRuntimes runtimes;

	private final FunctionSettings settings;

	private final long moduleSize;

	private final LongSupplier nanoTime;

	private final Map<String, WasmTenant> tenants = new ConcurrentSkipListMap<>();

	/**
	 * Prepares for tenants.
	 * @param engine what all of them share, and have their memory from
	 * @param runtimes the runtimes of scripts
	 * @param settings how functions are run that are loaded without limits of their own
	 * @param moduleSize the size of the largest module
	 */
	@ApiStatus.Internal
	public WasmTenants(Engine engine, ScriptRuntimes runtimes, FunctionSettings settings, long moduleSize) {
		this(engine, runtimes, settings, moduleSize, System::nanoTime);
	}

	WasmTenants(Engine engine, ScriptRuntimes runtimes, FunctionSettings settings, long moduleSize,
			LongSupplier nanoTime) {
		this.engine = engine;
		this.runtimes = runtimes;
		this.settings = settings;
		this.moduleSize = moduleSize;
		this.nanoTime = nanoTime;
	}

	/**
	 * Opens a tenant, and sets aside what it is promised.
	 * @param name its name: letters, digits, dashes and underscores
	 * @param quota what it is promised, and gets at most
	 * @return the tenant, to be closed when it is gone
	 * @throws IllegalArgumentException if the name is none
	 * @throws IllegalStateException if there is a tenant of that name, or if so much
	 * memory was promised to others that not enough is left
	 */
	public WasmTenant open(String name, TenantQuota quota) {
		if (!NAMES.matcher(name).matches()) {
			throw new IllegalArgumentException("The name of a tenant has ASCII letters, digits, '-' and '_', begins"
					+ " with a letter or a digit, and has at most 63 characters");
		}
		synchronized (this.tenants) {
			if (this.tenants.containsKey(name)) {
				throw new IllegalStateException("There is a tenant '" + name + "' already.");
			}
			Engine share = this.engine.share(quota.memory());
			if (share == null) {
				throw new IllegalStateException("Of the memory of all calls, not as much is left as tenant '" + name
						+ "' is to be promised. Raise 'wasm.limits.total-memory', or promise less.");
			}
			WasmTenant tenant = new WasmTenant(name, quota, share, this.runtimes, this.settings, this.moduleSize,
					new CallRate(quota.callsPerSecond(), this.nanoTime), () -> this.tenants.remove(name));
			this.tenants.put(name, tenant);
			return tenant;
		}
	}

	/**
	 * A tenant by its name.
	 * @param name its name
	 * @return {@code null} if there is none that is open
	 */
	public @Nullable WasmTenant find(String name) {
		return this.tenants.get(name);
	}

	/**
	 * The tenants that are open.
	 * @return their names, sorted
	 */
	public List<String> names() {
		return List.copyOf(this.tenants.keySet());
	}

}
