package dev.wasmspring.ai;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.wasmspring.function.FunctionDefinition;
import dev.wasmspring.function.WasmFunctions;

/**
 * The functions as tools, each described as it is in service. Lives as long as the
 * application context; shared by all threads.
 */
final class FunctionTools {

	private final WasmFunctions functions;

	private final ToolAudit audit;

	private final int most;

	/** By the names of the functions. */
	private final Map<String, FunctionTool> tools = new ConcurrentHashMap<>();

	FunctionTools(WasmFunctions functions, ToolAudit audit, int most) {
		this.functions = functions;
		this.audit = audit;
		this.most = most;
	}

	/**
	 * Those that can be called now.
	 * @return in the order of their names
	 */
	List<FunctionTool> of(ToolNames names) {
		return this.functions.definitions().stream().filter(names::has).map(this::tool).toList();
	}

	private FunctionTool tool(FunctionDefinition current) {
		FunctionTool known = this.tools.get(current.name());
		if (known == null || !known.describes(current)) {
			known = new FunctionTool(this.functions.get(current.name()), current, this.audit, this.most);
			this.tools.put(current.name(), known);
		}
		return known;
	}

}
