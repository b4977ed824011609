package dev.wasmspring.benchmarks.peer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;

/**
 * The guest's source compiled for this machine, started as a process for each call.
 */
final class ProcessPeer implements Peer {

	private final ProcessBuilder builder;

	ProcessPeer(Path program) {
		this.builder = new ProcessBuilder(program.toString());
	}

	@Override
	public byte[] call(byte[] input) throws IOException, InterruptedException {
		Process process = this.builder.start();
		try (OutputStream stdin = process.getOutputStream()) {
			stdin.write(input);
		}
		try (InputStream stdout = process.getInputStream()) {
			byte[] output = stdout.readAllBytes();
			process.waitFor();
			return output;
		}
	}

}
