package dev.wasmspring.architecture;

import java.nio.channels.InterruptibleChannel;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.GeneralCodingRules;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import org.jspecify.annotations.NullMarked;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;

/**
 * The rules that the code's structure rests on. Each comes with classes that keep it and
 * classes that break it: {@code $} stands for the root package, and {@code --} begins the
 * next file.
 */
enum Rule {

	IMPORTS_RUN_ONE_WAY((root) -> classes().should(new Rooms(root).useOnlyWhatStandsBelow()), """
			package $.sandbox.limit; public class Lower { }
			--
			package $.sandbox; public class Upper { $.sandbox.limit.Lower lower; }
			--
			package $.function; public class Top { $.sandbox.Upper upper; }
			""", """
			package $.sandbox.limit; public class Lower { $.sandbox.Upper upper; }
			--
			package $.sandbox; public class Upper { }
			"""),

	EVERY_CLASS_STANDS_IN_A_ROOM((root) -> classes().should(new Rooms(root).useOnlyWhatStandsBelow()),
			"package $.web; public class Inside { }", "package $.util; public class Outside { }"),

	ROOMS_BESIDE_EACH_OTHER_DO_NOT_KNOW_EACH_OTHER((root) -> classes().should(new Rooms(root).useOnlyWhatStandsBelow()),
			"""
					package $.web; public class Web { $.function.Shared shared; }
					--
					package $.function; public class Shared { }
					""", """
					package $.web; public class Web { $.actuate.Actuate beside; }
					--
					package $.actuate; public class Actuate { }
					"""),

	PACKAGES_ARE_FREE_OF_CIRCLES((root) -> SlicesRuleDefinition.slices().matching("(**)").should().beFreeOfCycles(), """
			package $.a; public class First { $.b.Second second; }
			--
			package $.b; public class Second { }
			""", """
			package $.a; public class First { $.b.Second second; }
			--
			package $.b; public class Second { $.a.First first; }
			"""),

	CLASSES_ARE_FREE_OF_CIRCLES(
			(root) -> SlicesRuleDefinition.slices().assignedFrom(new TopLevelClasses()).should().beFreeOfCycles(), """
					package $; class First { Second second; class Inner { First outer; } }
					--
					package $; class Second { }
					""", """
					package $; class First { Second second; }
					--
					package $; class Second { void use(Third third) { } }
					--
					package $; class Third { Object of() { return new First(); } }
					"""),

	ENGINE_IS_USED_IN_SANDBOX_ALONE((root) -> noClasses().that()
		.resideOutsideOfPackage(root + ".sandbox..")
		.should()
		.dependOnClassesThat()
		.resideInAPackage("com.dylibso.chicory.."), """
				package $.sandbox; class Inside { com.dylibso.chicory.runtime.Instance instance; }
				--
				package $.function; class Outside { }
				""", "package $.function; class Outside { com.dylibso.chicory.runtime.Instance instance; }"),

	/** Or the rule above would hold for an engine that is not there. */
	SANDBOX_USES_THE_ENGINE(
			(root) -> classes().that().haveFullyQualifiedName(root + ".sandbox.Template").should(dependOnTheEngine()),
			"package $.sandbox; class Template { com.dylibso.chicory.runtime.Instance instance; }",
			"package $.sandbox; class Template { }"),

	SANDBOX_KNOWS_NO_FRAMEWORK((root) -> noClasses().that()
		.resideInAPackage(root + ".sandbox..")
		.should()
		.dependOnClassesThat()
		.resideInAnyPackage("org.springframework..", "jakarta..", "io.micrometer..", "tools.jackson..", "reactor.."),
			"""
					package $.function; class Outside { org.springframework.messaging.Message<String> message; }
					--
					package $.sandbox; class Inside { }
					""", "package $.sandbox; class Inside { org.springframework.messaging.Message<String> message; }"),

	SPRING_BOOT_IS_USED_WHERE_IT_IS_CONFIGURED_OR_ACTUATED_ALONE(
			(root) -> noClasses().that()
				.resideOutsideOfPackages(root + ".autoconfigure..", root + ".actuate..")
				.should()
				.dependOnClassesThat()
				.resideInAPackage("org.springframework.boot.."),
			"""
					package $.actuate; class Inside { org.springframework.boot.SpringApplication application; }
					--
					package $.web; class Outside { }
					""", "package $.web; class Outside { org.springframework.boot.SpringApplication application; }"),

	AUTO_CONFIGURATIONS_ARE_PUBLIC_FINAL_AND_NAMED_SO((root) -> classes().that()
		.areAnnotatedWith("org.springframework.boot.autoconfigure.AutoConfiguration")
		.should()
		.bePublic()
		.andShould()
		.haveModifier(JavaModifier.FINAL)
		.andShould()
		.haveSimpleNameEndingWith("AutoConfiguration"), """
				package $;
				@org.springframework.boot.autoconfigure.AutoConfiguration
				public final class GoodAutoConfiguration { }
				""", """
				package $;
				@org.springframework.boot.autoconfigure.AutoConfiguration
				public class OpenAutoConfiguration { }
				"""),

	FAILURE_ANALYZERS_ARE_PACKAGE_PRIVATE((root) -> classes().that()
		.areAssignableTo("org.springframework.boot.diagnostics.FailureAnalyzer")
		.should()
		.bePackagePrivate(), """
				package $; import org.springframework.boot.diagnostics.*;
				class Analyzer implements FailureAnalyzer {
					public FailureAnalysis analyze(Throwable failure) { return null; }
				}
				""", """
				package $; import org.springframework.boot.diagnostics.*;
				public class Analyzer implements FailureAnalyzer {
					public FailureAnalysis analyze(Throwable failure) { return null; }
				}
				"""),

	CONDITIONS_ARE_PACKAGE_PRIVATE(
			(root) -> classes().that()
				.areAssignableTo("org.springframework.context.annotation.Condition")
				.should()
				.bePackagePrivate()
				.allowEmptyShould(true),
			"""
					package $; import org.springframework.context.annotation.*;
					import org.springframework.core.type.AnnotatedTypeMetadata;
					class OnSomething implements Condition {
						public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) { return true; }
					}
					""",
			"""
					package $; import org.springframework.context.annotation.*;
					import org.springframework.core.type.AnnotatedTypeMetadata;
					public class OnSomething implements Condition {
						public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) { return true; }
					}
					"""),

	NOTHING_IS_FOUND_BY_SCANNING(
			(root) -> noClasses().should()
				.beAnnotatedWith("org.springframework.stereotype.Component")
				.orShould()
				.beAnnotatedWith("org.springframework.stereotype.Service")
				.orShould()
				.beAnnotatedWith("org.springframework.stereotype.Repository")
				.orShould()
				.beMetaAnnotatedWith("org.springframework.context.annotation.ComponentScan")
				.orShould()
				.beMetaAnnotatedWith("org.springframework.context.annotation.ComponentScans"),
			"package $; class Plain { }", "package $; @org.springframework.stereotype.Component class Found { }"),

	NOTHING_IS_INJECTED_INTO_FIELDS(
			(root) -> noFields().should()
				.beAnnotatedWith("org.springframework.beans.factory.annotation.Autowired")
				.orShould()
				.beAnnotatedWith("org.springframework.beans.factory.annotation.Value"),
			"package $; class Plain { Object bean; }",
			"package $; class Injected { @org.springframework.beans.factory.annotation.Autowired Object bean; }"),

	STATIC_FIELDS_ARE_FINAL((root) -> fields().that().areStatic().should().beFinal(),
			"package $; class Constant { static final int ONE = 1; }", "package $; class Variable { static int one; }"),

	NOTHING_IS_LOGGED_TO_JAVA_UTIL_LOGGING(
			(root) -> noClasses().should().dependOnClassesThat().resideInAPackage("java.util.logging.."),
			"package $; class Quiet { }", "package $; class Loud { java.util.logging.Logger logger; }"),

	/** The deadline of one call would close the channel for all others. */
	NO_CHANNEL_IS_USED_THAT_AN_INTERRUPT_CLOSES(
			(root) -> noClasses().should().dependOnClassesThat().areAssignableTo(InterruptibleChannel.class),
			"package $; class Streams { java.io.InputStream stream; }",
			"package $; class Channels { java.nio.channels.FileChannel channel; }"),

	NOTHING_IS_WRITTEN_TO_STANDARD_STREAMS((root) -> GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS,
			"package $; class Quiet { }", "package $; class Loud { void say() { System.out.println(); } }"),

	NO_STACK_TRACE_IS_PRINTED(
			(root) -> noClasses().should()
				.accessTargetWhere(targetIs("printStackTrace", (target) -> target.getName().equals("printStackTrace"))),
			"package $; class Quiet { void say(Exception ex) { ex.getMessage(); } }",
			"package $; class Loud { void say(Exception ex) { ex.printStackTrace(); } }"),

	CASE_IS_CHANGED_WITH_LOCALE((root) -> {
		Set<String> dependentOnTheMachine = Set.of("java.lang.String.toLowerCase()", "java.lang.String.toUpperCase()");
		return noClasses().should()
			.accessTargetWhere(targetIs("a change of case without a Locale",
					(target) -> dependentOnTheMachine.contains(target.getFullName())));
	}, "package $; class Same { String low(String text) { return text.toLowerCase(java.util.Locale.ROOT); } }",
			"package $; class Turkish { String low(String text) { return text.toLowerCase(); } }"),

	EVERY_PACKAGE_IS_NULL_MARKED((root) -> classes().should(lieInANullMarkedPackage()), """
			@org.jspecify.annotations.NullMarked package $;
			--
			package $; class Marked { }
			""", "package $; class Unmarked { }");

	private final Function<String, ArchRule> rule;

	private final String right;

	private final String wrong;

	Rule(Function<String, ArchRule> rule, String right, String wrong) {
		this.rule = rule;
		this.right = right;
		this.wrong = wrong;
	}

	/**
	 * The rule for the code below a package. It fails if there is nothing that it speaks
	 * of.
	 */
	ArchRule below(String root) {
		return this.rule.apply(root);
	}

	/**
	 * Classes that keep the rule.
	 */
	String right() {
		return this.right;
	}

	/**
	 * Classes that break the rule.
	 */
	String wrong() {
		return this.wrong;
	}

	/** Calls and method references alike. */
	private static DescribedPredicate<JavaAccess<?>> targetIs(String description, Predicate<AccessTarget> target) {
		return DescribedPredicate.describe("target is " + description, (access) -> target.test(access.getTarget()));
	}

	private static ArchCondition<JavaClass> dependOnTheEngine() {
		return new ArchCondition<>("depend on the engine") {

			@Override
			public void check(JavaClass javaClass, ConditionEvents events) {
				boolean depends = javaClass.getDirectDependenciesFromSelf()
					.stream()
					.anyMatch((dependency) -> dependency.getTargetClass()
						.getPackageName()
						.startsWith("com.dylibso.chicory."));
				events.add(new SimpleConditionEvent(javaClass, depends, javaClass.getName()));
			}

		};
	}

	private static ArchCondition<JavaClass> lieInANullMarkedPackage() {
		return new ArchCondition<>("lie in a package that is @NullMarked") {

			@Override
			public void check(JavaClass javaClass, ConditionEvents events) {
				boolean marked = javaClass.getPackage().isAnnotatedWith(NullMarked.class);
				events.add(new SimpleConditionEvent(javaClass, marked, javaClass.getName()));
			}

		};
	}

	/**
	 * A slice for each top-level class, nested classes included. Stateless.
	 */
	private static final class TopLevelClasses implements SliceAssignment {

		@Override
		public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
			return SliceIdentifier.of(javaClass.getName().replaceFirst("\\$.*", ""));
		}

		@Override
		public String getDescription() {
			return "top-level classes";
		}

	}

}
