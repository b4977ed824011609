package dev.wasmspring.ai;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.ToolCallbackProvider;

/**
 * The functions that models may call, and {@code run_code} where it is switched on, as
 * tools for a {@code ChatClient}. Lives as long as the application context; shared by all
 * threads. It is asked anew each time, so that a function whose module changed is told as
 * it is now.
 */
public final class WasmTools implements ToolCallbackProvider {

	private final Supplier<List<FunctionTool>> functions;

	private final @Nullable RunCodeTool code;

	/**
	 * Gathers tools.
	 * @param functions the functions that may be called, as they are now
	 * @param code runs code, {@code null} if nothing does
	 */
	WasmTools(Supplier<List<FunctionTool>> functions, @Nullable RunCodeTool code) {
		this.functions = functions;
		this.code = code;
	}

	/**
	 * All tools.
	 * @return first the functions in the order of their names, then {@code run_code}
	 */
	@Override
	public ToolCallback[] getToolCallbacks() {
		Map<String, ToolCallback> tools = new LinkedHashMap<>();
		this.functions.get().forEach((tool) -> tools.putIfAbsent(tool.getToolDefinition().name(), tool));
		List<ToolCallback> all = new ArrayList<>(tools.values());
		if (this.code != null) {
			all.removeIf((tool) -> tool.getToolDefinition().name().equals(RunCodeTool.NAME));
			all.add(this.code);
		}
		return all.toArray(ToolCallback[]::new);
	}

}
