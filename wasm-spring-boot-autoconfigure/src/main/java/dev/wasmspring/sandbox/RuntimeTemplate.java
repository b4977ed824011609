package dev.wasmspring.sandbox;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * The template of a runtime of scripts, made when the first script needs it. Lives as
 * long as its {@link Engine}; shared by all threads.
 */
final class RuntimeTemplate {

	private volatile @Nullable Template template;

	/**
	 * The template; all that ask while it is made wait for it. A failure is not kept:
	 * whoever asks next tries again.
	 * @param make makes it
	 */
	Template get(Supplier<Template> make) {
		Template current = this.template;
		if (current == null) {
			synchronized (this) {
				current = this.template;
				if (current == null) {
					current = make.get();
					this.template = current;
				}
			}
		}
		return current;
	}

}
