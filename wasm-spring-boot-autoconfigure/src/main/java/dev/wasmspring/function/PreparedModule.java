package dev.wasmspring.function;

import java.util.List;

import dev.wasmspring.sandbox.Template;
import dev.wasmspring.sandbox.module.Module;
import org.jetbrains.annotations.ApiStatus;

/**
 * A module that is loaded and whose functions are not in service yet. Lives from
 * {@link ServedModules#prepare} to {@link ServedModules#serve}; immutable.
 */
@ApiStatus.Internal
public final class PreparedModule {

	private final List<FunctionDefinition> functions;

	private final LazyTemplate template;

	PreparedModule(List<FunctionDefinition> functions, LazyTemplate template) {
		this.functions = List.copyOf(functions);
		this.template = template;
	}

	/**
	 * The functions that the module gives.
	 * @return at least one
	 */
	public List<FunctionDefinition> functions() {
		return this.functions;
	}

	Module module() {
		return this.template.module();
	}

	LazyTemplate template() {
		return this.template;
	}

	/**
	 * The memory that it holds while it is kept, beyond what it shares with others.
	 * @return about how many bytes
	 */
	public long heldMemory() {
		Template loaded = this.template.loaded();
		return module().size() + ((loaded != null) ? loaded.heldMemory() : 0);
	}

}
