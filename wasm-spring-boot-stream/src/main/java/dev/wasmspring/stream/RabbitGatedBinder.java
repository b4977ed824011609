package dev.wasmspring.stream;

import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.cloud.stream.binder.rabbit.RabbitMessageChannelBinder;
import org.springframework.cloud.stream.binder.rabbit.properties.RabbitCommonProperties;
import org.springframework.cloud.stream.binder.rabbit.properties.RabbitConsumerProperties;
import org.springframework.cloud.stream.config.BindingServiceProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.integration.amqp.inbound.AmqpInboundChannelAdapter;
import org.springframework.integration.amqp.inbound.AmqpInboundChannelAdapter.BatchMode;
import org.springframework.util.StringUtils;

/**
 * Puts gates into the bindings of RabbitMQ. Lives as long as the context.
 */
final class RabbitGatedBinder extends GatedBinder<RabbitMessageChannelBinder, AmqpInboundChannelAdapter> {

	private static final String PREFIX = "spring.cloud.stream.rabbit";

	RabbitGatedBinder(StreamBindings bindings) {
		super(RabbitMessageChannelBinder.class, AmqpInboundChannelAdapter.class, bindings);
	}

	/**
	 * A result and the acknowledgement of its message are one transaction of the channel.
	 */
	@Override
	void prepareInput(RabbitMessageChannelBinder binder, ConfigurableApplicationContext binderContext, String binding) {
		RabbitConsumerProperties properties = binder.getExtendedConsumerProperties(binding);
		if (!StreamBindings.isSet(binderContext.getEnvironment(), PREFIX, binding, "consumer.transacted")) {
			properties.setTransacted(true);
		}
		if (!StreamBindings.isSet(binderContext.getEnvironment(), PREFIX, binding, "consumer.auto-bind-dlq")
				&& StringUtils.hasText(binderContext.getBean(BindingServiceProperties.class).getGroup(binding))) {
			properties.setAutoBindDlq(true);
		}
	}

	@Override
	void prepareOutput(RabbitMessageChannelBinder binder, ConfigurableApplicationContext binderContext,
			String binding) {
		if (!StreamBindings.isSet(binderContext.getEnvironment(), PREFIX, binding, "producer.transacted")) {
			binder.getExtendedProducerProperties(binding).setTransacted(true);
		}
	}

	@Override
	void prepare(RabbitMessageChannelBinder binder, ConfigurableApplicationContext binderContext, Set<String> inputs) {
	}

	@Override
	@Nullable DeadLetters deadLetters(RabbitMessageChannelBinder binder, ConfigurableApplicationContext binderContext,
			Source source) {
		RabbitConsumerProperties properties = binder.getExtendedConsumerProperties(source.binding());
		if (source.group() == null || (!properties.isAutoBindDlq() && properties.getDeadLetterExchange() == null)) {
			return null;
		}
		RabbitTemplate template = new RabbitTemplate(binder.getConnectionFactory());
		template.setChannelTransacted(true);
		String exchange = (properties.getDeadLetterExchange() != null) ? properties.getDeadLetterExchange()
				: properties.getPrefix() + RabbitCommonProperties.DEAD_LETTER_EXCHANGE;
		return new RabbitDeadLetters(template, exchange, properties.getDeadLetterRoutingKey());
	}

	@Override
	String wayOut(String binding, @Nullable String group) {
		return (group != null) ? "Set '" + PREFIX + ".bindings." + binding + ".consumer.auto-bind-dlq=true'."
				: "Give it a 'spring.cloud.stream.bindings." + binding + ".group'.";
	}

	@Override
	@SuppressWarnings("NullAway")
	Delivery delivery(RabbitMessageChannelBinder binder, ConfigurableApplicationContext binderContext,
			AmqpInboundChannelAdapter endpoint, Source source) {
		endpoint.setRetryTemplate(null);
		endpoint.setBindSourceMessage(true);
		endpoint.setBatchMode(BatchMode.MESSAGES);
		return new RabbitDelivery();
	}

}
