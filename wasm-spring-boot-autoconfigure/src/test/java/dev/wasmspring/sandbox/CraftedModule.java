package dev.wasmspring.sandbox;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.module.Export;
import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.wasi.Capabilities;

/**
 * A module made of as many and as large functions as a test wants. Confined to one
 * thread.
 */
public final class CraftedModule {

	private static final byte[] HEADER = { 0, 'a', 's', 'm', 1, 0, 0, 0 };

	/** {@code () -> i32}, the type of all functions. */
	private static final byte[] TYPES = { 1, 0x60, 0, 1, 0x7f };

	private static final byte[] IMPORT = bytes(1, name("wasi_snapshot_preview1"), name("sched_yield"), 0, 0);

	private static final byte[] MEMORY = { 1, 0, 1 };

	private final List<byte[]> bodies = new ArrayList<>();

	private final List<byte[]> names = new ArrayList<>();

	private boolean importing;

	/** A module whose only function, {@code run}, answers a number. */
	public static Module answering(int answer) {
		return new CraftedModule().function(null, 0, answer).parse("answering-" + answer);
	}

	/** Calls the module's only function. */
	public static long answer(Template template, Limits limits) {
		Export run = template.module().exports().get(0);
		try (Sandbox sandbox = template.open(run, limits, Capabilities.NONE)) {
			return sandbox.call(new long[0])[0];
		}
	}

	/** Lets the module import one function, which takes the index 0. */
	public CraftedModule importing() {
		this.importing = true;
		return this;
	}

	/**
	 * Adds a function that calls the module's first function and drops its answer, again
	 * and again: three bytes of WebAssembly and nine of bytecode each time.
	 */
	public CraftedModule function(String name, int calls, int answer) {
		ByteArrayOutputStream body = new ByteArrayOutputStream();
		body.write(0);
		for (int i = 0; i < calls; i++) {
			body.writeBytes(new byte[] { 0x10, 0, 0x1a });
		}
		body.write(0x41);
		body.writeBytes(signed(answer));
		body.write(0x0b);
		if (name != null) {
			this.names.add(bytes(unsigned(this.bodies.size() + (this.importing ? 1 : 0)), name(name)));
		}
		this.bodies.add(bytes(unsigned(body.size()), body.toByteArray()));
		return this;
	}

	/** The module, which exports the last of its functions as {@code run}. */
	public Module parse(String name) {
		int count = this.bodies.size();
		byte[] run = unsigned(count - 1 + (this.importing ? 1 : 0));
		ByteArrayOutputStream module = new ByteArrayOutputStream();
		module.writeBytes(HEADER);
		module.writeBytes(section(1, TYPES));
		if (this.importing) {
			module.writeBytes(section(2, IMPORT));
		}
		module.writeBytes(section(3, bytes(unsigned(count), new byte[count])));
		if (this.importing) {
			module.writeBytes(section(5, MEMORY));
		}
		module.writeBytes(section(7, bytes(1, name("run"), 0, run)));
		module.writeBytes(section(10, bytes(unsigned(count), join(this.bodies))));
		if (!this.names.isEmpty()) {
			byte[] functions = bytes(unsigned(this.names.size()), join(this.names));
			module.writeBytes(section(0, bytes(name("name"), 1, unsigned(functions.length), functions)));
		}
		return Module.parse(name, "memory", module.toByteArray());
	}

	private static byte[] section(int id, byte[] content) {
		return bytes(id, unsigned(content.length), content);
	}

	private static byte[] name(String name) {
		byte[] characters = name.getBytes(StandardCharsets.UTF_8);
		return bytes(unsigned(characters.length), characters);
	}

	private static byte[] join(List<byte[]> parts) {
		return bytes(parts.toArray());
	}

	private static byte[] bytes(Object... parts) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		for (Object part : parts) {
			bytes.writeBytes((part instanceof byte[] several) ? several : new byte[] { ((Integer) part).byteValue() });
		}
		return bytes.toByteArray();
	}

	private static byte[] unsigned(int value) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		int rest = value;
		for (; rest > 0x7f; rest >>>= 7) {
			bytes.write(rest & 0x7f | 0x80);
		}
		bytes.write(rest);
		return bytes.toByteArray();
	}

	private static byte[] signed(int value) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		int rest = value;
		for (; rest > 0x3f || rest < -0x40; rest >>= 7) {
			bytes.write(rest & 0x7f | 0x80);
		}
		bytes.write(rest & 0x7f);
		return bytes.toByteArray();
	}

}
