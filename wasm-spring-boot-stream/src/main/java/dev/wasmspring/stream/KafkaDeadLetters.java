package dev.wasmspring.stream;

import java.nio.charset.StandardCharsets;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

import org.springframework.cloud.stream.binder.kafka.properties.KafkaConsumerProperties;
import org.springframework.cloud.stream.binder.kafka.utils.DlqDestinationResolver;
import org.springframework.cloud.stream.binder.kafka.utils.DlqPartitionFunction;
import org.springframework.kafka.core.KafkaOperations;
import org.springframework.kafka.listener.DeadLetterPublishingRecoverer;
import org.springframework.kafka.listener.DeadLetterPublishingRecoverer.HeaderNames.HeadersToAdd;
import org.springframework.kafka.listener.DeadLetterPublishingRecoverer.SingleRecordHeader;
import org.springframework.messaging.Message;
import org.springframework.util.StringUtils;

/**
 * The dead-letter topic of a binding: the one that the binder makes for it. Lives as long
 * as the binding; used by its consumers' threads at once.
 * <p>
 * The binder's own sender goes on when the broker does not take a message. This one does
 * not.
 */
final class KafkaDeadLetters implements DeadLetters {

	private static final Log logger = LogFactory.getLog(KafkaDeadLetters.class);

	private final KafkaConsumerProperties properties;

	private final String group;

	private final @Nullable DlqDestinationResolver destinations;

	private final DlqPartitionFunction partitions;

	private final DeadLetterPublishingRecoverer recoverer;

	KafkaDeadLetters(KafkaOperations<?, ?> template, KafkaConsumerProperties properties, String group,
			@Nullable DlqDestinationResolver destinations, @Nullable DlqPartitionFunction partitions) {
		this.properties = properties;
		this.group = group;
		this.destinations = destinations;
		this.partitions = (partitions != null) ? partitions
				: DlqPartitionFunction.determineFallbackFunction(properties.getDlqPartitions(), logger);
		this.recoverer = new DeadLetterPublishingRecoverer(template, this::destination);
		this.recoverer.setFailIfSendResultIsError(true);
		this.recoverer.setSkipSameTopicFatalExceptions(false);
		// They tell of the host, and of what scripts say in their exceptions
		this.recoverer.excludeHeader(HeadersToAdd.EXCEPTION, HeadersToAdd.EX_CAUSE, HeadersToAdd.EX_MSG,
				HeadersToAdd.EX_STACKTRACE);
		this.recoverer.setHeadersFunction(KafkaDeadLetters::headers);
	}

	private TopicPartition destination(ConsumerRecord<?, ?> record, Exception failure) {
		Integer partition = this.partitions.apply(this.group, record, failure);
		return new TopicPartition(topic(record, failure), (partition != null) ? partition : -1);
	}

	private String topic(ConsumerRecord<?, ?> record, Exception failure) {
		if (this.destinations != null) {
			return this.destinations.apply(record, failure);
		}
		String name = this.properties.getDlqName();
		return StringUtils.hasText(name) ? name : "error." + record.topic() + "." + this.group;
	}

	private static Headers headers(ConsumerRecord<?, ?> record, Exception failure) {
		RecordHeaders headers = new RecordHeaders();
		if (failure instanceof Carrier carrier) {
			carrier.letter.headers()
				.forEach((name, value) -> headers
					.add(new SingleRecordHeader(name, value.getBytes(StandardCharsets.UTF_8))));
		}
		return headers;
	}

	@Override
	public String send(Message<?> message, DeadLetter letter) {
		ConsumerRecord<?, ?> record = KafkaDelivery.record(message);
		Carrier carrier = new Carrier(letter);
		this.recoverer.accept(record, null, carrier);
		return topic(record, carrier);
	}

	/**
	 * Brings a dead letter to where its headers are made. Lives for one failure.
	 */
	private static final class Carrier extends RuntimeException {

		private final transient DeadLetter letter;

		Carrier(DeadLetter letter) {
			super(letter.toString(), letter.failure());
			this.letter = letter;
		}

	}

}
