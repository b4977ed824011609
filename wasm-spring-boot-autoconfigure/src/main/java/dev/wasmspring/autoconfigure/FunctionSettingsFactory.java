package dev.wasmspring.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Set;

import dev.wasmspring.discovery.FunctionNames;
import dev.wasmspring.discovery.MountedFiles;
import dev.wasmspring.function.FunctionSettings;
import dev.wasmspring.function.FunctionSettings.Queue;
import dev.wasmspring.function.HttpShape;
import dev.wasmspring.function.VisibleHeaders;
import dev.wasmspring.sandbox.limit.HostMemory;
import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.wasi.Capabilities;
import dev.wasmspring.sandbox.wasi.Mount;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.core.io.ResourceLoader;
import org.springframework.util.MimeType;
import org.springframework.util.unit.DataSize;

/**
 * The factory of functions' settings, from the properties. Lives as long as discovery;
 * used by one thread at a time.
 */
final class FunctionSettingsFactory {

	/**
	 * Limits that are all allowed, to check one other at a time.
	 */
	private static final Limits ALLOWED = new Limits(Duration.ofSeconds(1), DataSize.ofMegabytes(1).toBytes(), 0, 0);

	/** How long initialising may take unless a call may take longer. */
	private static final Duration INITIALIZATION_TIMEOUT = Duration.ofSeconds(30);

	private final WasmProperties properties;

	private final ResourceLoader resourceLoader;

	FunctionSettingsFactory(WasmProperties properties, ResourceLoader resourceLoader) {
		this.properties = properties;
		this.resourceLoader = resourceLoader;
		WasmProperties.Limits limits = properties.getLimits();
		require("wasm.limits.", limits.getTimeout(), limits.getMemory(), limits.getInput(), limits.getOutput(),
				limits.getConcurrency());
		requireStack("wasm.limits.", limits.getStack());
		requireQueue("wasm.limits.", limits.getQueueSize(), limits.getQueueTimeout());
		require("wasm.limits.initialization.", limits.getInitialization().getTimeout(),
				limits.getInitialization().getMemory(), null, null, null);
		DataSize moduleSize = limits.getModuleSize();
		if (moduleSize.toBytes() < 0 || moduleSize.toBytes() > Integer.MAX_VALUE - 8) {
			throw new InvalidConfigurationPropertyValueException("wasm.limits.module-size", moduleSize,
					"It must be between 0 and 2GB.");
		}
		hostMemory(limits);
		Duration readTimeout = properties.getReadTimeout();
		if (readTimeout.isNegative() || readTimeout.isZero() || readTimeout.compareTo(Duration.ofDays(1)) > 0) {
			throw new InvalidConfigurationPropertyValueException("wasm.read-timeout", readTimeout,
					"It must be positive, and at most a day.");
		}
	}

	/**
	 * The properties that speak of a function.
	 * @param name the function's name
	 * @param names the names of all functions
	 * @return {@code null} if there are none
	 */
	WasmProperties.@Nullable Function properties(String name, Collection<String> names) {
		Map<String, WasmProperties.Function> functions = this.properties.getFunctions();
		WasmProperties.Function exact = functions.get(name);
		if (exact != null) {
			return exact;
		}
		return functions.entrySet()
			.stream()
			.filter((entry) -> !names.contains(entry.getKey()))
			.filter((entry) -> FunctionNames.isMeant(name, entry.getKey()))
			.map(Entry::getValue)
			.findFirst()
			.orElse(null);
	}

	/**
	 * The settings of a function; what its own properties leave open is taken from those
	 * for all functions.
	 * @throws InvalidConfigurationPropertyValueException if a value is out of range
	 */
	FunctionSettings settings(String name, WasmProperties.Function function) {
		WasmProperties.FunctionLimits own = function.getLimits();
		WasmProperties.Limits common = this.properties.getLimits();
		String prefix = "wasm.functions." + FunctionNames.inProperty(name) + ".";
		require(prefix + "limits.", own.getTimeout(), own.getMemory(), own.getInput(), own.getOutput(),
				own.getConcurrency());
		requireStack(prefix + "limits.", own.getStack());
		requireQueue(prefix + "limits.", own.getQueueSize(), own.getQueueTimeout());
		require(prefix + "limits.initialization.", own.getInitialization().getTimeout(),
				own.getInitialization().getMemory(), null, null, null);
		MimeType produces = function.getProduces();
		if (produces != null && !produces.isConcrete()) {
			throw new InvalidConfigurationPropertyValueException(prefix + "produces", produces,
					"It must have no wildcard.");
		}
		Limits limits = new Limits(either(own.getTimeout(), common.getTimeout()),
				either(own.getMemory(), common.getMemory()).toBytes(),
				either(own.getInput(), common.getInput()).toBytes(),
				either(own.getOutput(), common.getOutput()).toBytes(),
				either(own.getStack(), common.getStack()).toBytes());
		return new FunctionSettings(function.getDescription(), text(function.getConsumes()), text(produces), limits,
				either(own.getConcurrency(), common.getConcurrency()),
				new Queue(either(own.getQueueSize(), common.getQueueSize()),
						either(own.getQueueTimeout(), common.getQueueTimeout())),
				capabilities(prefix, function), function.isSnapshot(), initialization(own.getInitialization(), limits),
				http(prefix + "http.", function.getHttp()), headers(prefix + "headers", function.getHeaders()));
	}

	/**
	 * The settings of a function that has none of its own.
	 */
	FunctionSettings common() {
		return settings("script", new WasmProperties.Function());
	}

	/**
	 * What initialising something may use that belongs to no function: a runtime of
	 * scripts.
	 */
	Limits initialization() {
		WasmProperties.Limits common = this.properties.getLimits();
		return initialization(common.getInitialization(),
				new Limits(common.getTimeout(), common.getMemory().toBytes(), 0, 0, common.getStack().toBytes()));
	}

	private Limits initialization(WasmProperties.Initialization own, Limits call) {
		WasmProperties.Initialization common = this.properties.getLimits().getInitialization();
		Duration timeout = (own.getTimeout() != null) ? own.getTimeout() : common.getTimeout();
		if (timeout == null) {
			timeout = (call.timeout().compareTo(INITIALIZATION_TIMEOUT) > 0) ? call.timeout() : INITIALIZATION_TIMEOUT;
		}
		DataSize memory = (own.getMemory() != null) ? own.getMemory() : common.getMemory();
		return new Limits(timeout, (memory != null) ? memory.toBytes() : call.memory(), call.input(), call.output(),
				call.stack());
	}

	/**
	 * What all functions may have together.
	 * @throws InvalidConfigurationPropertyValueException if a value is out of range
	 */
	static HostMemory hostMemory(WasmProperties.Limits limits) {
		HostMemory memory = HostMemory.ofHeap();
		DataSize total = limits.getTotalMemory();
		if (total != null) {
			require("wasm.limits.total-memory", total, () -> HostMemory.ofHeap().withTotal(total.toBytes()));
			memory = memory.withTotal(total.toBytes());
		}
		DataSize rate = limits.getMemoryRate();
		if (rate != null) {
			require("wasm.limits.memory-rate", rate, () -> HostMemory.ofHeap().withRate(rate.toBytes()));
			memory = memory.withRate(rate.toBytes());
		}
		return memory;
	}

	private static VisibleHeaders headers(String property, Set<String> names) {
		require(property, names, () -> new VisibleHeaders(names));
		return new VisibleHeaders(names);
	}

	private static HttpShape http(String prefix, WasmProperties.Http http) {
		Set<String> none = Set.of();
		require(prefix + "methods", http.getMethods(),
				() -> new HttpShape(http.isSafe(), false, http.getMethods(), HttpShape.CACHE_CONTROL, none, none));
		require(prefix + "cache-control", http.getCacheControl(),
				() -> new HttpShape(false, false, none, http.getCacheControl(), none, none));
		require(prefix + "request-headers", http.getRequestHeaders(), () -> new HttpShape(false, http.isShaped(), none,
				HttpShape.CACHE_CONTROL, http.getRequestHeaders(), none));
		require(prefix + "response-headers", http.getResponseHeaders(), () -> new HttpShape(false, http.isShaped(),
				none, HttpShape.CACHE_CONTROL, none, http.getResponseHeaders()));
		return new HttpShape(http.isSafe(), http.isShaped(), http.getMethods(), http.getCacheControl(),
				http.getRequestHeaders(), http.getResponseHeaders());
	}

	private Capabilities capabilities(String prefix, WasmProperties.Function function) {
		Duration resolution = function.getClockResolution();
		require(prefix + "clock-resolution", resolution,
				() -> new Capabilities(List.of(), Map.of(), List.of(), resolution));
		List<Mount> mounts = new ArrayList<>();
		for (WasmProperties.Mount mount : function.getMounts()) {
			String key = prefix + "mounts[" + mounts.size() + "].";
			mounts.add(mount(key, mount));
			require(key + "path", mounts.get(mounts.size() - 1).path(),
					() -> new Capabilities(List.of(), Map.of(), mounts, resolution));
		}
		return new Capabilities(function.getArguments(), function.getEnvironment(), mounts, resolution);
	}

	private Mount mount(String key, WasmProperties.Mount mount) {
		String path = (mount.getPath() != null) ? mount.getPath() : "";
		String source = mount.getSource();
		DataSize scratch = mount.getScratch();
		require(key + "path", path, () -> Mount.scratch(path, Mount.MAX_SCRATCH));
		if ((source == null) == (scratch == null)) {
			throw new InvalidConfigurationPropertyValueException(key + "source", source,
					"A mount has either a 'source' or a size of its 'scratch' directory.");
		}
		if (scratch != null) {
			require(key + "scratch", scratch, () -> Mount.scratch(path, scratch.toBytes()));
			return Mount.scratch(path, scratch.toBytes());
		}
		String location = String.valueOf(source);
		Duration timeLimit = this.properties.getReadTimeout();
		require(key + "source", location, () -> new MountedFiles(location, this.resourceLoader, timeLimit));
		return Mount.readOnly(path, new MountedFiles(location, this.resourceLoader, timeLimit));
	}

	/**
	 * Checks one limit after the other, so that the failure can name the property.
	 */
	private static void require(String prefix, @Nullable Duration timeout, @Nullable DataSize memory,
			@Nullable DataSize input, @Nullable DataSize output, @Nullable Integer concurrency) {
		if (timeout != null) {
			require(prefix + "timeout", timeout,
					() -> new Limits(timeout, ALLOWED.memory(), ALLOWED.input(), ALLOWED.output()));
		}
		if (memory != null) {
			require(prefix + "memory", memory,
					() -> new Limits(ALLOWED.timeout(), memory.toBytes(), ALLOWED.input(), ALLOWED.output()));
		}
		if (input != null) {
			require(prefix + "input", input,
					() -> new Limits(ALLOWED.timeout(), ALLOWED.memory(), input.toBytes(), ALLOWED.output()));
		}
		if (output != null) {
			require(prefix + "output", output,
					() -> new Limits(ALLOWED.timeout(), ALLOWED.memory(), ALLOWED.input(), output.toBytes()));
		}
		if (concurrency != null) {
			require(prefix + "concurrency", concurrency,
					() -> new FunctionSettings(null, null, null, ALLOWED, concurrency, Capabilities.NONE));
		}
	}

	private static void requireStack(String prefix, @Nullable DataSize stack) {
		if (stack != null) {
			require(prefix + "stack", stack, () -> new Limits(ALLOWED.timeout(), ALLOWED.memory(), ALLOWED.input(),
					ALLOWED.output(), stack.toBytes()));
		}
	}

	private static void requireQueue(String prefix, @Nullable Integer size, @Nullable Duration timeout) {
		if (size != null) {
			require(prefix + "queue-size", size, () -> new Queue(size, Queue.NONE.timeout()));
		}
		if (timeout != null) {
			require(prefix + "queue-timeout", timeout, () -> new Queue(0, timeout));
		}
	}

	private static void require(String property, Object value, Runnable check) {
		try {
			check.run();
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidConfigurationPropertyValueException(property, value, ex.getMessage() + ".");
		}
	}

	private static <T> T either(@Nullable T own, T common) {
		return (own != null) ? own : common;
	}

	private static @Nullable String text(@Nullable MimeType type) {
		return (type != null) ? type.toString() : null;
	}

}
