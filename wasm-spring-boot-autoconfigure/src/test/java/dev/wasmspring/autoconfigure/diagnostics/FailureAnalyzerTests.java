package dev.wasmspring.autoconfigure.diagnostics;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;

import dev.wasmspring.Fixtures;
import dev.wasmspring.TestModules;
import dev.wasmspring.autoconfigure.UnknownFunctionException;
import dev.wasmspring.autoconfigure.WasmAutoConfiguration;
import dev.wasmspring.discovery.DuplicateFunctionException;
import dev.wasmspring.discovery.DuplicateModuleException;
import dev.wasmspring.discovery.NamedExport;
import dev.wasmspring.registration.FunctionBeanClashException;
import dev.wasmspring.sandbox.Engine;
import dev.wasmspring.sandbox.compiler.CompilationCacheException;
import dev.wasmspring.sandbox.limit.HostMemory;
import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.module.ModuleException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.beans.factory.BeanCreationException;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * What a start that failed says, word for word.
 */
@ExtendWith(OutputCaptureExtension.class)
class FailureAnalyzerTests {

	private static final String SKIP = "To start without modules that cannot be used,"
			+ " set the property 'wasm.invalid-modules' to 'skip'.";

	@Test
	void moduleThatCannotBeUsed() {
		FailureAnalysis analysis = new ModuleFailureAnalyzer().analyze(new BeanCreationException("wasmFunctions",
				"Unable to create it", new ModuleException("a", "file [a.wasm]", "It is broken.", "Mend it.", null)));
		assertThat(analysis.getDescription())
			.isEqualTo("The WebAssembly module 'a' from file [a.wasm] cannot be used:\n\n    It is broken.");
		assertThat(analysis.getAction()).isEqualTo("Mend it.\n\n" + SKIP);
		assertThat(analysis.getCause()).isInstanceOf(ModuleException.class);
	}

	@Test
	void modulesThatCannotBeUsed() {
		ModuleException failure = new ModuleException("a", "file [a.wasm]", "It is broken.", "Mend it.", null);
		failure.addSuppressed(new ModuleException("b", "file [b.wasm]", "It is empty.", "Fill it.", null));
		failure.addSuppressed(new ModuleException("c", "file [c.wasm]", "It is broken, too.", "Mend it.", null));
		FailureAnalysis analysis = new ModuleFailureAnalyzer().analyze(failure);
		assertThat(analysis.getDescription())
			.isEqualTo("The WebAssembly module 'a' from file [a.wasm] cannot be used:\n\n    It is broken.\n\n"
					+ "The WebAssembly module 'b' from file [b.wasm] cannot be used:\n\n    It is empty.\n\n"
					+ "The WebAssembly module 'c' from file [c.wasm] cannot be used:\n\n    It is broken, too.");
		assertThat(analysis.getAction()).isEqualTo("Mend it.\n\nFill it.\n\n" + SKIP);
	}

	@Test
	void directoryThatCannotKeepCompiledModules(@TempDir Path folder) throws Exception {
		Path file = Files.createFile(folder.resolve("file"));
		CompilationCacheException failure = catchThrowableOfType(CompilationCacheException.class,
				() -> new Engine(HostMemory.ofHeap(), file));
		FailureAnalysis analysis = new CompilationCacheFailureAnalyzer().analyze(failure);
		assertThat(analysis.getDescription()).isEqualTo("The directory " + file
				+ ", set with 'wasm.compilation.cache-directory', cannot keep compiled modules:\n\n    "
				+ failure.reason());
		assertThat(analysis.getAction()).isEqualTo(failure.remedy()).isNotBlank();
	}

	@Test
	void modulesOfTheSameName() {
		FailureAnalysis analysis = new DuplicateModuleFailureAnalyzer()
			.analyze(new DuplicateModuleException("a", "file [x/a.wasm]", "file [y/a.wasm]", 0));
		assertThat(analysis.getDescription())
			.isEqualTo("Two WebAssembly modules have the name 'a':\n\n    - file [x/a.wasm]\n    - file [y/a.wasm]");
		assertThat(analysis.getAction())
			.isEqualTo("Rename or remove one of the files, or make the property 'wasm.locations' narrower.\n\n" + SKIP);
	}

	@Test
	void functionsOfTheSameName() {
		Module several = Module.parse("a", "file [a.wasm]", Fixtures.bytes("multi"));
		Module single = Module.parse("a-first", "file [a-first.wasm]", Fixtures.bytes("echo"));
		FailureAnalysis analysis = new DuplicateFunctionFailureAnalyzer()
			.analyze(new DuplicateFunctionException(NamedExport.of(several).get(0), NamedExport.of(single).get(0)));
		assertThat(analysis.getDescription()).isEqualTo("Two WebAssembly functions have the name 'a-first':\n\n"
				+ "    - export 'first' of module 'a' from file [a.wasm]\n"
				+ "    - export 'echo' of module 'a-first' from file [a-first.wasm]");
		assertThat(analysis.getAction())
			.isEqualTo("Rename one of the files. A function has the name of its module, followed by that of the export"
					+ " if the module has several.\n\n" + SKIP);
	}

	@Test
	void functionAndBeanOfTheSameName() {
		FailureAnalysis analysis = new FunctionBeanClashFailureAnalyzer()
			.analyze(new FunctionBeanClashException("a", "file [a.wasm]", "the bean defined in some.Config"));
		assertThat(analysis.getDescription()).isEqualTo(
				"The WebAssembly function 'a' from file [a.wasm] has the same name as the bean defined in some.Config.");
		assertThat(analysis.getAction()).isEqualTo("Rename the module's file or the bean."
				+ " To start without the function, set the property 'wasm.functions.a.enabled' to 'false'; to start without any"
				+ " module that cannot be used, set 'wasm.invalid-modules' to 'skip'.");
	}

	@Test
	void settingsOfFunctionsThatDoNotExist() {
		FailureAnalysis analysis = new UnknownFunctionFailureAnalyzer()
			.analyze(new UnknownFunctionException(List.of("ecko", "ad"), new TreeSet<>(List.of("echo", "cat", "add"))));
		assertThat(analysis.getDescription())
			.isEqualTo("There are properties for WebAssembly functions that do not exist:\n\n"
					+ "    - wasm.functions.ecko\n    - wasm.functions.ad\n\n"
					+ "The functions that exist are: add, cat, echo.");
		assertThat(analysis.getAction())
			.isEqualTo("Correct the name, remove the properties, or check that 'wasm.locations' finds the module.");
	}

	@Test
	void settingsOfAFunctionWhereThereIsNone() {
		FailureAnalysis analysis = new UnknownFunctionFailureAnalyzer()
			.analyze(new UnknownFunctionException(List.of("ecko"), new TreeSet<>()));
		assertThat(analysis.getDescription()).isEqualTo("There are properties for WebAssembly functions that do not"
				+ " exist:\n\n    - wasm.functions.ecko\n\nThere are no functions at all.");
	}

	@Test
	void analysesArePrintedForModulesThatCannotBeRead(CapturedOutput output) {
		start(Application.class, TestModules.locations("empty"));
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("The WebAssembly module 'empty' from class path resource [fixtures/empty.wasm] cannot be used:")
			.contains("    The file is empty.")
			.contains(SKIP);
	}

	@Test
	void analysesArePrintedForModulesThatCannotBeInitialised(CapturedOutput output) {
		start(Application.class, TestModules.locations("start_traps"));
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("The WebAssembly module 'start_traps' from class path resource [fixtures/start_traps.wasm]"
					+ " cannot be used:")
			.contains(SKIP);
	}

	@Test
	void analysesArePrintedForModulesOfTheSameName(CapturedOutput output, @TempDir Path folder) {
		TestModules.copy("echo", folder.resolve("a/echo.wasm"));
		TestModules.copy("echo", folder.resolve("b/echo.wasm"));
		start(Application.class, "wasm.locations=file:" + folder + "/**/*.wasm");
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("Two WebAssembly modules have the name 'echo':")
			.contains("    - file [" + folder + "/a/echo.wasm]")
			.contains("    - file [" + folder + "/b/echo.wasm]");
	}

	@Test
	void analysesArePrintedForFunctionsOfTheSameName(CapturedOutput output, @TempDir Path folder) {
		TestModules.copy("multi", folder.resolve("a.wasm"));
		TestModules.copy("echo", folder.resolve("a-first.wasm"));
		start(Application.class, "wasm.locations=file:" + folder + "/*.wasm");
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("Two WebAssembly functions have the name 'a-first':");
	}

	@Test
	void analysesArePrintedForFunctionsThatDoNotExist(CapturedOutput output) {
		start(Application.class, TestModules.locations("echo"), "wasm.functions.ecko.enabled=true");
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("    - wasm.functions.ecko")
			.contains("The functions that exist are: echo.");
	}

	@Test
	void analysesArePrintedForBeansOfTheSameName(CapturedOutput output) {
		start(WithEcho.class, TestModules.locations("echo"));
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("The WebAssembly function 'echo' from class path resource [fixtures/echo.wasm] has the same name"
					+ " as the bean defined in " + WithEcho.class.getName() + ".");
	}

	@Test
	void analysesArePrintedForBeansOfTheSameNameThatAreDefinedLater(CapturedOutput output) {
		start(WithLaterEcho.class, TestModules.locations("echo"));
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("The WebAssembly function 'echo' from class path resource [fixtures/echo.wasm] has the same name"
					+ " as the bean defined in ")
			.doesNotContain("spring.main.allow-bean-definition-overriding");
	}

	@Test
	void analysesArePrintedForLimitsOutOfRange(CapturedOutput output) {
		start(Application.class, TestModules.locations("echo"), "wasm.functions.echo.limits.timeout=0s");
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("wasm.functions.echo.limits.timeout")
			.contains("The timeout limit must be at least 1ms, but is PT0S.");
	}

	private static void start(Class<?> application, String... properties) {
		SpringApplication spring = new SpringApplication(application);
		spring.setWebApplicationType(WebApplicationType.NONE);
		String[] arguments = new String[properties.length];
		for (int i = 0; i < properties.length; i++) {
			arguments[i] = "--" + properties[i];
		}
		assertThatException().isThrownBy(() -> spring.run(arguments).close());
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(WasmAutoConfiguration.class)
	static class Application {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(WasmAutoConfiguration.class)
	static class WithEcho {

		@Bean
		String echo() {
			return "echo";
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ WasmAutoConfiguration.class, LaterEcho.class })
	static class WithLaterEcho {

	}

	@AutoConfiguration(after = WasmAutoConfiguration.class)
	static class LaterEcho {

		@Bean
		String echo() {
			return "echo";
		}

	}

}
