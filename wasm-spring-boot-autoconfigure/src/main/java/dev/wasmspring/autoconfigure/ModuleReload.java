package dev.wasmspring.autoconfigure;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import dev.wasmspring.function.FunctionDefinition;
import dev.wasmspring.function.LoadedModule;
import dev.wasmspring.function.WasmFunctions;
import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.module.ModuleException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.SmartLifecycle;
import org.springframework.util.unit.DataSize;

/**
 * Keeps the functions in step with the modules at {@code file:} locations, on one daemon
 * thread of its own. Lives as long as the context, and is at work while the context runs.
 */
final class ModuleReload implements SmartLifecycle {

	private static final Log logger = LogFactory.getLog(ModuleReload.class);

	private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

	private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

	private final WasmFunctions functions;

	private final FunctionDiscovery discovery;

	private final ModuleFiles files;

	private final DataSize sizeLimit;

	private final Duration timeLimit;

	private final Duration interval;

	private final ConfigurableListableBeanFactory beanFactory;

	private final BeanDefinitionRegistry registry;

	/**
	 * Where the modules that this reloads are, by name. Those of the class path are not
	 * among them. Confined to the thread.
	 */
	private final Map<String, String> origins = new HashMap<>();

	/**
	 * Why files were rejected, by origin. Confined to the thread.
	 */
	private final Map<String, ModuleException> rejected = new HashMap<>();

	/**
	 * Files that were rejected because others have their names, by origin. Confined to
	 * the thread.
	 */
	private final Set<String> others = new HashSet<>();

	/**
	 * When files may be tried again whose failure may pass, by origin. Confined to the
	 * thread.
	 */
	private final Map<String, Retry> retries = new HashMap<>();

	private boolean begun;

	private @Nullable String lastError;

	private volatile @Nullable Thread thread;

	/**
	 * Prepares the reloading.
	 * @param beanFactory a bean factory that also is a registry of bean definitions
	 * @throws InvalidConfigurationPropertyValueException if a value is out of range
	 */
	ModuleReload(WasmFunctions functions, FunctionDiscovery discovery, ModuleFiles files, WasmProperties properties,
			ConfigurableListableBeanFactory beanFactory) {
		this.functions = functions;
		this.discovery = discovery;
		this.files = files;
		this.sizeLimit = properties.getLimits().getModuleSize();
		this.timeLimit = properties.getReadTimeout();
		this.interval = properties.getReloadInterval();
		if (this.interval.isNegative() || this.interval.isZero()) {
			throw new InvalidConfigurationPropertyValueException("wasm.reload-interval", this.interval,
					"It must be positive.");
		}
		this.beanFactory = beanFactory;
		this.registry = (BeanDefinitionRegistry) beanFactory;
	}

	@Override
	public void start() {
		if (this.files.locations().isEmpty()) {
			logger.warn("Nothing is reloaded: no location in 'wasm.locations' begins with 'file:'");
		}
		else {
			logger.info("Watching the modules at " + this.files.locations());
		}
		Thread watching = new Thread(this::watch, "wasm-reload");
		watching.setDaemon(true);
		this.thread = watching;
		watching.start();
	}

	@Override
	public void stop() {
		Thread watching = this.thread;
		this.thread = null;
		if (watching != null) {
			watching.interrupt();
			try {
				// Nothing takes that long but a file system that does not answer
				watching.join(TimeUnit.SECONDS.toMillis(5));
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}
	}

	@Override
	public boolean isRunning() {
		return this.thread != null;
	}

	private void watch() {
		while (this.thread == Thread.currentThread()) {
			try {
				look();
				this.lastError = null;
			}
			catch (InterruptedException ex) {
				// Stopped, which the condition of the loop sees
			}
			catch (Throwable ex) {
				report(ex);
			}
			LockSupport.parkNanos(this.interval.toNanos());
		}
	}

	/**
	 * Nothing may end the watching, and nothing should fill the log.
	 */
	private void report(Throwable error) {
		boolean stopped = this.thread != Thread.currentThread();
		if (!stopped && !error.toString().equals(this.lastError)) {
			this.lastError = error.toString();
			logger.error("Unable to look for changed modules; the functions stay as they are", error);
		}
	}

	private synchronized void look() throws InterruptedException {
		ModuleFiles.Changes changes = this.files.look();
		if (!this.begun) {
			begin();
		}
		boolean changed = false;
		for (ModuleResource file : changes.removed()) {
			changed |= remove(file);
		}
		for (Map.Entry<ModuleResource, Map<String, Object>> settled : changes.settled().entrySet()) {
			changed |= update(settled.getKey(), settled.getValue());
		}
		rejectOthers(changes.others());
		if (changed) {
			// What was in their way may be gone
			this.rejected.values().forEach((rejection) -> this.files.again(rejection.module()));
		}
	}

	private void begin() {
		for (ModuleResource file : this.files.all()) {
			Module module = this.functions.module(file.name());
			if (module != null && module.origin().equals(file.origin())) {
				this.origins.put(file.name(), file.origin());
			}
		}
		// An application that was processed ahead of time has the beans of the functions
		// that there were then
		for (FunctionDefinition function : this.functions.definitions()) {
			try {
				requireFree(function);
				register(function);
			}
			catch (ModuleException ex) {
				this.functions.remove(function.module().name());
				reject(ex);
			}
		}
		this.begun = true;
	}

	private boolean remove(ModuleResource file) {
		this.files.forget(file);
		this.functions.forgetRejected(file.origin());
		this.rejected.remove(file.origin());
		this.retries.remove(file.origin());
		if (!this.origins.remove(file.name(), file.origin())) {
			return false;
		}
		Collection<String> gone = this.functions.remove(file.name());
		removeBeans(gone);
		logger
			.info("Module '" + file.name() + "' from " + file.origin() + " was removed" + list(", and with it ", gone));
		return true;
	}

	private boolean update(ModuleResource file, Map<String, Object> stamp) throws InterruptedException {
		Retry retry = this.retries.get(file.origin());
		if (retry != null && retry.isTooEarly(stamp)) {
			return false;
		}
		try {
			byte[] bytes = file.read(this.sizeLimit, this.timeLimit);
			if (!this.files.isStill(file, stamp)) {
				return false;
			}
			this.files.done(file, stamp);
			return update(file, bytes);
		}
		catch (ModuleException ex) {
			if (Thread.interrupted()) {
				throw new InterruptedException();
			}
			reject(ex);
			if (ex.isTemporary()) {
				this.files.again(file.name());
				this.retries.merge(file.origin(), new Retry(stamp, FIRST_PAUSE), (last, now) -> last.after(stamp));
			}
			else {
				this.files.done(file, stamp);
			}
			return false;
		}
		catch (InterruptedException ex) {
			this.files.again(file.name());
			throw ex;
		}
	}

	private boolean update(ModuleResource file, byte[] bytes) throws InterruptedException {
		String digest = Module.digestOf(bytes);
		Module old = this.functions.module(file.name());
		if (old != null && digest.equals(old.digest())) {
			if (this.rejected.remove(file.origin()) != null) {
				this.functions.forgetRejected(file.origin());
				logger.info(old + " is again the version in service");
			}
			return false;
		}
		if (old != null && !old.origin().equals(file.origin()) && !old.origin().equals(this.origins.get(file.name()))) {
			throw file.sameName(old.origin());
		}
		Module module = this.discovery.parse(file, bytes);
		List<FunctionDefinition> definitions = this.discovery.discover(module, this.functions.definitions());
		definitions.forEach(this::requireFree);
		Collection<String> gone;
		if (definitions.isEmpty()) {
			gone = this.functions.remove(file.name());
		}
		else {
			LoadedModule loaded = this.functions.load(definitions);
			// Before anybody can find the functions: the endpoint calls their beans
			definitions.forEach(this::register);
			gone = this.functions.serve(loaded);
		}
		removeBeans(gone);
		forgetRejected(file);
		this.origins.put(file.name(), file.origin());
		logger.info(((old != null) ? "Changed " : "Added ") + module + ", SHA-256 " + module.digest()
				+ list(", ", definitions.stream().map(FunctionDefinition::name).toList()) + list("; gone: ", gone));
		return true;
	}

	private void forgetRejected(ModuleResource file) {
		this.retries.remove(file.origin());
		this.rejected.remove(file.origin());
		this.functions.forgetRejected(file.origin());
		String before = this.origins.get(file.name());
		if (before != null) {
			this.rejected.remove(before);
			this.functions.forgetRejected(before);
		}
	}

	private void requireFree(FunctionDefinition function) {
		if (isRegistered(function)) {
			return;
		}
		try {
			FunctionBeans.requireFree(function, this.registry);
		}
		catch (FunctionBeanClashException ex) {
			throw ex.ofModule(function.module());
		}
	}

	private void register(FunctionDefinition function) {
		if (!isRegistered(function)) {
			FunctionBeans.register(function, this.registry);
		}
	}

	private boolean isRegistered(FunctionDefinition function) {
		return this.registry.containsBeanDefinition(function.name())
				&& FunctionBeans.isFunction(this.registry.getBeanDefinition(function.name()));
	}

	/**
	 * Removes the beans that no other bean holds: with them, Spring would destroy those
	 * that do. What stays answers that it is unknown.
	 */
	private void removeBeans(Collection<String> names) {
		for (String name : names) {
			if (this.registry.containsBeanDefinition(name) && this.beanFactory.getDependentBeans(name).length == 0) {
				this.registry.removeBeanDefinition(name);
			}
		}
	}

	private void rejectOthers(List<ModuleResource> found) {
		Set<String> now = new HashSet<>();
		for (ModuleResource other : found) {
			now.add(other.origin());
			if (this.others.add(other.origin())) {
				Module module = this.functions.module(other.name());
				ModuleException exception = other.sameName((module != null) ? module.origin() : "another file");
				boolean known = isRejected(exception);
				this.functions.reject(exception);
				if (!known) {
					log(exception);
				}
			}
		}
		this.others.removeIf((origin) -> {
			boolean gone = !now.contains(origin);
			if (gone && !this.rejected.containsKey(origin)) {
				this.functions.forgetRejected(origin);
			}
			return gone;
		});
	}

	private void reject(ModuleException exception) {
		boolean known = isRejected(exception);
		this.rejected.put(exception.origin(), exception);
		this.functions.reject(exception);
		if (!known) {
			log(exception);
		}
	}

	private boolean isRejected(ModuleException exception) {
		return this.functions.rejected()
			.stream()
			.anyMatch((module) -> module.origin().equals(exception.origin())
					&& module.reason().equals(exception.reason()));
	}

	private void log(ModuleException exception) {
		boolean older = this.functions.rejected()
			.stream()
			.anyMatch((module) -> module.origin().equals(exception.origin()) && module.olderInService());
		logger.warn(exception.getMessage() + " " + exception.remedy()
				+ (older ? " The version before it stays in service." : ""));
	}

	private static String list(String prefix, Collection<String> names) {
		return names.isEmpty() ? "" : prefix + "function(s) " + String.join(", ", names);
	}

	/**
	 * A pause before a file is tried again, which grows unless the file changes.
	 * Immutable.
	 *
	 * @param stamp tells whether the file is still the same
	 * @param pause how long it is
	 * @param end when it ends, as {@link System#nanoTime()} has it
	 */
	private record Retry(Map<String, Object> stamp, Duration pause, long end) {

		Retry(Map<String, Object> stamp, Duration pause) {
			this(stamp, pause, System.nanoTime() + pause.toNanos());
		}

		boolean isTooEarly(Map<String, Object> current) {
			return this.stamp.equals(current) && System.nanoTime() - this.end < 0;
		}

		Retry after(Map<String, Object> current) {
			Duration longer = this.pause.multipliedBy(2);
			return new Retry(current, !this.stamp.equals(current) ? FIRST_PAUSE
					: (longer.compareTo(LONGEST_PAUSE) < 0) ? longer : LONGEST_PAUSE);
		}

	}

}
