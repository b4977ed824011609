package dev.wasmspring.versions;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import dev.wasmspring.discovery.DiscoveredModule;
import dev.wasmspring.discovery.FunctionDiscovery;
import dev.wasmspring.discovery.ModuleResource;
import dev.wasmspring.function.FunctionDefinition;
import dev.wasmspring.function.ModuleVersion;
import dev.wasmspring.function.PreparedModule;
import dev.wasmspring.function.ServedModules;
import dev.wasmspring.function.WasmFunctions;
import dev.wasmspring.registration.FunctionBeanRegistry;
import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.module.ModuleException;
import dev.wasmspring.versions.VersionListener.Action;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jetbrains.annotations.ApiStatus;
import org.jspecify.annotations.Nullable;

/**
 * The versions of the application's modules: loads new ones while the application runs,
 * keeps the last three of each, goes back to an older one, splits calls between two, and
 * disables functions. Lives as long as the application context; shared by all threads,
 * whose changes are made one after the other.
 * <p>
 * What it changes is gone when the application starts again: then the files at
 * {@code wasm.locations} decide.
 */
public final class ModuleVersions {

	/** How many versions of a module are kept, the one in service included. */
	private static final int KEPT = 3;

	private static final String APPLICATION = "application";

	private static final Log logger = LogFactory.getLog(ModuleVersions.class);

	private final ServedModules served;

	private final WasmFunctions functions;

	private final FunctionDiscovery discovery;

	private final FunctionBeanRegistry beans;

	private final long moduleSize;

	private final VersionListener listener;

	private final String principal;

	/**
	 * Keeps versions from now on.
	 * @param served the modules
	 * @param functions what is known of them
	 * @param discovery finds the functions of new modules
	 * @param beans the beans of the functions
	 * @param moduleSize the size of the largest module
	 * @param listener is told of every change
	 */
	@ApiStatus.Internal
	public ModuleVersions(ServedModules served, WasmFunctions functions, FunctionDiscovery discovery,
			FunctionBeanRegistry beans, long moduleSize, VersionListener listener) {
		this(served, functions, discovery, beans, moduleSize, listener, APPLICATION);
		served.keepVersions(KEPT);
	}

	private ModuleVersions(ServedModules served, WasmFunctions functions, FunctionDiscovery discovery,
			FunctionBeanRegistry beans, long moduleSize, VersionListener listener, String principal) {
		this.served = served;
		this.functions = functions;
		this.discovery = discovery;
		this.beans = beans;
		this.moduleSize = moduleSize;
		this.listener = listener;
		this.principal = principal;
	}

	/**
	 * The same, for somebody of whom audit events tell.
	 * @param principal who changes versions
	 * @return the same versions
	 */
	public ModuleVersions by(String principal) {
		return new ModuleVersions(this.served, this.functions, this.discovery, this.beans, this.moduleSize,
				this.listener, principal);
	}

	/**
	 * Loads a module or a script and puts it into service, in place of the one of the
	 * same name if there is one. Calls that run end on the old version.
	 * @param name the name of the module
	 * @param language {@code wasm}, or the language of a script, for example
	 * {@code javascript}
	 * @param content the module, or the script in UTF-8
	 * @return the version that is in service now
	 * @throws ModuleException if it cannot be used; the old version stays in service
	 * @throws IllegalArgumentException if there is no such language
	 */
	public ModuleVersion load(String name, String language, byte[] content) {
		Map<String, Object> details = details("module", name);
		details.put("language", language);
		changing(Action.LOADED, details, () -> {
			byte[] copy = content.clone();
			ModuleResource resource = ContentModules.resource(name, language, copy,
					"what was loaded at run time [" + name + "]");
			ContentModules.requireAllowed(resource, copy, this.moduleSize);
			byte[] bytes = ContentModules.bytes(resource, language, copy);
			details.put("digest", Module.digestOf(bytes));
			DiscoveredModule found = this.discovery.discover(resource, bytes, this.functions.definitions());
			List<FunctionDefinition> definitions = found.functions();
			if (definitions.isEmpty()) {
				throw new ModuleException(name, resource.origin(), "None of its functions is enabled.",
						"Look at 'wasm.functions.<name>.enabled'.", null);
			}
			definitions.forEach(this.beans::requireFree);
			serve(this.served.prepare(definitions));
		});
		return inService(name);
	}

	/**
	 * Loads a script and puts it into service.
	 * @param name the name of the function
	 * @param language the language of the script, for example {@code javascript}
	 * @param source the script
	 * @return the version that is in service now
	 * @throws ModuleException if it cannot be used; the old version stays in service
	 * @throws IllegalArgumentException if there is no such language
	 */
	public ModuleVersion load(String name, String language, String source) {
		return load(name, language, source.getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * Puts the version before the one in service into service again.
	 * @param module the name of the module
	 * @return the version that is in service now
	 * @throws IllegalArgumentException if there is no such module
	 * @throws IllegalStateException if no older version is kept
	 */
	public ModuleVersion rollBack(String module) {
		return rollBack(module, null);
	}

	/**
	 * Puts a version that is kept into service again.
	 * @param module the name of the module
	 * @param digest its digest, or the first digits of it, at least eight; {@code null}
	 * for the one before the one in service
	 * @return the version that is in service now
	 * @throws IllegalArgumentException if there is no such module or version
	 * @throws IllegalStateException if no older version is kept
	 */
	public ModuleVersion rollBack(String module, @Nullable String digest) {
		Map<String, Object> details = details("module", module);
		changing(Action.ROLLED_BACK, details, () -> {
			PreparedModule kept = this.served.kept(module, digest);
			kept.functions().forEach(this.beans::requireFree);
			serve(kept);
			details.put("digest", inService(module).digest());
		});
		return inService(module);
	}

	/**
	 * Splits the calls of a module's functions between the version in service and another
	 * one that is kept. Of each hundred calls of a function, so many go to the other one.
	 * @param module the name of the module
	 * @param digest the digest of the other version, or the first digits of it;
	 * {@code null} for the one before the one in service
	 * @param percent how many of a hundred calls go to the other version; 0 ends the
	 * splitting, and so does whatever puts a version into service
	 * @return the versions that are kept
	 * @throws IllegalArgumentException if there is no such module or version, or no such
	 * percentage
	 * @throws IllegalStateException if no older version is kept
	 */
	public List<ModuleVersion> split(String module, @Nullable String digest, int percent) {
		Map<String, Object> details = details("module", module);
		details.put("percent", percent);
		changing(Action.SPLIT, details, () -> {
			this.served.split(module, digest, percent);
			versions(module).stream()
				.filter((version) -> !version.inService() && version.percent() > 0)
				.forEach((version) -> details.put("digest", version.digest()));
		});
		return versions(module);
	}

	/**
	 * Disables a function: calls that begin from now on end with
	 * {@code unknown-function}, whatever becomes of its module, until it is enabled.
	 * @param function the name of the function
	 * @throws IllegalArgumentException if there is no such function
	 */
	public void disable(String function) {
		changing(Action.DISABLED, details("function", function), () -> this.served.enable(function, false));
	}

	/**
	 * Enables a function that was disabled.
	 * @param function the name of the function
	 * @throws IllegalArgumentException if there is no such function
	 */
	public void enable(String function) {
		changing(Action.ENABLED, details("function", function), () -> this.served.enable(function, true));
	}

	private void serve(PreparedModule prepared) {
		// Before anybody can find the functions: the endpoint calls their beans
		prepared.functions().forEach(this.beans::register);
		Collection<String> gone = this.served.serve(prepared);
		this.beans.remove(gone);
	}

	private void changing(Action action, Map<String, Object> details, Change change) {
		try {
			synchronized (this.served) {
				change.make();
			}
			logger.info(this.principal + ": " + action + " " + details);
			this.listener.changed(this.principal, action, details);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("The thread was interrupted", ex);
		}
		catch (RuntimeException ex) {
			Map<String, Object> refused = new LinkedHashMap<>(details);
			refused.put("action", action.name());
			refused.put("reason", String.valueOf(ex.getMessage()));
			this.listener.changed(this.principal, Action.REFUSED, refused);
			throw ex;
		}
	}

	private static Map<String, Object> details(String what, String name) {
		Map<String, Object> details = new LinkedHashMap<>();
		details.put(what, name);
		return details;
	}

	private ModuleVersion inService(String module) {
		return versions(module).stream().filter(ModuleVersion::inService).findFirst().orElseThrow();
	}

	/**
	 * The versions of a module that are kept.
	 * @param module the name of the module
	 * @return the newest first; none if there is no such module in service
	 */
	public List<ModuleVersion> versions(String module) {
		return this.served.versions(module);
	}

	/**
	 * The versions of all modules that are kept.
	 * @return by the names of the modules, the newest first
	 */
	public Map<String, List<ModuleVersion>> versions() {
		Map<String, List<ModuleVersion>> all = new TreeMap<>();
		this.served.moduleNames().forEach((module) -> all.put(module, versions(module)));
		return all;
	}

	/**
	 * The functions that are disabled.
	 * @return their names, sorted
	 */
	public List<String> disabled() {
		return new ArrayList<>(this.served.disabled());
	}

	/**
	 * What changes something.
	 */
	private interface Change {

		void make() throws InterruptedException;

	}

}
