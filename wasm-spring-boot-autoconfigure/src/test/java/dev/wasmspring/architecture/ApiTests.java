package dev.wasmspring.architecture;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.wasmspring.sandbox.module.Kind;
import org.jetbrains.annotations.ApiStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the list of what applications may rely on to the code.
 */
class ApiTests {

	private static final Path LIST = Path.of("../docs/reference/api.md");

	private static final JavaClasses CLASSES = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.importPackages("dev.wasmspring");

	@Test
	void whatIsPublicAndNotMarkedIsInTheReferenceAndNothingElse() throws IOException {
		List<String> listed = Pattern.compile("^\\| `(dev\\.wasmspring[\\w.]+)` \\|", Pattern.MULTILINE)
			.matcher(Files.readString(LIST))
			.results()
			.map((MatchResult row) -> row.group(1))
			.toList();
		assertThat(listed).isNotEmpty()
			.doesNotHaveDuplicates()
			.containsExactlyInAnyOrderElementsOf(
					api().filter(JavaClass::isTopLevelClass).map(JavaClass::getName).toList());
	}

	@Test
	void whatIsInternalDoesNotShowInTheApi() {
		List<String> showing = new ArrayList<>();
		Set<JavaClass> api = api().collect(Collectors.toSet());
		for (JavaClass type : api) {
			for (JavaCodeUnit member : type.getCodeUnits()) {
				if (isVisible(member) && !isInternal(member, type)) {
					Stream.concat(Stream.of(member.getRawReturnType()), member.getRawParameterTypes().stream())
						.map(JavaClass::getBaseComponentType)
						.filter((used) -> isOurs(used) && !api.contains(used))
						.forEach((used) -> showing.add(member.getFullName() + " shows " + used.getName()));
				}
			}
		}
		assertThat(api).hasSizeGreaterThan(10);
		assertThat(showing).isEmpty();
	}

	@Test
	void codeOfApplicationsCompilesWithoutTheAnnotationAndWithoutAWarning(@TempDir Path directory) {
		String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
			.filter((entry) -> !entry.contains("jetbrains"))
			.collect(Collectors.joining(File.pathSeparator));
		StringWriter said = new StringWriter();
		JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
		boolean compiled = compiler
			.getTask(said, null, null,
					List.of("-d", directory.toString(), "-classpath", classPath, "-Xlint:all", "-Werror", "-proc:none"),
					null, List.of(new User()))
			.call();
		assertThat(said.toString()).isEmpty();
		assertThat(compiled).isTrue();
		assertThat(classPath).isNotEqualTo(System.getProperty("java.class.path"));
	}

	/** The engine's types are as internal as ours that use them. */
	private static boolean isOurs(JavaClass type) {
		return type.getName().startsWith("dev.wasmspring.") || type.getName().startsWith("com.dylibso.");
	}

	private static Stream<JavaClass> api() {
		return CLASSES.stream()
			.filter((type) -> !type.getSimpleName().equals("package-info"))
			.filter(ApiTests::isVisible)
			.filter((type) -> !isInternal(type));
	}

	private static boolean isVisible(JavaClass type) {
		boolean visible = type.getModifiers().contains(JavaModifier.PUBLIC)
				|| type.getModifiers().contains(JavaModifier.PROTECTED);
		return visible && type.getEnclosingClass().map(ApiTests::isVisible).orElse(true);
	}

	private static boolean isVisible(JavaCodeUnit member) {
		return (member.getModifiers().contains(JavaModifier.PUBLIC)
				|| member.getModifiers().contains(JavaModifier.PROTECTED))
				&& !member.getModifiers().contains(JavaModifier.SYNTHETIC);
	}

	private static boolean isInternal(JavaClass type) {
		return type.isAnnotatedWith(ApiStatus.Internal.class)
				|| type.getPackage().isAnnotatedWith(ApiStatus.Internal.class)
				|| type.getEnclosingClass().map(ApiTests::isInternal).orElse(false);
	}

	/**
	 * The constructor of a record has the marks of its components.
	 */
	private static boolean isInternal(JavaCodeUnit member, JavaClass type) {
		return member.isAnnotatedWith(ApiStatus.Internal.class) || (type.isRecord() && member.isConstructor()
				&& type.getFields().stream().anyMatch((field) -> field.isAnnotatedWith(ApiStatus.Internal.class)));
	}

	/**
	 * Code that uses what is marked and what is not.
	 */
	private static final class User extends SimpleJavaFileObject {

		User() {
			super(URI.create("user:///User.java"), Kind.SOURCE);
		}

		@Override
		public CharSequence getCharContent(boolean ignoreEncodingErrors) {
			return """
					import dev.wasmspring.function.ModuleStatus;
					import dev.wasmspring.function.WasmFunctions;

					class User {
						String use(WasmFunctions functions) {
							ModuleStatus status = functions.modules().get(0);
							dev.wasmspring.sandbox.module.Module module = status.module();
							return status.name() + module + functions.get("vat").definition().settings();
						}
					}
					""";
		}

	}

}
