package dev.wasmspring.ai;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.wasmspring.function.ScriptFunction;
import org.jspecify.annotations.Nullable;

/**
 * Code that was compiled, for when it comes again; what did not come for the longest time
 * is closed. Lives as long as the application context; shared by all threads.
 */
final class CodeCache implements AutoCloseable {

	private final int size;

	/** Guarded by itself; what was used last is last. */
	private final Map<Key, Compiled> entries = new LinkedHashMap<>(16, 0.75f, true);

	/** Guarded by the entries. */
	private boolean closed;

	CodeCache(int size) {
		this.size = size;
	}

	@Nullable Compiled get(Key key) {
		synchronized (this.entries) {
			return this.entries.get(key);
		}
	}

	/**
	 * Keeps what was compiled. A call of what is closed meanwhile ends undisturbed.
	 */
	void put(Key key, Compiled compiled) {
		synchronized (this.entries) {
			Compiled before = this.entries.put(key, compiled);
			if (before != null && before != compiled) {
				before.script().close();
			}
			shrink(this.closed ? 0 : this.size);
		}
	}

	/**
	 * Makes room: half of what is kept goes.
	 * @return whether anything went
	 */
	boolean makeRoom() {
		synchronized (this.entries) {
			int before = this.entries.size();
			shrink(before / 2);
			return before > 0;
		}
	}

	private void shrink(int most) {
		Iterator<Compiled> oldest = this.entries.values().iterator();
		while (this.entries.size() > most) {
			Compiled gone = oldest.next();
			oldest.remove();
			gone.script().close();
		}
	}

	int count() {
		synchronized (this.entries) {
			return this.entries.size();
		}
	}

	@Override
	public void close() {
		synchronized (this.entries) {
			this.closed = true;
			shrink(0);
		}
	}

	/**
	 * What tells code apart.
	 *
	 * @param language its language
	 * @param digest its SHA-256
	 * @param tools the names of the tools that it can call
	 */
	record Key(String language, String digest, List<String> tools) {

	}

	/**
	 * Code that was compiled.
	 *
	 * @param script the code as a function
	 * @param printed what it printed while it was loaded
	 */
	record Compiled(ScriptFunction script, String printed) {

	}

}
