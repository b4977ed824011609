package dev.wasmspring.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.converter.AbstractMessageConverter;
import org.springframework.util.MimeTypeUtils;

/**
 * Leaves bytes as they are where bytes are asked for, whatever the content type says.
 * Stateless; shared by all threads.
 * <p>
 * Without it Spring Cloud Function parses a payload that looks like JSON even if it is to
 * become a {@code byte[]}: the five bytes of {@code [1,2]} become the two bytes 1 and 2.
 * And for a content type like {@code application/json;type=java.util.Map}, it makes an
 * object of the class that the sender named. What is converted to any other type, and all
 * output, is left to the other converters.
 */
final class BytesMessageConverter extends AbstractMessageConverter {

	BytesMessageConverter() {
		super(MimeTypeUtils.ALL);
	}

	@Override
	protected boolean supports(Class<?> type) {
		return type == byte[].class || type == Object.class;
	}

	@Override
	protected boolean canConvertFrom(Message<?> message, Class<?> targetClass) {
		return message.getPayload() instanceof byte[] && supports(targetClass);
	}

	@Override
	protected Object convertFromInternal(Message<?> message, Class<?> targetClass, @Nullable Object conversionHint) {
		return message.getPayload();
	}

	@Override
	protected boolean canConvertTo(Object payload, @Nullable MessageHeaders headers) {
		return false;
	}

}
