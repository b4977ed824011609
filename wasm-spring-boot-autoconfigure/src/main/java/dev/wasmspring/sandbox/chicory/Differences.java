package dev.wasmspring.sandbox.chicory;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * In what the engine at hand differs from the one that we know. Lives as long as the JVM;
 * shared by all threads.
 */
final class Differences {

	private static final Log logger = LogFactory.getLog(Differences.class);

	private final Set<String> sentences = new ConcurrentSkipListSet<>();

	/**
	 * Adds a difference, and says it unless it was said before.
	 * @param difference what is different, and what follows from it: a sentence
	 */
	void add(String difference) {
		if (this.sentences.add(difference)) {
			logger.warn("The WebAssembly engine is not the one that this version was made for. " + difference);
		}
	}

	/**
	 * What was added so far.
	 * @return sentences in the order of the alphabet
	 */
	List<String> all() {
		return List.copyOf(this.sentences);
	}

}
