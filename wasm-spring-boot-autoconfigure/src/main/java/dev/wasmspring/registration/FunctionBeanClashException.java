package dev.wasmspring.registration;

import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.module.ModuleException;

/**
 * Thrown when a function and another bean have the same name.
 */
public final class FunctionBeanClashException extends RuntimeException {

	private final String function;

	private final String origin;

	private final String bean;

	/**
	 * Creates an exception for one name.
	 * @param function the name of the function
	 * @param origin where its module came from
	 * @param bean what else has the name, and where that is defined if it is known
	 */
	public FunctionBeanClashException(String function, String origin, String bean) {
		super("Function '" + function + "' from " + origin + " has the same name as " + bean);
		this.function = function;
		this.origin = origin;
		this.bean = bean;
	}

	/**
	 * The same of the function's module, which is rejected as a whole.
	 */
	ModuleException ofModule(Module module) {
		return new ModuleException(module.name(), module.origin(),
				"Its function '" + this.function + "' has the same name as " + this.bean + ".",
				"Rename the module, or the bean.", this);
	}

	/**
	 * The name that both have.
	 */
	public String function() {
		return this.function;
	}

	/**
	 * Where the function's module came from.
	 */
	public String origin() {
		return this.origin;
	}

	/**
	 * What else has the name, and where that is defined if it is known.
	 */
	public String bean() {
		return this.bean;
	}

}
