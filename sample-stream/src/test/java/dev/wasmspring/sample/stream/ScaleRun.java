package dev.wasmspring.sample.stream;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import org.apache.commons.logging.LogFactory;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

/**
 * Two instances of the application, each in a process of its own, share the orders of a
 * topic. When half of the invoices are there, one of them is killed with SIGKILL. Then it
 * is counted which orders have no invoice, and which have more than one.
 */
final class ScaleRun {

	static {
		// The broker does not start in Turkish: it has names of constants in capitals
		Locale.setDefault(Locale.ROOT);
	}

	private static final int PARTITIONS = 4;

	/** How long it may take until the next invoice comes. */
	private static final Duration PATIENCE = Duration.ofSeconds(120);

	private static final String ORDER = """
			{"customer":"gold","currency":"EUR","lines":[{"sku":"KB-101","name":"Keyboard","quantity":3,"unitPriceCents":4990}]}""";

	private final int orders;

	private final Path folder;

	private final EmbeddedKafkaKraftBroker broker = new EmbeddedKafkaKraftBroker(1, PARTITIONS);

	private final List<Process> instances = new ArrayList<>();

	private ScaleRun(int orders, Path folder) {
		this.orders = orders;
		this.folder = folder;
	}

	/**
	 * Runs it.
	 * @param args how many orders, and a folder for the logs of the instances
	 */
	public static void main(String[] args) throws Exception {
		Result result = run(Integer.parseInt(args[0]), Path.of(args[1]));
		LogFactory.getLog(ScaleRun.class).info(result.text());
		System.exit((result.missing() == 0) ? 0 : 1);
	}

	static Result run(int orders, Path folder) throws Exception {
		ScaleRun run = new ScaleRun(orders, folder);
		try {
			return run.run();
		}
		finally {
			run.instances.forEach(Process::destroyForcibly);
			run.broker.destroy();
		}
	}

	private Result run() throws Exception {
		this.broker.brokerProperty("offsets.topic.num.partitions", "2");
		this.broker.brokerProperty("auto.create.topics.enable", "false");
		this.broker.afterPropertiesSet();
		this.broker.addTopics(new NewTopic("orders", PARTITIONS, (short) 1),
				new NewTopic("invoices", PARTITIONS, (short) 1));
		// One after the other, so that the second finds what the first compiled
		this.instances.add(start("first"));
		awaitMembers(2);
		this.instances.add(start("second"));
		awaitMembers(4);
		long begin = System.nanoTime();
		Thread customers = new Thread(this::order, "customers");
		customers.start();
		Result result = count(begin);
		customers.join();
		return result;
	}

	private Process start(String name) throws IOException {
		String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
		return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m", "-cp",
				classPath, StreamApplication.class.getName(), "--spring.profiles.active=kafka",
				"--spring.kafka.bootstrap-servers=" + this.broker.getBrokersAsString(), "--server.port=0",
				"--spring.cloud.function.definition=discount|invoice", "--wasm.functions.loyalty.enabled=false",
				"--wasm.compilation.cache-directory=target/compiled")
			.redirectErrorStream(true)
			.redirectOutput(this.folder.resolve(name + ".log").toFile())
			.start();
	}

	/** Waits until so many consumers have partitions. */
	private void awaitMembers(int count) throws InterruptedException {
		long end = System.nanoTime() + PATIENCE.toNanos();
		try (Admin admin = Admin.create(client())) {
			while (System.nanoTime() < end) {
				try {
					ConsumerGroupDescription group = admin.describeConsumerGroups(List.of("invoices"))
						.describedGroups()
						.get("invoices")
						.get();
					if (group.members()
						.stream()
						.filter((member) -> !member.assignment().topicPartitions().isEmpty())
						.count() == count) {
						return;
					}
				}
				catch (ExecutionException ex) {
					// There is no such group yet
				}
				Thread.sleep(100);
			}
		}
		throw new IllegalStateException("The instances did not start: see " + this.folder);
	}

	private Properties client() {
		Properties properties = new Properties();
		properties.put("bootstrap.servers", this.broker.getBrokersAsString());
		return properties;
	}

	private void order() {
		Properties properties = client();
		properties.put("acks", "all");
		try (KafkaProducer<String, String> producer = new KafkaProducer<>(properties, new StringSerializer(),
				new StringSerializer())) {
			for (int i = 0; i < this.orders; i++) {
				producer.send(new ProducerRecord<>("orders", String.valueOf(i), ORDER));
			}
		}
	}

	private Result count(long begin) throws InterruptedException {
		BitSet found = new BitSet(this.orders);
		long invoices = 0;
		int killedAt = 0;
		Properties properties = client();
		try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(properties, new StringDeserializer(),
				new ByteArrayDeserializer())) {
			List<TopicPartition> partitions = consumer.partitionsFor("invoices")
				.stream()
				.map((info) -> new TopicPartition(info.topic(), info.partition()))
				.toList();
			consumer.assign(partitions);
			consumer.seekToBeginning(partitions);
			long last = System.nanoTime();
			while (found.cardinality() < this.orders && System.nanoTime() - last < PATIENCE.toNanos()) {
				for (var invoice : consumer.poll(Duration.ofMillis(100))) {
					requireInvoice(invoice.value());
					found.set(Integer.parseInt(invoice.key()));
					invoices++;
					last = System.nanoTime();
				}
				if (killedAt == 0 && found.cardinality() >= this.orders / 2) {
					killedAt = found.cardinality();
					kill(this.instances.get(0));
				}
			}
			long end = last;
			// What comes twice may come late
			for (int i = 0; i < 20; i++) {
				invoices += consumer.poll(Duration.ofMillis(100)).count();
			}
			return new Result(this.orders, killedAt, this.orders - found.cardinality(), invoices - found.cardinality(),
					Duration.ofNanos(end - begin));
		}
	}

	private static void requireInvoice(byte[] invoice) {
		if (!new String(invoice, StandardCharsets.UTF_8).startsWith("# Invoice")) {
			throw new IllegalStateException("This is no invoice: " + new String(invoice, StandardCharsets.UTF_8));
		}
	}

	/** On Linux and macOS that is SIGKILL: the process learns nothing of it. */
	private static void kill(Process instance) throws InterruptedException {
		instance.destroyForcibly();
		if (!instance.waitFor(10, TimeUnit.SECONDS)) {
			throw new IllegalStateException("The instance is still there");
		}
	}

	/**
	 * What came of it.
	 *
	 * @param orders how many orders there were
	 * @param killedAt how many had their invoice when an instance was killed
	 * @param missing how many have none
	 * @param twice how many invoices there are beyond one for each order
	 * @param time from the first order to the last new invoice
	 */
	record Result(int orders, int killedAt, int missing, long twice, Duration time) {

		String text() {
			return String.format(Locale.ROOT,
					"%,d orders, an instance killed when %,d had their invoice: %,d missing, %,d invoices twice, %.1f s",
					this.orders, this.killedAt, this.missing, this.twice, this.time.toMillis() / 1000.0);
		}

	}

}
