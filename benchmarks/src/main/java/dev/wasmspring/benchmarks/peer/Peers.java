package dev.wasmspring.benchmarks.peer;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The peers that are compared, and which guests each of them runs.
 */
public enum Peers {

	/**
	 * This project, called as an application does.
	 */
	OURS("This project: a fresh sandbox, through the bean", EnumSet.allOf(Guest.class)) {

		@Override
		Peer prepare(Guest guest) {
			return new BeanPeer(guest);
		}

	},

	/**
	 * Chicory as its documentation shows it.
	 */
	CHICORY("Chicory: compiled once, a fresh instance", EnumSet.allOf(Guest.class)) {

		@Override
		Peer prepare(Guest guest) {
			return new ChicoryPeer(guest);
		}

	},

	/**
	 * Chicory without isolation of the calls from each other.
	 */
	CHICORY_SHARED("Chicory: one shared instance, no isolation", EnumSet.of(Guest.EMPTY, Guest.ORDER)) {

		@Override
		Peer prepare(Guest guest) {
			return new SharedChicoryPeer(guest);
		}

	},

	/**
	 * GraalWasm.
	 */
	GRAALWASM("GraalWasm: one engine, a fresh context", EnumSet.allOf(Guest.class)) {

		@Override
		Peer prepare(Guest guest) throws Exception {
			return new GraalWasmPeer(guest);
		}

		@Override
		public @Nullable String missing() {
			return (Runtime.version().feature() < 25) ? "it needs JDK 25" : null;
		}

	},

	/**
	 * Wasmtime through JNI.
	 */
	WASMTIME("wasmtime-java: a fresh store", EnumSet.allOf(Guest.class)) {

		@Override
		Peer prepare(Guest guest) throws Exception {
			return new WasmtimePeer(guest);
		}

		@Override
		public @Nullable String missing() {
			String library = "/"
					+ System.mapLibraryName("wasmtime_jni_" + Versions.of("wasmtime-java") + "_" + platform());
			return (Peers.class.getResource(library) == null) ? "it has no library for " + platform() : null;
		}

		private static String platform() {
			String os = System.getProperty("os.name").toLowerCase(java.util.Locale.ROOT);
			String arch = System.getProperty("os.arch");
			return (os.contains("mac") ? "macos" : os.contains("win") ? "windows" : "linux") + "_"
					+ (arch.equals("amd64") ? "x86_64" : arch);
		}

	},

	/**
	 * Extism on Chicory.
	 */
	EXTISM("Extism's chicory-sdk: a fresh plug-in", EnumSet.of(Guest.GREETING)) {

		@Override
		Peer prepare(Guest guest) {
			return new ExtismPeer(guest);
		}

	},

	/**
	 * The same logic in Java.
	 */
	JAVA("A plain Java function, with Jackson", EnumSet.of(Guest.ORDER)) {

		@Override
		Peer prepare(Guest guest) {
			return new JavaPeer();
		}

	},

	/**
	 * The same source as a program.
	 */
	PROCESS("A process for each call", EnumSet.of(Guest.GREETING)) {

		@Override
		Peer prepare(Guest guest) {
			return new ProcessPeer(program());
		}

		@Override
		public @Nullable String missing() {
			return Files.isExecutable(program()) ? null : "there is no rustc to build the program with";
		}

		private static Path program() {
			return Path.of(System.getProperty("benchmarks.program", "target/greeting"));
		}

	};

	private final String label;

	private final Set<Guest> guests;

	Peers(String label, Set<Guest> guests) {
		this.label = label;
		this.guests = guests;
	}

	public String label() {
		return this.label;
	}

	/**
	 * Whether it is measured with a guest.
	 */
	public boolean runs(Guest guest) {
		return this.guests.contains(guest);
	}

	/**
	 * Why it cannot run on this machine.
	 * @return {@code null} if it can
	 */
	public @Nullable String missing() {
		return null;
	}

	abstract Peer prepare(Guest guest) throws Exception;

}
