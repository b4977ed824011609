package dev.wasmspring.test;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.wasmspring.autoconfigure.WasmAutoConfiguration;
import dev.wasmspring.function.WasmFunction;
import dev.wasmspring.function.WasmFunctions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/**
 * A module or a script, loaded as an application would load it, for tests of its author:
 * no application is needed. Lives from its first use, or from the begin of a test class
 * whose static field it is, until it is closed; shared by all threads. <pre class="code">
 * &#064;RegisterExtension
 * static final ModuleUnderTest rates = ModuleUnderTest.of("build/rates.wasm");
 * </pre>
 */
public final class ModuleUnderTest implements BeforeAllCallback, AfterAllCallback, AutoCloseable {

	private final Path file;

	private final Map<String, Object> properties = new LinkedHashMap<>();

	private @Nullable ConfigurableApplicationContext context;

	private ModuleUnderTest(Path file) {
		this.file = file;
	}

	/**
	 * Names a module or a script; it is read when it is first used.
	 * @param file a {@code .wasm} file or a script; seen from the working directory,
	 * which build tools set to the project's
	 * @return the module
	 */
	public static ModuleUnderTest of(String file) {
		return of(Path.of(file));
	}

	/**
	 * Names a module or a script; it is read when it is first used.
	 * @param file a {@code .wasm} file or a script
	 * @return the module
	 */
	public static ModuleUnderTest of(Path file) {
		return new ModuleUnderTest(file);
	}

	/**
	 * Sets one of the properties that applications set, for example
	 * {@code wasm.limits.timeout} to {@code 200ms}.
	 * @param name the property's name
	 * @param value its value
	 * @return this module
	 * @throws IllegalStateException if it was used already
	 */
	public synchronized ModuleUnderTest with(String name, Object value) {
		if (this.context != null) {
			throw new IllegalStateException("The module was loaded already, without '" + name + "'");
		}
		this.properties.put(name, value);
		return this;
	}

	/**
	 * The module's only function.
	 * @return the function
	 * @throws IllegalStateException if it has several, which the message names
	 */
	public WasmFunction function() {
		List<WasmFunction> all = functions().all();
		if (all.size() != 1) {
			throw new IllegalStateException(this.file + " has the functions "
					+ all.stream().map(WasmFunction::name).toList() + "; say which of them you mean");
		}
		return all.get(0);
	}

	/**
	 * A function of the module.
	 * @param name its name, as an application would call it
	 * @return the function
	 * @throws IllegalStateException if it has no such function, with the names of those
	 * that it has
	 */
	public WasmFunction function(String name) {
		return functions().all()
			.stream()
			.filter((function) -> function.name().equals(name))
			.findFirst()
			.orElseThrow(() -> new IllegalStateException("There is no function '" + name + "' in " + this.file
					+ ", but " + functions().all().stream().map(WasmFunction::name).toList()));
	}

	private synchronized WasmFunctions functions() {
		ConfigurableApplicationContext loaded = this.context;
		if (loaded == null) {
			if (!Files.isRegularFile(this.file)) {
				throw new IllegalStateException(
						"There is no file " + this.file.toAbsolutePath().normalize() + ". Build the module first");
			}
			loaded = new SpringApplicationBuilder(Loading.class).web(WebApplicationType.NONE)
				.bannerMode(Banner.Mode.OFF)
				.logStartupInfo(false)
				.run(arguments());
			this.context = loaded;
		}
		return loaded.getBean(WasmFunctions.class);
	}

	private String[] arguments() {
		List<String> arguments = new ArrayList<>();
		arguments.add("--wasm.locations=" + this.file.toAbsolutePath().normalize().toUri());
		// Nothing of an application that may be on the class path
		arguments.add("--spring.config.location=optional:classpath:/dev/wasmspring/test/none/");
		this.properties.forEach((name, value) -> arguments.add("--" + name + "=" + value));
		return arguments.toArray(String[]::new);
	}

	@Override
	public void beforeAll(ExtensionContext extension) {
		functions();
	}

	@Override
	public void afterAll(ExtensionContext extension) {
		close();
	}

	@Override
	public synchronized void close() {
		if (this.context != null) {
			this.context.close();
			this.context = null;
		}
	}

	/**
	 * What is needed of an application.
	 */
	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(WasmAutoConfiguration.class)
	static class Loading {

	}

}
