package dev.wasmspring.function;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The versions of one module that are kept, the newest first. Lives as long as the module
 * is in service; guarded by whoever holds it.
 */
final class ModuleHistory {

	private final List<PreparedModule> versions = new ArrayList<>();

	private @Nullable PreparedModule current;

	private @Nullable PreparedModule other;

	private int percent;

	/**
	 * Puts a version into service, and forgets the oldest that are too many.
	 * @param most how many are kept, that one included
	 */
	void serve(PreparedModule version, int most) {
		if (!this.versions.contains(version)) {
			this.versions.removeIf((kept) -> kept.module().digest().equals(version.module().digest()));
			this.versions.add(0, version);
		}
		this.current = version;
		this.other = null;
		this.percent = 0;
		trim(most);
	}

	/**
	 * Forgets the oldest versions that are too many, and none that is called.
	 */
	void trim(int most) {
		for (int i = this.versions.size() - 1; i >= 0 && this.versions.size() > most; i--) {
			PreparedModule version = this.versions.get(i);
			if (version != this.current && version != this.other) {
				this.versions.remove(i);
			}
		}
	}

	/**
	 * Gives another version a share of the calls.
	 */
	void split(PreparedModule other, int percent) {
		this.other = other;
		this.percent = percent;
	}

	/**
	 * The version that is in service.
	 */
	PreparedModule current() {
		if (this.current == null) {
			throw new IllegalStateException("There is no version yet");
		}
		return this.current;
	}

	/**
	 * A version by its digest.
	 * @param digest the digest, or what it begins with
	 * @throws IllegalArgumentException if none is kept that begins like that, or several
	 */
	PreparedModule version(String digest) {
		List<PreparedModule> found = this.versions.stream()
			.filter((version) -> version.module().digest().startsWith(digest))
			.toList();
		if (digest.length() < 8 || found.size() != 1) {
			throw new IllegalArgumentException("No version, or more than one, of the module '"
					+ current().module().name() + "' is kept whose digest is or begins with '" + digest
					+ "', in eight digits at least. There are " + digests() + ".");
		}
		return found.get(0);
	}

	private List<String> digests() {
		return this.versions.stream().map((version) -> version.module().digest()).toList();
	}

	/**
	 * The version before the one in service.
	 * @throws IllegalStateException if none is kept
	 */
	PreparedModule before() {
		int next = this.versions.indexOf(this.current) + 1;
		if (next == this.versions.size()) {
			throw new IllegalStateException(
					"No older version of the module '" + current().module().name() + "' is kept.");
		}
		return this.versions.get(next);
	}

	/**
	 * What is known of the versions, the newest first.
	 */
	List<ModuleVersion> report() {
		return this.versions.stream().map((version) -> {
			int share = (version == this.current) ? 100 - this.percent : (version == this.other) ? this.percent : 0;
			return new ModuleVersion(version.module().digest(), version.module().origin(), version == this.current,
					share, version.functions().stream().map(FunctionDefinition::name).toList());
		}).toList();
	}

	/**
	 * The memory that all versions hold, beyond what is shared with others.
	 * @return about how many bytes
	 */
	long heldMemory() {
		return this.versions.stream().mapToLong(PreparedModule::heldMemory).sum();
	}

}
