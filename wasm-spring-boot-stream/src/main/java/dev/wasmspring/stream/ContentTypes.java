package dev.wasmspring.stream;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.wasmspring.function.BrokerMessage;
import org.jspecify.annotations.Nullable;

import org.springframework.core.env.Environment;
import org.springframework.integration.channel.AbstractMessageChannel;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.support.ChannelInterceptor;
import org.springframework.messaging.support.MessageBuilder;

/**
 * Says what results are. The function catalog knows nothing of the content type of bytes
 * and leaves that of the input. Lives as long as the context; shared by all threads.
 */
final class ContentTypes implements ChannelInterceptor {

	private final Environment environment;

	/** Of which bindings the application says it itself. */
	private final Map<String, Boolean> set = new ConcurrentHashMap<>();

	ContentTypes(Environment environment) {
		this.environment = environment;
	}

	@Override
	public @Nullable Message<?> preSend(Message<?> message, MessageChannel channel) {
		String contentType = BrokerMessage.contentTypeOf(message.getPayload());
		String binding = (channel instanceof AbstractMessageChannel named) ? named.getBeanName() : null;
		if (contentType == null || binding == null || isSet(binding)) {
			return message;
		}
		return MessageBuilder.fromMessage(message).setHeader(MessageHeaders.CONTENT_TYPE, contentType).build();
	}

	private boolean isSet(String binding) {
		return this.set.computeIfAbsent(binding,
				(name) -> StreamBindings.isSet(this.environment, "spring.cloud.stream", name, "content-type"));
	}

}
