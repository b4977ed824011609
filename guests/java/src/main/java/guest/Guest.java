package guest;

import java.nio.charset.StandardCharsets;

import org.teavm.backend.wasm.wasi.IOVec;
import org.teavm.backend.wasm.wasi.SizeResult;
import org.teavm.backend.wasm.wasi.Wasi;
import org.teavm.interop.Address;
import org.teavm.interop.Export;
import org.teavm.interop.Import;

/**
 * What a function needs of its host: bytes come in, bytes go out, an exception becomes an error. The main method
 * hands over the function: to {@link #export} for a module of exported functions, where it runs once, before the
 * first call; to {@link #run} for a command, where it runs in each.
 */
public final class Guest {

	/** The function. */
	public interface Handler {

		/** What it throws is the error that the host reports. */
		byte[] handle(byte[] input) throws Exception;

	}

	private static final byte[] NOTHING = {};

	private static Handler handler;

	private static byte[] input;

	private static byte[] output;

	private static byte[] error;

	private Guest() {
	}

	/**
	 * Hands over the function that a module of exported functions has, and calls it once with each example: what
	 * classes do the first time is then done before the first call.
	 */
	public static void export(Handler function, String... examples) {
		handler = function;
		for (String example : examples) {
			call(example.getBytes(StandardCharsets.UTF_8));
		}
		error = null;
	}

	/** Calls the function as a command does: standard input to standard output, an error to standard error. */
	public static void run(Handler function) {
		handler = function;
		byte[] answer = call(readAll());
		if (error != null) {
			write(2, error);
			write(2, new byte[] { '\n' });
			exit(1);
		}
		write(1, answer);
	}

	/** Writes a line into the function's log. */
	public static void log(String line) {
		write(2, (line + "\n").getBytes(StandardCharsets.UTF_8));
	}

	@Import(module = "wasi_snapshot_preview1", name = "proc_exit")
	private static native void exit(int code);

	private static byte[] call(byte[] bytes) {
		try {
			return handler.handle(bytes);
		}
		catch (Throwable ex) {
			String message = ex.getMessage();
			error = ((message != null) ? message : ex.toString()).getBytes(StandardCharsets.UTF_8);
			return NOTHING;
		}
	}

	@Export(name = "alloc")
	public static int alloc(int size) {
		input = new byte[size];
		return Address.ofData(input).toInt();
	}

	@Export(name = "handle")
	public static long handle(int address, int length) {
		byte[] bytes = input;
		if (bytes.length != length) {
			bytes = new byte[length];
			System.arraycopy(input, 0, bytes, 0, length);
		}
		output = call(bytes);
		return packed(output);
	}

	@Export(name = "_error")
	public static long error() {
		return (error != null) ? packed(error) : 0;
	}

	private static long packed(byte[] bytes) {
		return ((long) Address.ofData(bytes).toInt() << 32) | bytes.length;
	}

	private static byte[] readAll() {
		byte[] all = new byte[4096];
		int length = 0;
		for (int n = read(all, 0); n > 0; n = read(all, length)) {
			length += n;
			if (length == all.length) {
				byte[] larger = new byte[2 * length];
				System.arraycopy(all, 0, larger, 0, length);
				all = larger;
			}
		}
		byte[] exact = new byte[length];
		System.arraycopy(all, 0, exact, 0, length);
		return exact;
	}

	/** TeaVM's System.in reads nothing. */
	private static int read(byte[] bytes, int offset) {
		byte[] space = new byte[64];
		Address address = Address.align(Address.ofData(space), 16);
		IOVec vector = address.toStructure();
		vector.buffer = Address.ofData(bytes).add(offset);
		vector.bufferLength = bytes.length - offset;
		SizeResult result = address.add(16).toStructure();
		return (Wasi.fdRead(0, vector, 1, result) == 0) ? (int) result.value : -1;
	}

	private static void write(int descriptor, byte[] bytes) {
		byte[] space = new byte[64];
		Address address = Address.align(Address.ofData(space), 16);
		for (int offset = 0; offset < bytes.length;) {
			IOVec vector = address.toStructure();
			vector.buffer = Address.ofData(bytes).add(offset);
			vector.bufferLength = bytes.length - offset;
			SizeResult result = address.add(16).toStructure();
			if (Wasi.fdWrite(descriptor, vector, 1, result) != 0) {
				return;
			}
			offset += (int) result.value;
		}
	}

}
