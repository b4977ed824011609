package dev.wasmspring.stream;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;

import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

/**
 * Kafka in KRaft mode, in this process.
 */
final class KafkaTestBroker implements TestBroker {

	static {
		// The broker does not start in Turkish: it has names of constants in capitals
		Locale.setDefault(Locale.ROOT);
	}

	static final int PARTITIONS = 2;

	private static @Nullable KafkaTestBroker instance;

	private final EmbeddedKafkaKraftBroker broker = new EmbeddedKafkaKraftBroker(1, PARTITIONS);

	private final KafkaProducer<byte[], byte[]> producer;

	private KafkaTestBroker() {
		this.broker.brokerProperty("transaction.state.log.replication.factor", "1");
		this.broker.brokerProperty("transaction.state.log.min.isr", "1");
		this.broker.brokerProperty("offsets.topic.num.partitions", "2");
		this.broker.brokerProperty("transaction.state.log.num.partitions", "2");
		this.broker.brokerProperty("group.initial.rebalance.delay.ms", "0");
		this.broker.brokerProperty("auto.create.topics.enable", "false");
		this.broker.afterPropertiesSet();
		Properties properties = new Properties();
		properties.put("bootstrap.servers", this.broker.getBrokersAsString());
		properties.put("linger.ms", "0");
		this.producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
	}

	static synchronized KafkaTestBroker get() {
		if (instance == null) {
			KafkaTestBroker started = new KafkaTestBroker();
			Runtime.getRuntime().addShutdownHook(new Thread(started.broker::destroy));
			instance = started;
		}
		return instance;
	}

	EmbeddedKafkaKraftBroker broker() {
		return this.broker;
	}

	@Override
	public String[] properties() {
		return new String[] { "spring.cloud.stream.default-binder=kafka",
				"spring.cloud.stream.kafka.binder.brokers=" + this.broker.getBrokersAsString(),
				"spring.cloud.stream.kafka.binder.min-partition-count=" + PARTITIONS,
				"spring.cloud.stream.kafka.binder.configuration[metadata.max.age.ms]=500" };
	}

	@Override
	public void keep(String destination) {
		this.broker.addTopics(destination);
	}

	@Override
	public void send(String destination, byte[] payload, Map<String, String> headers, @Nullable String key) {
		ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(destination,
				(key != null) ? key.getBytes(StandardCharsets.UTF_8) : null, payload);
		headers.forEach((name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
		this.producer.send(record);
		this.producer.flush();
	}

	/** Sends a message without a key to one partition. */
	void send(String topic, int partition, byte @Nullable [] payload) {
		this.producer.send(new ProducerRecord<>(topic, partition, null, payload));
		this.producer.flush();
	}

	@Override
	public List<Received> receive(String destination, int count) {
		return receive(destination, count, "read_committed", Duration.ofSeconds(120));
	}

	List<Received> receive(String topic, int count, String isolation, Duration patience) {
		Properties properties = new Properties();
		properties.put("bootstrap.servers", this.broker.getBrokersAsString());
		properties.put("isolation.level", isolation);
		properties.put("auto.offset.reset", "earliest");
		List<Received> all = new ArrayList<>();
		try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(),
				new ByteArrayDeserializer())) {
			List<TopicPartition> partitions = new ArrayList<>();
			consumer.partitionsFor(topic)
				.forEach((info) -> partitions.add(new TopicPartition(info.topic(), info.partition())));
			consumer.assign(partitions);
			consumer.seekToBeginning(partitions);
			long end = System.nanoTime() + patience.toNanos();
			while (all.size() < count && System.nanoTime() < end) {
				consumer.poll(Duration.ofMillis(100)).forEach((record) -> all.add(received(record)));
			}
			// What should not be there would be there by now
			consumer.poll(Duration.ofMillis(100)).forEach((record) -> all.add(received(record)));
		}
		return all;
	}

	private static Received received(ConsumerRecord<byte[], byte[]> record) {
		Map<String, String> headers = new HashMap<>();
		record.headers()
			.forEach((header) -> headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)));
		return new Received(record.value(), headers,
				(record.key() != null) ? new String(record.key(), StandardCharsets.UTF_8) : null, record.partition());
	}

	/** Says how large the messages of a topic may be, in bytes. */
	void allowMessages(String topic, int size) {
		this.broker.doWithAdmin((admin) -> {
			try {
				admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic),
						List.of(new AlterConfigOp(new ConfigEntry("max.message.bytes", String.valueOf(size)),
								AlterConfigOp.OpType.SET))))
					.all()
					.get();
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		});
	}

	@Override
	public List<Received> deadLetters(String destination, int count) {
		return receive("error." + destination + "." + GROUP, count);
	}

	@Override
	public int countDeadLetters(String destination) {
		String topic = "error." + destination + "." + GROUP;
		return this.broker.<Integer>doWithAdminFunction((admin) -> {
			try {
				return admin.listTopics().names().get().contains(topic)
						? receive(topic, Integer.MAX_VALUE, "read_committed", Duration.ofMillis(300)).size() : 0;
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		});
	}

}
