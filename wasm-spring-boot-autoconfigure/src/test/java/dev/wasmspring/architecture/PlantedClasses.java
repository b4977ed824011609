package dev.wasmspring.architecture;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.wasmspring.sandbox.module.Kind;

/**
 * Classes that are written and compiled for a test of a rule. Lives for the test.
 */
final class PlantedClasses {

	/** Their root package. */
	static final String ROOT = "planted";

	private static final Pattern NAME = Pattern
		.compile("(?:^|\\s)package ([\\w.]+);(?:.*?\\b(?:class|interface|enum|record) (\\w+))?", Pattern.DOTALL);

	private PlantedClasses() {
	}

	/**
	 * Compiles classes.
	 * @param source one file after the other; {@code $} stands for the root package, and
	 * a line {@code --} stands between files
	 * @param directory where the class files go
	 */
	static JavaClasses compile(String source, Path directory) throws IOException {
		List<JavaFileObject> files = new ArrayList<>();
		for (String file : source.replace("$", ROOT).split("(?m)^--$")) {
			files.add(new SourceFile(file));
		}
		JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
		List<String> options = List.of("-d", directory.toString(), "-classpath", System.getProperty("java.class.path"),
				"-proc:none");
		if (!compiler.getTask(null, null, null, options, null, files).call()) {
			throw new IllegalArgumentException("These do not compile: " + source);
		}
		return new ClassFileImporter().importPath(directory);
	}

	private static final class SourceFile extends SimpleJavaFileObject {

		private final String source;

		SourceFile(String source) {
			super(uri(source), Kind.SOURCE);
			this.source = source;
		}

		private static URI uri(String source) {
			Matcher name = NAME.matcher(source);
			if (!name.find()) {
				throw new IllegalArgumentException("There is no package in: " + source);
			}
			String type = (name.group(2) != null) ? name.group(2) : "package-info";
			return URI.create("planted:///" + name.group(1).replace('.', '/') + "/" + type + ".java");
		}

		@Override
		public CharSequence getCharContent(boolean ignoreEncodingErrors) {
			return this.source;
		}

	}

}
