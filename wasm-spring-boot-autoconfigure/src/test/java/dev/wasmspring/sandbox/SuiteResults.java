package dev.wasmspring.sandbox;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What came of the cases of a suite, by the file or folder that they stand in. Lives for
 * one run and is confined to its thread.
 */
final class SuiteResults {

	private final Map<String, Group> groups = new TreeMap<>();

	/** Files without a single case that could be run, and why. */
	private final Map<String, String> untouched = new LinkedHashMap<>();

	void passed(String group) {
		group(group).passed++;
	}

	void failed(String group, String which, String reason) {
		group(group).failures.add(new Failure(which, reason));
	}

	/** A case that was not run since what it needs is not offered. */
	void refused(String group, String reason) {
		group(group).refused.merge(reason, 1, Integer::sum);
	}

	void untouched(String group, String reason) {
		this.untouched.put(group, reason);
	}

	private Group group(String name) {
		return this.groups.computeIfAbsent(name, (key) -> new Group());
	}

	Map<String, Group> groups() {
		return this.groups;
	}

	Map<String, String> untouched() {
		return this.untouched;
	}

	int passed() {
		return this.groups.values().stream().mapToInt((group) -> group.passed).sum();
	}

	int failed() {
		return this.groups.values().stream().mapToInt((group) -> group.failures.size()).sum();
	}

	int refused() {
		return this.groups.values().stream().mapToInt(Group::refusedCount).sum();
	}

	static final class Group {

		private int passed;

		private final List<Failure> failures = new ArrayList<>();

		private final Map<String, Integer> refused = new TreeMap<>();

		int passed() {
			return this.passed;
		}

		List<Failure> failures() {
			return this.failures;
		}

		Map<String, Integer> refused() {
			return this.refused;
		}

		int refusedCount() {
			return this.refused.values().stream().mapToInt(Integer::intValue).sum();
		}

	}

	record Failure(String which, String reason) {
	}

}
