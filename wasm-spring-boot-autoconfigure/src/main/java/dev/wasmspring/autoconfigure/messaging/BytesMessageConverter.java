package dev.wasmspring.autoconfigure.messaging;

import org.jspecify.annotations.Nullable;

import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.converter.AbstractMessageConverter;
import org.springframework.util.MimeTypeUtils;

/**
 * The message converter that leaves bytes as they are, whatever the content type says.
 * Stateless; shared by all threads.
 * <p>
 * Without it Spring Cloud Function parses an input that looks like JSON even if it is to
 * stay a {@code byte[]}: the five bytes of {@code [1,2]} become the two bytes 1 and 2.
 * For a content type like {@code application/json;type=java.util.Map} it makes an object
 * of the class that the sender names. And an output for which a content type is wanted
 * that none of its converters knows, such as {@code image/png}, is lost. All payloads but
 * bytes, and all targets but bytes and {@code Object}, are left to the other converters,
 * and so is the choice where several content types are accepted.
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
		Object contentType = (headers != null) ? headers.get(MessageHeaders.CONTENT_TYPE) : null;
		return payload instanceof byte[] && contentType != null && !contentType.toString().contains("*");
	}

	@Override
	protected Object convertToInternal(Object payload, @Nullable MessageHeaders headers,
			@Nullable Object conversionHint) {
		return payload;
	}

}
