package dev.wasmspring.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Load over HTTP, by the command {@code wrk}: eight connections that post the same body
 * again and again.
 */
final class Wrk {

	private static final Pattern THROUGHPUT = Pattern.compile("Requests/sec: +([0-9.]+)");

	private Wrk() {
	}

	static boolean isInstalled() {
		return Stream.of(System.getenv("PATH").split(java.io.File.pathSeparator))
			.anyMatch((folder) -> Files.isExecutable(Path.of(folder, "wrk")));
	}

	/**
	 * Posts for some seconds.
	 * @return requests a second
	 * @throws IllegalStateException if an answer was not as it should be
	 */
	static double post(String address, String contentType, String body, int seconds)
			throws IOException, InterruptedException {
		Path script = Files.createTempFile("post", ".lua");
		try {
			Files.writeString(script, """
					wrk.method = "POST"
					wrk.body = [[%s]]
					wrk.headers["Content-Type"] = "%s"
					""".formatted(body, contentType));
			Process process = new ProcessBuilder("wrk", "-t1", "-c8", "-d" + seconds + "s", "-s", script.toString(),
					address)
				.redirectErrorStream(true)
				.start();
			String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			process.waitFor();
			Matcher throughput = THROUGHPUT.matcher(printed);
			if (printed.contains("Non-2xx") || printed.contains("Socket errors") || !throughput.find()) {
				throw new IllegalStateException("wrk was not answered as it should be:\n" + printed);
			}
			return Double.parseDouble(throughput.group(1));
		}
		finally {
			Files.delete(script);
		}
	}

}
