package dev.wasmspring;

import java.io.IOException;
import java.io.StringReader;
import java.nio.channels.InterruptibleChannel;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures;
import com.tngtech.archunit.library.GeneralCodingRules;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the rules that the code's structure rests on.
 */
class ArchitectureTests {

	private static final String ROOT = "dev.wasmspring";

	private static final String AUTO_CONFIGURATION = "org.springframework.boot.autoconfigure.AutoConfiguration";

	private static final String FAILURE_ANALYZER = "org.springframework.boot.diagnostics.FailureAnalyzer";

	private static final JavaClasses CLASSES = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.importPackages(ROOT);

	@Test
	void importsRunOneWay() {
		check(Architectures.layeredArchitecture()
			.consideringOnlyDependenciesInAnyPackage(ROOT + "..")
			.withOptionalLayers(true)
			.layer("sandbox")
			.definedBy(ROOT + ".sandbox..")
			.layer("function")
			.definedBy(ROOT + ".function..")
			.layer("observation")
			.definedBy(ROOT + ".observation..")
			.layer("web")
			.definedBy(ROOT + ".web..")
			.layer("actuate")
			.definedBy(ROOT + ".actuate..")
			.layer("autoconfigure")
			.definedBy(ROOT + ".autoconfigure..")
			.whereLayer("autoconfigure")
			.mayNotBeAccessedByAnyLayer()
			.whereLayer("web")
			.mayOnlyBeAccessedByLayers("autoconfigure")
			.whereLayer("actuate")
			.mayOnlyBeAccessedByLayers("autoconfigure")
			.whereLayer("observation")
			.mayOnlyBeAccessedByLayers("autoconfigure")
			.whereLayer("function")
			.mayOnlyBeAccessedByLayers("observation", "web", "actuate", "autoconfigure")
			.whereLayer("sandbox")
			.mayOnlyBeAccessedByLayers("function", "observation", "web", "actuate", "autoconfigure")
			.ensureAllClassesAreContainedInArchitecture());
	}

	@Test
	void packagesAreFreeOfCycles() {
		check(SlicesRuleDefinition.slices().matching("(**)").should().beFreeOfCycles());
	}

	@Test
	void engineIsUsedInSandboxAlone() {
		check(noClasses().that()
			.resideOutsideOfPackage(ROOT + ".sandbox..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("com.dylibso.chicory.."));
	}

	@Test
	void sandboxKnowsNoFramework() {
		check(noClasses().that()
			.resideInAPackage(ROOT + ".sandbox..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.springframework..", "jakarta..", "io.micrometer..", "tools.jackson..",
					"reactor.."));
	}

	@Test
	void springBootIsUsedWhereItIsConfiguredOrActuatedAlone() {
		check(noClasses().that()
			.resideOutsideOfPackages(ROOT + ".autoconfigure..", ROOT + ".actuate..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("org.springframework.boot.."));
	}

	@Test
	void autoConfigurationsArePublicFinalAndNamedSo() {
		check(classes().that()
			.areAnnotatedWith(AUTO_CONFIGURATION)
			.should()
			.bePublic()
			.andShould()
			.haveModifier(JavaModifier.FINAL)
			.andShould()
			.haveSimpleNameEndingWith("AutoConfiguration"));
	}

	@Test
	void autoConfigurationsAreExactlyThoseThatAreRegistered() {
		assertThat(registeredAutoConfigurations())
			.containsExactlyInAnyOrderElementsOf(namesOf((javaClass) -> javaClass.isAnnotatedWith(AUTO_CONFIGURATION)));
	}

	@Test
	void failureAnalyzersArePackagePrivate() {
		check(classes().that().areAssignableTo(FAILURE_ANALYZER).should().bePackagePrivate());
	}

	@Test
	void failureAnalyzersAreExactlyThoseThatAreRegistered() throws IOException {
		assertThat(registeredFailureAnalyzers())
			.containsExactlyInAnyOrderElementsOf(namesOf((javaClass) -> javaClass.isAssignableTo(FAILURE_ANALYZER)));
	}

	@Test
	void conditionsArePackagePrivate() {
		check(classes().that()
			.areAssignableTo("org.springframework.context.annotation.Condition")
			.should()
			.bePackagePrivate());
	}

	@Test
	void nothingIsFoundByScanning() {
		check(noClasses().should()
			.beAnnotatedWith("org.springframework.stereotype.Component")
			.orShould()
			.beAnnotatedWith("org.springframework.stereotype.Service")
			.orShould()
			.beAnnotatedWith("org.springframework.stereotype.Repository")
			.orShould()
			.beMetaAnnotatedWith("org.springframework.context.annotation.ComponentScan")
			.orShould()
			.beMetaAnnotatedWith("org.springframework.context.annotation.ComponentScans"));
	}

	@Test
	void nothingIsInjectedIntoFields() {
		check(noFields().should()
			.beAnnotatedWith("org.springframework.beans.factory.annotation.Autowired")
			.orShould()
			.beAnnotatedWith("org.springframework.beans.factory.annotation.Value"));
	}

	@Test
	void staticFieldsAreFinal() {
		check(fields().that().areStatic().should().beFinal());
	}

	@Test
	void nothingIsLoggedToJavaUtilLogging() {
		check(noClasses().should().dependOnClassesThat().resideInAPackage("java.util.logging.."));
	}

	/** The deadline of one call would close the channel for all others. */
	@Test
	void noChannelIsUsedThatAnInterruptCloses() {
		check(noClasses().should().dependOnClassesThat().areAssignableTo(InterruptibleChannel.class));
	}

	@Test
	void nothingIsWrittenToStandardStreams() {
		check(GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS);
	}

	@Test
	void noStackTraceIsPrinted() {
		check(noClasses().should()
			.accessTargetWhere(targetIs("printStackTrace", (target) -> target.getName().equals("printStackTrace"))));
	}

	@Test
	void caseIsChangedWithLocale() {
		Set<String> dependentOnTheMachine = Set.of("java.lang.String.toLowerCase()", "java.lang.String.toUpperCase()");
		check(noClasses().should()
			.accessTargetWhere(targetIs("a change of case without a Locale",
					(target) -> dependentOnTheMachine.contains(target.getFullName()))));
	}

	/**
	 * Digits are those of a locale, too. {@code FirstUse} does what the engine does.
	 */
	@Test
	void textIsFormattedWithLocale() {
		Set<String> dependentOnTheMachine = Set.of("java.lang.String.format(java.lang.String, [Ljava.lang.Object;)",
				"java.lang.String.formatted([Ljava.lang.Object;)");
		check(noClasses().that()
			.doNotHaveSimpleName("FirstUse")
			.should()
			.accessTargetWhere(targetIs("a text that is formatted without a Locale",
					(target) -> dependentOnTheMachine.contains(target.getFullName()))));
	}

	@Test
	void everyPackageIsNullMarked() {
		Set<String> packages = CLASSES.stream().map(JavaClass::getPackageName).collect(Collectors.toSet());
		assertThat(packages).isNotEmpty().allSatisfy((name) -> {
			assertThat(CLASSES.contain(name + ".package-info")).as("%s has a package-info.java", name).isTrue();
			assertThat(CLASSES.get(name + ".package-info").isAnnotatedWith(NullMarked.class))
				.as("%s is @NullMarked", name)
				.isTrue();
		});
	}

	private static void check(ArchRule rule) {
		rule.allowEmptyShould(true).check(CLASSES);
	}

	/** Calls and method references alike. */
	private static DescribedPredicate<JavaAccess<?>> targetIs(String description, Predicate<AccessTarget> target) {
		return DescribedPredicate.describe("target is " + description, (access) -> target.test(access.getTarget()));
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
