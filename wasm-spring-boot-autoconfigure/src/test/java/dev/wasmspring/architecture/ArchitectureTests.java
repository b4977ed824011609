package dev.wasmspring.architecture;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.wasmspring.MainResources;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Holds the rules that the code's structure rests on, and sees each rule fail.
 */
class ArchitectureTests {

	private static final String ROOT = "dev.wasmspring";

	private static final String AUTO_CONFIGURATION = "org.springframework.boot.autoconfigure.AutoConfiguration";

	private static final String FAILURE_ANALYZER = "org.springframework.boot.diagnostics.FailureAnalyzer";

	private static final JavaClasses CLASSES = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.importPackages(ROOT);

	@ParameterizedTest
	@EnumSource
	void theCodeKeepsTheRule(Rule rule) {
		rule.below(ROOT).check(CLASSES);
	}

	@ParameterizedTest
	@EnumSource
	void whatIsRightPasses(Rule rule, @TempDir Path directory) throws IOException {
		JavaClasses right = PlantedClasses.compile(rule.right(), directory);
		assertThatCode(() -> rule.below(PlantedClasses.ROOT).check(right)).doesNotThrowAnyException();
	}

	@ParameterizedTest
	@EnumSource
	void whatIsWrongIsFound(Rule rule, @TempDir Path directory) throws IOException {
		JavaClasses wrong = PlantedClasses.compile(rule.wrong(), directory);
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> rule.below(PlantedClasses.ROOT).check(wrong))
			.withMessageContaining("was violated");
	}

	@ParameterizedTest
	@MethodSource("dev.wasmspring.architecture.Rooms#names")
	void noRoomIsEmpty(String room) {
		assertThat(CLASSES).anyMatch((javaClass) -> javaClass.getPackageName().equals(ROOT + "." + room)
				&& !javaClass.getSimpleName().equals("package-info"));
	}

	@Test
	void autoConfigurationsAreExactlyThoseThatAreRegistered() {
		assertThat(registeredAutoConfigurations()).isNotEmpty()
			.containsExactlyInAnyOrderElementsOf(namesOf((javaClass) -> javaClass.isAnnotatedWith(AUTO_CONFIGURATION)));
	}

	@Test
	void failureAnalyzersAreExactlyThoseThatAreRegistered() throws IOException {
		assertThat(registeredFailureAnalyzers()).isNotEmpty()
			.containsExactlyInAnyOrderElementsOf(namesOf((javaClass) -> javaClass.isAssignableTo(FAILURE_ANALYZER)));
	}

	@Test
	void everyPackageHasAPackageInfo() {
		Set<String> packages = CLASSES.stream().map(JavaClass::getPackageName).collect(Collectors.toSet());
		assertThat(packages).isNotEmpty()
			.allSatisfy(
					(name) -> assertThat(CLASSES.contain(name + ".package-info")).as("%s has a package-info.java", name)
						.isTrue());
	}

	private static List<String> namesOf(Predicate<JavaClass> selected) {
		return CLASSES.stream().filter(selected).map(JavaClass::getName).toList();
	}

	private static List<String> registeredAutoConfigurations() {
		return MainResources.read("META-INF/spring/" + AUTO_CONFIGURATION + ".imports")
			.lines()
			.map(String::strip)
			.filter((line) -> !line.isEmpty() && !line.startsWith("#"))
			.toList();
	}

	private static List<String> registeredFailureAnalyzers() throws IOException {
		Properties factories = new Properties();
		factories.load(new StringReader(MainResources.read("META-INF/spring.factories")));
		return Stream.of(factories.getProperty(FAILURE_ANALYZER, "").split(","))
			.map(String::strip)
			.filter((name) -> !name.isEmpty())
			.toList();
	}

}
