package dev.wasmspring.ai;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Counts the calls of each conversation, of those that are known. Lives as long as the
 * application context; shared by all threads.
 */
final class CallsPerConversation {

	/**
	 * Of more than that, the ones that were silent for the longest time are forgotten.
	 */
	private static final int CONVERSATIONS = 10_000;

	private final int limit;

	/** Guarded by itself. */
	private final Map<String, Integer> counts = new LinkedHashMap<>(16, 0.75f, true) {

		@Override
		protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
			return size() > CONVERSATIONS;
		}

	};

	CallsPerConversation(int limit) {
		this.limit = limit;
	}

	/**
	 * Counts a call.
	 * @return whether the conversation may make it
	 */
	boolean next(@Nullable String conversation) {
		if (conversation == null) {
			return true;
		}
		synchronized (this.counts) {
			return this.counts.merge(conversation, 1,
					(count, one) -> Math.min(count + one, this.limit + 1)) <= this.limit;
		}
	}

}
