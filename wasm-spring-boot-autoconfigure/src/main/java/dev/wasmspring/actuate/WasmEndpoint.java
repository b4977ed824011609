package dev.wasmspring.actuate;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import dev.wasmspring.function.FunctionDefinition;
import dev.wasmspring.function.ModuleStatus;
import dev.wasmspring.function.WasmFunctions;
import dev.wasmspring.sandbox.module.Module;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;

/**
 * The actuator endpoint {@code wasm}: which modules and functions there are, how the
 * functions do, and what they run on. Lives as long as the application context and is
 * shared by all threads.
 */
@Endpoint(id = "wasm")
public final class WasmEndpoint {

	private final WasmFunctions functions;

	/**
	 * Creates the endpoint.
	 * @param functions the functions and their modules
	 */
	public WasmEndpoint(WasmFunctions functions) {
		this.functions = functions;
	}

	/**
	 * The engine, all modules and all functions that can be called, sorted by name.
	 * @return what there is at this moment
	 */
	@ReadOperation
	public Report all() {
		List<FunctionDefinition> definitions = this.functions.definitions();
		Map<Module, List<String>> names = definitions.stream()
			.collect(Collectors.groupingBy(FunctionDefinition::module,
					Collectors.mapping(FunctionDefinition::name, Collectors.toList())));
		return new Report(EngineReport.now(this.functions),
				this.functions.modules()
					.stream()
					.sorted(Comparator.comparing(ModuleStatus::name).thenComparing(ModuleStatus::state))
					.map((module) -> ModuleReport.of(module, names))
					.toList(),
				definitions.stream().map(this::report).toList());
	}

	/**
	 * One function.
	 * @param function the function's name
	 * @return {@code null} if there is no such function, or if its module was rejected
	 */
	@ReadOperation
	public @Nullable FunctionReport function(@Selector String function) {
		return this.functions.definitions()
			.stream()
			.filter((definition) -> definition.name().equals(function))
			.findFirst()
			.map(this::report)
			.orElse(null);
	}

	private FunctionReport report(FunctionDefinition definition) {
		return FunctionReport.of(definition, this.functions.get(definition.name()).statistics());
	}

	/**
	 * What the endpoint answers. Immutable.
	 *
	 * @param engine the engine that all of them run on
	 * @param modules all modules that were found
	 * @param functions all functions that can be called
	 */
	public record Report(EngineReport engine, List<ModuleReport> modules,
			List<FunctionReport> functions) implements OperationResponseBody {

	}

}
