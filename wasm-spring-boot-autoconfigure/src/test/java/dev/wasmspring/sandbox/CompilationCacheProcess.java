package dev.wasmspring.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import dev.wasmspring.sandbox.compiler.CompilationCache;
import dev.wasmspring.sandbox.compiler.CompilationSource;
import dev.wasmspring.sandbox.limit.HostMemory;
import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.wasi.Capabilities;

/**
 * One of several processes that share a cache directory. Loads modules, checks their
 * answers, and now and then overwrites an entry that the others may be reading.
 */
public final class CompilationCacheProcess {

	public static final int MODULES = 6;

	private static final Limits LIMITS = new Limits(Duration.ofSeconds(60), 1 << 20, 1 << 20, 1 << 20);

	private CompilationCacheProcess() {
	}

	/**
	 * Prints how often a module came from the cache.
	 * @param arguments the directory, its maximum size, how many modules to load
	 */
	public static void main(String[] arguments) throws IOException {
		Path directory = Path.of(arguments[0]);
		long maxSize = Long.parseLong(arguments[1]);
		Random random = new Random();
		int cached = 0;
		for (int round = 0; round < Integer.parseInt(arguments[2]); round++) {
			int answer = random.nextInt(MODULES);
			try (Engine engine = new Engine(HostMemory.ofHeap(), new CompilationCache(directory, maxSize))) {
				Template template = engine.load(CraftedModule.answering(answer), LIMITS, Capabilities.NONE);
				long actual = CraftedModule.answer(template, LIMITS);
				if (actual != answer) {
					throw new IllegalStateException("The answer is " + actual + " instead of " + answer);
				}
				cached += (template.compilationSource() == CompilationSource.CACHE) ? 1 : 0;
			}
			if (random.nextInt(4) == 0) {
				spoil(directory, random);
			}
		}
		System.out.println(cached);
	}

	private static void spoil(Path directory, Random random) throws IOException {
		List<Path> entries;
		try (Stream<Path> files = Files.list(directory)) {
			entries = files.filter((file) -> file.toString().endsWith(".classes")).toList();
		}
		if (!entries.isEmpty()) {
			byte[] garbage = new byte[random.nextInt(30_000)];
			random.nextBytes(garbage);
			Files.write(entries.get(random.nextInt(entries.size())), garbage);
		}
	}

}
