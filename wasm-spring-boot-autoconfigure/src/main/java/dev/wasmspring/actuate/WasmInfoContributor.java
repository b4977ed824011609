package dev.wasmspring.actuate;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

import dev.wasmspring.function.FunctionDefinition;
import dev.wasmspring.function.ModuleStatus;
import dev.wasmspring.function.ModuleStatus.State;
import dev.wasmspring.function.WasmFunctions;

import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;

/**
 * The part of the endpoint {@code info} that says how many modules were loaded and which
 * functions there are. Lives as long as the application context and is shared by all
 * threads.
 */
public final class WasmInfoContributor implements InfoContributor {

	private final WasmFunctions functions;

	/**
	 * Creates the contributor.
	 * @param functions the functions and their modules
	 */
	public WasmInfoContributor(WasmFunctions functions) {
		this.functions = functions;
	}

	@Override
	public void contribute(Info.Builder builder) {
		Map<State, Integer> modules = new EnumMap<>(State.class);
		for (ModuleStatus module : this.functions.modules()) {
			modules.merge(module.state(), 1, Integer::sum);
		}
		Map<String, Integer> counts = new LinkedHashMap<>();
		for (State state : State.values()) {
			counts.put(state.toString(), modules.getOrDefault(state, 0));
		}
		Map<String, Object> details = new LinkedHashMap<>();
		details.put("modules", counts);
		details.put("functions", this.functions.definitions().stream().map(FunctionDefinition::name).toList());
		builder.withDetail("wasm", details);
	}

}
