package dev.wasmspring.stream;

import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

import org.springframework.cloud.stream.binder.BinderHeaders;
import org.springframework.cloud.stream.binder.ExtendedConsumerProperties;
import org.springframework.cloud.stream.binder.kafka.common.BinderHeaderMapper;
import org.springframework.cloud.stream.binder.kafka.properties.KafkaBinderConfigurationProperties;
import org.springframework.cloud.stream.binder.kafka.properties.KafkaConsumerProperties;
import org.springframework.cloud.stream.binder.kafka.utils.BindingUtils;
import org.springframework.context.ApplicationContext;
import org.springframework.integration.IntegrationMessageHeaderAccessor;
import org.springframework.kafka.listener.BatchListenerFailedException;
import org.springframework.kafka.support.Acknowledgment;
import org.springframework.kafka.support.KafkaHeaderMapper;
import org.springframework.kafka.support.KafkaHeaders;
import org.springframework.kafka.support.KafkaNull;
import org.springframework.kafka.support.converter.BatchMessageConverter;
import org.springframework.kafka.support.converter.MessagingMessageConverter;
import org.springframework.kafka.support.converter.RecordMessageConverter;
import org.springframework.messaging.Message;
import org.springframework.messaging.support.GenericMessage;
import org.springframework.messaging.support.MessageBuilder;

/**
 * How Kafka delivers: records, one by one or as many as a poll gave. Lives as long as the
 * binding; used by its consumers' threads at once.
 */
final class KafkaDelivery implements Delivery {

	/**
	 * Shorter than a transaction lives, and much shorter than a consumer may be silent.
	 */
	private static final long LONGEST_WAIT = 20_000;

	private static final byte[] NOTHING = {};

	private final RecordMessageConverter converter;

	private final boolean batch;

	private final boolean transactional;

	KafkaDelivery(ApplicationContext context, ExtendedConsumerProperties<KafkaConsumerProperties> properties,
			boolean batch, boolean transactional, KafkaBinderConfigurationProperties binder) {
		this.batch = batch;
		this.transactional = transactional;
		this.converter = converter(context, properties, binder);
	}

	/**
	 * The same that the binder uses for records that come alone.
	 */
	private static RecordMessageConverter converter(ApplicationContext context,
			ExtendedConsumerProperties<KafkaConsumerProperties> properties, KafkaBinderConfigurationProperties binder) {
		RecordMessageConverter converter = (BindingUtils.getConsumerMessageConverter(context, properties,
				binder) instanceof RecordMessageConverter own) ? own : new MessagingMessageConverter();
		if (converter instanceof MessagingMessageConverter messaging) {
			KafkaHeaderMapper own = BindingUtils.getHeaderMapper(context, binder);
			messaging.setHeaderMapper((own != null) ? own : mapper(properties.getExtension()));
		}
		return converter;
	}

	private static KafkaHeaderMapper mapper(KafkaConsumerProperties properties) {
		BinderHeaderMapper mapper = new BinderHeaderMapper() {

			@Override
			public void toHeaders(Headers source, Map<String, Object> headers) {
				super.toHeaders(source, headers);
				if (!headers.isEmpty()) {
					headers.put(BinderHeaders.NATIVE_HEADERS_PRESENT, true);
				}
			}

		};
		String[] trusted = properties.getTrustedPackages();
		if (trusted != null && trusted.length > 0) {
			mapper.addTrustedPackages(trusted);
		}
		return mapper;
	}

	/**
	 * Makes a message of each record of a batch.
	 */
	BatchMessageConverter batchConverter() {
		return new BatchMessageConverter() {

			@Override
			public Message<?> toMessage(List<ConsumerRecord<?, ?>> records, @Nullable Acknowledgment acknowledgment,
					@Nullable Consumer<?, ?> consumer, Type payloadType) {
				List<Message<?>> messages = new ArrayList<>(records.size());
				for (ConsumerRecord<?, ?> record : records) {
					messages.add(MessageBuilder
						.fromMessage(
								KafkaDelivery.this.converter.toMessage(record, acknowledgment, consumer, byte[].class))
						.setHeader(IntegrationMessageHeaderAccessor.SOURCE_DATA, record)
						.build());
				}
				return new GenericMessage<>(messages);
			}

			@Override
			public List<ProducerRecord<?, ?>> fromMessage(Message<?> message, String defaultTopic) {
				throw new UnsupportedOperationException("It is for messages that are received");
			}

		};
	}

	@Override
	public List<Message<?>> messages(Message<?> received) {
		if (!this.batch) {
			return List.of(received);
		}
		List<Message<?>> messages = new ArrayList<>();
		for (Object message : (List<?>) received.getPayload()) {
			messages.add((Message<?>) message);
		}
		return messages;
	}

	static ConsumerRecord<?, ?> record(Message<?> message) {
		Object record = message.getHeaders().get(IntegrationMessageHeaderAccessor.SOURCE_DATA);
		if (record instanceof ConsumerRecord<?, ?> consumerRecord) {
			return consumerRecord;
		}
		throw new IllegalStateException("The record is missing in the message");
	}

	@Override
	public Message<?> forFunction(Message<?> message) {
		Object payload = (message.getPayload() instanceof KafkaNull) ? NOTHING : message.getPayload();
		MessageBuilder<?> sent = MessageBuilder.withPayload(payload)
			.copyHeaders(message.getHeaders())
			.removeHeaders(IntegrationMessageHeaderAccessor.SOURCE_DATA, DeadLetterHeaders.OUTCOME,
					DeadLetterHeaders.FUNCTION, DeadLetterHeaders.PROBLEM);
		// The result has the key of what it is the result of
		Object key = message.getHeaders().get(KafkaHeaders.RECEIVED_KEY);
		if (key != null) {
			sent.setHeaderIfAbsent(KafkaHeaders.KEY, key);
		}
		return sent.build();
	}

	@Override
	public Object identity(Message<?> message) {
		ConsumerRecord<?, ?> record = record(message);
		return record.topic() + "-" + record.partition() + "@" + record.offset();
	}

	@Override
	public long longestWait() {
		return LONGEST_WAIT;
	}

	@Override
	public boolean isTransactional() {
		return this.transactional;
	}

	@Override
	public RuntimeException again(Message<?> message, Throwable cause) {
		String text = "The message is to be delivered again";
		return this.batch ? new BatchListenerFailedException(text, cause, record(message))
				: new IllegalStateException(text, cause);
	}

}
