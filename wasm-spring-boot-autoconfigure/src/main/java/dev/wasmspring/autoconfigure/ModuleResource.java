package dev.wasmspring.autoconfigure;

import java.io.IOException;
import java.io.InputStream;

import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.module.ModuleException;

import org.springframework.core.io.Resource;
import org.springframework.util.unit.DataSize;

/**
 * A module that was found and not read yet. Immutable; lives as long as discovery, and as
 * the module that it is read by.
 *
 * @param name the module's name: the file's name without {@code .wasm}
 * @param resource the file
 */
record ModuleResource(String name, Resource resource) {

	/**
	 * Where the module is, for messages.
	 */
	String origin() {
		return this.resource.getDescription();
	}

	/**
	 * Reads and parses the module, which reads it again whenever it is loaded.
	 * @param sizeLimit the size above which it is not read
	 * @throws ModuleException if it cannot be used
	 */
	Module parse(DataSize sizeLimit) {
		requireName();
		return Module.parse(this.name, origin(), () -> read(sizeLimit));
	}

	/**
	 * Parses what was read, and keeps it for when the module is loaded.
	 * @throws ModuleException if it cannot be used
	 */
	Module parse(byte[] bytes) {
		requireName();
		return Module.parse(this.name, origin(), bytes);
	}

	private void requireName() {
		if (!FunctionNames.isName(this.name)) {
			throw failure("Its name cannot be the name of a function.", "Rename the file. " + FunctionNames.RULE);
		}
	}

	/**
	 * Reads the module.
	 * @param sizeLimit the size above which it is not read
	 * @throws ModuleException if it is larger, or cannot be read
	 */
	byte[] read(DataSize sizeLimit) {
		try {
			// Not every resource knows its length, and it may have grown since
			requireAllowed(this.resource.contentLength(), sizeLimit);
			try (InputStream stream = this.resource.getInputStream()) {
				byte[] bytes = stream.readNBytes((int) sizeLimit.toBytes() + 1);
				requireAllowed(bytes.length, sizeLimit);
				return bytes;
			}
		}
		catch (IOException ex) {
			throw new ModuleException(this.name, origin(), "It cannot be read: " + ex.getMessage() + ".",
					"Make the file readable for the application.", ex);
		}
	}

	private void requireAllowed(long size, DataSize sizeLimit) {
		if (size > sizeLimit.toBytes()) {
			throw failure("It is larger than the " + sizeLimit.toBytes() + " bytes that are allowed.",
					"Raise 'wasm.limits.module-size', or build the module for size.");
		}
	}

	ModuleException failure(String reason, String remedy) {
		return new ModuleException(this.name, origin(), reason, remedy, null);
	}

}
