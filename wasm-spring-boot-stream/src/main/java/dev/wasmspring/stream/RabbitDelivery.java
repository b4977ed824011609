package dev.wasmspring.stream;

import java.util.ArrayList;
import java.util.List;

import org.springframework.amqp.ImmediateRequeueAmqpException;
import org.springframework.amqp.core.MessageBuilder;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.integration.IntegrationMessageHeaderAccessor;
import org.springframework.messaging.Message;

/**
 * How RabbitMQ delivers: messages, one by one, as many as the container collected, or as
 * many as their producer put into one. Stateless.
 */
final class RabbitDelivery implements Delivery {

	@Override
	public List<Message<?>> messages(Message<?> received) {
		if (!(received.getPayload() instanceof List<?> all)) {
			return List.of(received);
		}
		List<Message<?>> messages = new ArrayList<>(all.size());
		for (Object one : all) {
			messages.add((one instanceof Message<?> message) ? message : part(received, one));
		}
		return messages;
	}

	/**
	 * A part of what a producer put together, as if it had come alone.
	 */
	private static Message<?> part(Message<?> whole, Object payload) {
		org.springframework.amqp.core.Message source = source(whole);
		org.springframework.amqp.core.Message part = MessageBuilder
			.withBody((payload instanceof byte[] bytes) ? bytes : source.getBody())
			.copyProperties(source.getMessageProperties())
			.removeHeader(MessageProperties.SPRING_BATCH_FORMAT)
			.build();
		return org.springframework.messaging.support.MessageBuilder.withPayload(payload)
			.copyHeaders(whole.getHeaders())
			.removeHeader(MessageProperties.SPRING_BATCH_FORMAT)
			.setHeader(IntegrationMessageHeaderAccessor.SOURCE_DATA, part)
			.build();
	}

	static org.springframework.amqp.core.Message source(Message<?> message) {
		Object source = message.getHeaders().get(IntegrationMessageHeaderAccessor.SOURCE_DATA);
		if (source instanceof org.springframework.amqp.core.Message amqp) {
			return amqp;
		}
		throw new IllegalStateException("What was received is missing in the message");
	}

	@Override
	public Message<?> forFunction(Message<?> message) {
		return org.springframework.messaging.support.MessageBuilder.fromMessage(message)
			.removeHeaders(IntegrationMessageHeaderAccessor.SOURCE_DATA, DeadLetterHeaders.OUTCOME,
					DeadLetterHeaders.FUNCTION, DeadLetterHeaders.PROBLEM)
			.build();
	}

	@Override
	public Object identity(Message<?> message) {
		return String.valueOf(message.getHeaders().getId());
	}

	/**
	 * As long as it takes: the broker waits for half an hour, and a policy has patience
	 * for less.
	 */
	@Override
	public long longestWait() {
		return Long.MAX_VALUE;
	}

	/**
	 * It would be, but a message that is delivered again cannot be told from another, and
	 * so not be tried for a number of times.
	 */
	@Override
	public boolean isTransactional() {
		return false;
	}

	@Override
	public RuntimeException again(Message<?> message, Throwable cause) {
		return new ImmediateRequeueAmqpException("The message is to be delivered again", cause);
	}

}
