package dev.wasmspring.benchmarks.stream;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

/**
 * Measures how many messages a second go through a function of a module, and how many
 * through a bean in Java that does the same: from a topic that is full to another one.
 * Every round has a process and topics of its own; rounds alternate. Broker and
 * application share the machine, as do their costs.
 */
public final class StreamBenchmark {

	private static final Log logger = LogFactory.getLog(StreamBenchmark.class);

	private static final String INPUT = """
			{"customer":"Ada","lines":[{"sku":"A-100","quantity":12,"unitPriceCents":1999},\
			{"sku":"B-200","quantity":1,"unitPriceCents":24900},\
			{"sku":"C-300","quantity":3,"unitPriceCents":1250}]}""";

	private static final String END = "\"pieces\":16,\"totalCents\":52638}";

	private static final int PARTITIONS = 2;

	/** What the JIT needs before it rests. */
	private static final double WARM = 0.3;

	private final EmbeddedKafkaKraftBroker broker = new EmbeddedKafkaKraftBroker(1, PARTITIONS);

	private final int messages;

	private final Path folder;

	private StreamBenchmark(int messages, Path folder) {
		this.messages = messages;
		this.folder = folder;
	}

	/**
	 * Runs it.
	 * @param args how many messages, how many rounds, a folder, and a document to write
	 * into, if there is one
	 */
	public static void main(String[] args) throws Exception {
		StreamBenchmark benchmark = new StreamBenchmark(Integer.parseInt(args[0]), Path.of(args[2]).toAbsolutePath());
		String report = benchmark.run(Integer.parseInt(args[1]));
		logger.info("\n" + report);
		if (args.length > 3) {
			write(Path.of(args[3]), report);
		}
		System.exit(0);
	}

	private String run(int rounds) throws Exception {
		Files.createDirectories(this.folder);
		this.broker.brokerProperty("offsets.topic.num.partitions", "2");
		this.broker.brokerProperty("auto.create.topics.enable", "false");
		this.broker.afterPropertiesSet();
		Map<String, List<Double>> rates = new LinkedHashMap<>();
		for (boolean batch : new boolean[] { false, true }) {
			for (int round = 0; round < rounds; round++) {
				for (String function : List.of("order", "java")) {
					double rate = round(function, batch, round);
					logger.info(function + (batch ? ", batches" : "") + ": " + (long) rate + " messages/s");
					rates.computeIfAbsent(function + batch, (name) -> new ArrayList<>()).add(rate);
				}
			}
		}
		this.broker.destroy();
		return report(rates, rounds);
	}

	private double round(String function, boolean batch, int round) throws Exception {
		String input = function + batch + round;
		String output = input + "-results";
		this.broker.addTopics(new NewTopic(input, PARTITIONS, (short) 1), new NewTopic(output, PARTITIONS, (short) 1));
		fill(input);
		Process application = start(function, batch, input, output);
		try {
			return measure(output);
		}
		finally {
			application.destroyForcibly().waitFor();
		}
	}

	private Process start(String function, boolean batch, String input, String output) throws IOException {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xms1g", "-Xmx1g", "-cp",
						System.getProperty("java.class.path"), OrdersApplication.class.getName()));
		String binding = "spring.cloud.stream.bindings." + function;
		// The same promise for both: results are with the broker before messages are
		// acknowledged
		command.addAll(Arrays.asList("--spring.kafka.bootstrap-servers=" + this.broker.getBrokersAsString(),
				"--server.port=0", "--spring.main.banner-mode=off", "--spring.cloud.function.definition=" + function,
				"--" + binding + "-in-0.destination=" + input, "--" + binding + "-in-0.group=benchmark",
				"--" + binding + "-in-0.consumer.concurrency=" + PARTITIONS,
				"--" + binding + "-in-0.consumer.batch-mode=" + (batch && function.equals("order")),
				"--" + binding + "-out-0.destination=" + output,
				"--spring.cloud.stream.kafka.default.producer.sync=true",
				"--wasm.functions.order.produces=application/json",
				"--wasm.compilation.cache-directory=" + this.folder.resolve("cache")));
		return new ProcessBuilder(command).redirectErrorStream(true)
			.redirectOutput(this.folder.resolve(input + ".log").toFile())
			.start();
	}

	private Properties client() {
		Properties properties = new Properties();
		properties.put("bootstrap.servers", this.broker.getBrokersAsString());
		return properties;
	}

	private void fill(String topic) {
		byte[] order = INPUT.getBytes(StandardCharsets.UTF_8);
		Properties properties = client();
		// The first batch may be refused, by a broker that has just made the topic: no
		// other may overtake it
		properties.put("max.in.flight.requests.per.connection", "1");
		AtomicReference<Exception> failure = new AtomicReference<>();
		try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(properties, new ByteArraySerializer(),
				new ByteArraySerializer())) {
			for (int i = 0; i < this.messages; i++) {
				producer.send(new ProducerRecord<>(topic, i % PARTITIONS, null, order), (sent, ex) -> {
					if (ex != null) {
						failure.set(ex);
					}
				});
			}
		}
		if (failure.get() != null) {
			throw new IllegalStateException("The topic " + topic + " cannot be filled", failure.get());
		}
	}

	/**
	 * From the time when enough came to be warm until all are there.
	 */
	private double measure(String topic) {
		int warm = (int) (this.messages * WARM);
		try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(client(), new ByteArrayDeserializer(),
				new ByteArrayDeserializer())) {
			List<TopicPartition> partitions = new ArrayList<>();
			for (int i = 0; i < PARTITIONS; i++) {
				partitions.add(new TopicPartition(topic, i));
			}
			consumer.assign(partitions);
			consumer.seekToBeginning(partitions);
			long begin = 0;
			int beginCount = 0;
			int count = 0;
			long last = System.nanoTime();
			while (count < this.messages) {
				for (var result : consumer.poll(Duration.ofMillis(20))) {
					require(result.value());
					count++;
					last = System.nanoTime();
				}
				if (begin == 0 && count >= warm) {
					begin = System.nanoTime();
					beginCount = count;
				}
				if (System.nanoTime() - last > Duration.ofMinutes(2).toNanos()) {
					throw new IllegalStateException("No more results: see the logs in " + this.folder);
				}
			}
			return (count - beginCount) / ((last - begin) / 1e9);
		}
	}

	private static void require(byte[] result) {
		if (!new String(result, StandardCharsets.UTF_8).endsWith(END)) {
			throw new IllegalStateException("This is another result: " + new String(result, StandardCharsets.UTF_8));
		}
	}

	private String report(Map<String, List<Double>> rates, int rounds) {
		StringBuilder text = new StringBuilder();
		text.append(String.format(Locale.ROOT,
				"Measured on %s, JDK %s, %d cores; %,d messages for each round, the first %.0f %% to get warm, medians of %d rounds.%n%n",
				LocalDate.now(), Runtime.version().feature(), Runtime.getRuntime().availableProcessors(), this.messages,
				WARM * 100, rounds));
		text.append("| Messages a second | Function | Bean in Java | Ratio | Target | |\n|---|---|---|---|---|---|\n");
		row(text, "one by one", rates, false);
		row(text, "the function in batches, the bean one by one", rates, true);
		text.append("\nSingle rounds:");
		rates.forEach((name, all) -> text.append(' ')
			.append(name.replace("true", " (batches)").replace("false", ""))
			.append(' ')
			.append(all.stream().map((rate) -> String.format(Locale.ROOT, "%,.0f", rate)).toList()));
		return text.append(".\n").toString();
	}

	private static void row(StringBuilder text, String what, Map<String, List<Double>> rates, boolean batch) {
		double function = median(rates.getOrDefault("order" + batch, List.of()));
		double bean = median(rates.getOrDefault("java" + batch, List.of()));
		text.append(String.format(Locale.ROOT, "| %s | %,.0f | %,.0f | %.2f | >= 0.9 | %s |%n", what, function, bean,
				function / bean, (function / bean >= 0.9) ? "reached" : "**missed**"));
	}

	private static double median(List<Double> values) {
		List<Double> sorted = values.stream().sorted().toList();
		int middle = sorted.size() / 2;
		return (sorted.size() % 2 == 1) ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
	}

	private static void write(Path document, String report) throws IOException {
		String old = Files.readString(document);
		int begin = old.indexOf("-->", old.indexOf("<!-- streams: "));
		int end = old.indexOf("<!-- end of streams -->");
		if (begin < 0 || end < begin) {
			throw new IllegalStateException(document + " has no place for the results");
		}
		Files.writeString(document,
				old.substring(0, begin + "-->".length()) + "\n\n" + report.strip() + "\n\n" + old.substring(end));
	}

}
