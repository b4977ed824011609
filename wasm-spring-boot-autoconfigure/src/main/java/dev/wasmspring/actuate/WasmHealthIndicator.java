package dev.wasmspring.actuate;

import java.util.LinkedHashMap;
import java.util.Map;

import dev.wasmspring.function.ModuleRejection;
import dev.wasmspring.function.ModuleStatus;
import dev.wasmspring.function.WasmFunctions;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * The health of the modules. Lives as long as the application context and is shared by
 * all threads.
 */
public final class WasmHealthIndicator extends AbstractHealthIndicator {

	private final WasmFunctions functions;

	private final boolean outOfServiceWhenRejected;

	/**
	 * Creates the indicator.
	 * @param functions the functions and their modules
	 * @param outOfServiceWhenRejected whether a rejected module of which no older version
	 * is in service makes the health {@code OUT_OF_SERVICE}
	 */
	public WasmHealthIndicator(WasmFunctions functions, boolean outOfServiceWhenRejected) {
		super("The modules cannot be looked at");
		this.functions = functions;
		this.outOfServiceWhenRejected = outOfServiceWhenRejected;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		boolean missing = false;
		Map<String, Object> modules = new LinkedHashMap<>();
		for (ModuleStatus module : this.functions.modules()) {
			ModuleRejection rejected = module.rejection();
			missing |= rejected != null && !rejected.olderInService();
			// A rejected version comes after the one in service, and says more
			modules.put(module.name(), details(module));
		}
		if (missing && this.outOfServiceWhenRejected) {
			builder.outOfService();
		}
		else {
			builder.up();
		}
		builder.withDetail("modules", modules);
	}

	private static Map<String, Object> details(ModuleStatus module) {
		Map<String, Object> details = new LinkedHashMap<>();
		details.put("state", module.state().toString());
		ModuleRejection rejected = module.rejection();
		if (rejected != null) {
			details.put("origin", rejected.origin());
			details.put("reason", rejected.reason());
			details.put("remedy", rejected.remedy());
			details.put("olderInService", rejected.olderInService());
		}
		return details;
	}

}
