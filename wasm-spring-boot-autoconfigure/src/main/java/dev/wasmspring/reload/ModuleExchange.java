package dev.wasmspring.reload;

import java.util.Collection;
import java.util.List;

import dev.wasmspring.discovery.DiscoveredModule;
import dev.wasmspring.discovery.DiscoverySettings;
import dev.wasmspring.discovery.FunctionDiscovery;
import dev.wasmspring.function.FunctionDefinition;
import dev.wasmspring.function.ModuleRejection;
import dev.wasmspring.function.PreparedModule;
import dev.wasmspring.function.ServedModules;
import dev.wasmspring.function.WasmFunctions;
import dev.wasmspring.registration.FunctionBeanRegistry;
import dev.wasmspring.reload.ModuleFiles.Changes;
import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.module.ModuleException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * The exchange of modules whose files have changed, and of the beans of their functions
 * with them. Lives as long as the context; confined to one thread at a time.
 */
public final class ModuleExchange {

	private static final Log logger = LogFactory.getLog(ModuleExchange.class);

	private final ServedModules served;

	private final WasmFunctions functions;

	private final FunctionDiscovery discovery;

	private final DiscoverySettings settings;

	private final ModuleFiles files;

	private final FunctionBeanRegistry beans;

	private boolean begun;

	/**
	 * Prepares the exchange.
	 * @param served the modules that are exchanged
	 * @param functions what is known of them
	 * @param discovery finds the functions of new modules
	 * @param settings how files are read
	 * @param files the files
	 * @param beans the beans of the functions
	 */
	public ModuleExchange(ServedModules served, WasmFunctions functions, FunctionDiscovery discovery,
			DiscoverySettings settings, ModuleFiles files, FunctionBeanRegistry beans) {
		this.served = served;
		this.functions = functions;
		this.discovery = discovery;
		this.settings = settings;
		this.files = files;
		this.beans = beans;
	}

	/**
	 * Where it looks for files.
	 */
	List<String> locations() {
		return this.files.locations();
	}

	/**
	 * Looks once, and does what follows from it.
	 * @throws InterruptedException if the thread was interrupted; what was not done is
	 * done the next time
	 */
	synchronized void run() throws InterruptedException {
		Changes changes = this.files.look();
		if (!this.begun) {
			begin();
		}
		boolean changed = false;
		for (WatchedFile file : changes.removed()) {
			changed |= remove(file);
		}
		changes.replaced().forEach((file) -> this.served.forgetRejection(file.origin()));
		for (WatchedFile file : changes.settled()) {
			changed |= update(file);
		}
		changes.shadowed().forEach(this::shadow);
		if (changed) {
			// What was in their way may be gone
			this.files.all().forEach(WatchedFile::reconsider);
		}
	}

	private void begin() {
		for (WatchedFile file : this.files.all()) {
			Module module = this.served.module(file.name());
			if (module != null && module.origin().equals(file.origin())) {
				file.own();
			}
		}
		// An application that was processed ahead of time has the beans of the functions
		// that there were then
		for (FunctionDefinition function : this.functions.definitions()) {
			try {
				this.beans.requireFree(function);
				this.beans.register(function);
			}
			catch (ModuleException ex) {
				this.served.remove(function.module().name());
				reject(ex);
			}
		}
		this.begun = true;
	}

	private boolean remove(WatchedFile file) {
		this.files.forget(file);
		this.served.forgetRejection(file.origin());
		if (!file.isOwner()) {
			return false;
		}
		Collection<String> gone = this.served.remove(file.name());
		this.beans.remove(gone);
		logger.info((file.resource().isScript() ? "Script '" : "Module '") + file.name() + "' from " + file.origin()
				+ " was removed" + list(", and with it ", gone));
		return true;
	}

	private boolean update(WatchedFile file) throws InterruptedException {
		try {
			byte[] bytes = file.resource().read(this.settings.moduleSize(), this.settings.readTimeout());
			if (!this.files.isStill(file)) {
				return false;
			}
			file.read();
			// Others may exchange modules too
			synchronized (this.served) {
				return update(file, bytes);
			}
		}
		catch (ModuleException ex) {
			if (Thread.interrupted()) {
				throw new InterruptedException();
			}
			reject(ex);
			if (ex.isTemporary()) {
				file.rejectForNow();
			}
			else {
				file.reject();
			}
			return false;
		}
		catch (InterruptedException ex) {
			file.readAgain();
			throw ex;
		}
	}

	private boolean update(WatchedFile file, byte[] bytes) throws InterruptedException {
		Module old = this.served.module(file.name());
		if (old != null && Module.digestOf(bytes).equals(old.digest()) && hasSchemasInService(file, bytes)) {
			if (file.state() == WatchedFile.State.REJECTED) {
				this.served.forgetRejection(file.origin());
				logger.info(old + " is again the version in service");
			}
			file.keep();
			return false;
		}
		if (old != null && !file.isOwner() && !old.origin().equals(file.origin())) {
			throw file.resource().sameName(old.origin());
		}
		DiscoveredModule found = this.discovery.discover(file.resource(), bytes, this.functions.definitions());
		List<FunctionDefinition> definitions = found.functions();
		definitions.forEach(this.beans::requireFree);
		Collection<String> gone;
		if (definitions.isEmpty()) {
			gone = this.served.remove(file.name());
		}
		else {
			PreparedModule prepared = this.served.prepare(definitions);
			// Before anybody can find the functions: the endpoint calls their beans
			definitions.forEach(this.beans::register);
			gone = this.served.serve(prepared);
		}
		this.beans.remove(gone);
		this.served.forgetRejection(file.origin());
		file.serve();
		Module module = found.module();
		logger.info(((old != null) ? "Changed " : "Added ") + module + ", SHA-256 " + module.digest()
				+ list(", ", definitions.stream().map(FunctionDefinition::name).toList()) + list("; gone: ", gone));
		return true;
	}

	/**
	 * Whether the functions of an unchanged module have the schemas that they have had.
	 */
	private boolean hasSchemasInService(WatchedFile file, byte[] bytes) {
		List<FunctionDefinition> inService = this.functions.definitions();
		for (FunctionDefinition found : this.discovery.discover(file.resource(), bytes, inService).functions()) {
			for (FunctionDefinition function : inService) {
				if (function.name().equals(found.name()) && !function.schemas().isSameAs(found.schemas())) {
					return false;
				}
			}
		}
		return true;
	}

	private void shadow(WatchedFile file) {
		if (file.shadow()) {
			Module module = this.served.module(file.name());
			reject(file.resource().sameName((module != null) ? module.origin() : "another file"));
		}
	}

	private void reject(ModuleException exception) {
		boolean known = this.functions.rejected()
			.stream()
			.anyMatch((rejection) -> isOf(exception, rejection) && rejection.reason().equals(exception.reason()));
		this.served.reject(exception);
		if (!known) {
			boolean older = this.functions.rejected()
				.stream()
				.anyMatch((rejection) -> isOf(exception, rejection) && rejection.olderInService());
			logger.warn(exception.getMessage() + " " + exception.remedy()
					+ (older ? " The version before it stays in service." : ""));
		}
	}

	private static boolean isOf(ModuleException exception, ModuleRejection rejection) {
		return rejection.origin().equals(exception.origin());
	}

	private static String list(String prefix, Collection<String> names) {
		return names.isEmpty() ? "" : prefix + "function(s) " + String.join(", ", names);
	}

}
