package dev.wasmspring.stream;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.cloud.stream.binder.ExtendedConsumerProperties;
import org.springframework.cloud.stream.binder.ExtendedProducerProperties;
import org.springframework.cloud.stream.binder.kafka.KafkaListenerContainerCustomizer;
import org.springframework.cloud.stream.binder.kafka.KafkaMessageChannelBinder;
import org.springframework.cloud.stream.binder.kafka.ListenerContainerWithDlqAndRetryCustomizer;
import org.springframework.cloud.stream.binder.kafka.properties.KafkaBinderConfigurationProperties;
import org.springframework.cloud.stream.binder.kafka.properties.KafkaConsumerProperties;
import org.springframework.cloud.stream.binder.kafka.utils.BindingUtils;
import org.springframework.cloud.stream.binder.kafka.utils.DlqDestinationResolver;
import org.springframework.cloud.stream.binder.kafka.utils.DlqPartitionFunction;
import org.springframework.cloud.stream.config.BindingServiceProperties;
import org.springframework.cloud.stream.config.ListenerContainerCustomizer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.ResolvableType;
import org.springframework.integration.kafka.inbound.KafkaMessageDrivenChannelAdapter;
import org.springframework.kafka.KafkaException;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.core.ProducerFactory;
import org.springframework.kafka.listener.AbstractMessageListenerContainer;
import org.springframework.kafka.listener.DefaultAfterRollbackProcessor;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.kafka.transaction.KafkaAwareTransactionManager;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;
import org.springframework.util.backoff.FixedBackOff;

/**
 * Puts gates into the bindings of Kafka. Lives as long as the context.
 */
final class KafkaGatedBinder extends GatedBinder<KafkaMessageChannelBinder, KafkaMessageDrivenChannelAdapter<?, ?>>
		implements DisposableBean {

	private static final String PREFIX = "spring.cloud.stream.kafka";

	private static final long PAUSE = 1000;

	private static final boolean OBSERVATION = ClassUtils.isPresent("io.micrometer.observation.ObservationRegistry",
			KafkaGatedBinder.class.getClassLoader());

	/** Those that only send dead letters. */
	private final Map<String, DefaultKafkaProducerFactory<Object, Object>> producers = new ConcurrentHashMap<>();

	@SuppressWarnings("unchecked")
	KafkaGatedBinder(StreamBindings bindings) {
		super(KafkaMessageChannelBinder.class,
				(Class<KafkaMessageDrivenChannelAdapter<?, ?>>) (Class<?>) KafkaMessageDrivenChannelAdapter.class,
				bindings);
	}

	@Override
	void prepareInput(KafkaMessageChannelBinder binder, ConfigurableApplicationContext binderContext, String binding) {
		if (!StreamBindings.isSet(binderContext.getEnvironment(), PREFIX, binding, "consumer.enable-dlq")
				&& StringUtils.hasText(group(binderContext, binding))) {
			binder.getExtendedConsumerProperties(binding).setEnableDlq(true);
		}
	}

	private static @Nullable String group(ConfigurableApplicationContext binderContext, String binding) {
		return binderContext.getBean(BindingServiceProperties.class).getGroup(binding);
	}

	/**
	 * A result is with the broker before its message is acknowledged.
	 */
	@Override
	void prepareOutput(KafkaMessageChannelBinder binder, ConfigurableApplicationContext binderContext, String binding) {
		if (!StreamBindings.isSet(binderContext.getEnvironment(), PREFIX, binding, "producer.sync")
				&& binder.getTransactionalProducerFactory() == null) {
			binder.getExtendedProducerProperties(binding).setSync(true);
		}
	}

	@Override
	void prepare(KafkaMessageChannelBinder binder, ConfigurableApplicationContext binderContext, Set<String> inputs) {
		if (OBSERVATION) {
			Traces.continueIn(binderContext, PREFIX);
		}
		ListenerContainerCustomizer<AbstractMessageListenerContainer<?, ?>> own = binderContext
			.<ListenerContainerCustomizer<AbstractMessageListenerContainer<?, ?>>>getBeanProvider(ResolvableType
				.forClassWithGenerics(ListenerContainerCustomizer.class, AbstractMessageListenerContainer.class))
			.getIfAvailable();
		// Whoever takes errors into hands of its own gets them
		if (!(own instanceof ListenerContainerWithDlqAndRetryCustomizer)) {
			binder.setContainerCustomizer(new Redelivery(own, inputs));
		}
	}

	@Override
	@Nullable DeadLetters deadLetters(KafkaMessageChannelBinder binder, ConfigurableApplicationContext binderContext,
			Source source) {
		KafkaConsumerProperties properties = binder.getExtendedConsumerProperties(source.binding());
		String group = source.group();
		if (!properties.isEnableDlq() || group == null) {
			return null;
		}
		ProducerFactory<?, ?> transactional = transactional(binder, binderContext, properties);
		ProducerFactory<?, ?> producers = (transactional != null) ? transactional : this.producers
			.computeIfAbsent(source.binding(), (binding) -> producers(binding, properties, binderContext));
		KafkaTemplate<?, ?> template = new KafkaTemplate<>(producers);
		template.setAllowNonTransactional(false);
		return new KafkaDeadLetters(template, properties, group,
				binderContext.getBeanProvider(DlqDestinationResolver.class).getIfAvailable(),
				binderContext.getBeanProvider(DlqPartitionFunction.class).getIfAvailable());
	}

	private static @Nullable ProducerFactory<?, ?> transactional(KafkaMessageChannelBinder binder,
			ConfigurableApplicationContext binderContext, KafkaConsumerProperties properties) {
		String manager = properties.getTransactionManager();
		return StringUtils.hasText(manager)
				? binderContext.getBean(manager, KafkaAwareTransactionManager.class).getProducerFactory()
				: binder.getTransactionalProducerFactory();
	}

	private static DefaultKafkaProducerFactory<Object, Object> producers(String binding,
			KafkaConsumerProperties properties, ConfigurableApplicationContext binderContext) {
		DefaultKafkaProducerFactory<Object, Object> producers = new DefaultKafkaProducerFactory<>(BindingUtils
			.createProducerConfigs(new ExtendedProducerProperties<>(properties.getDlqProducerProperties()),
					binderContext.getBean(KafkaBinderConfigurationProperties.class)));
		producers.setBeanName(binding + ".dead-letters");
		return producers;
	}

	@Override
	String wayOut(String binding, @Nullable String group) {
		return (group != null) ? "Set '" + PREFIX + ".bindings." + binding + ".consumer.enable-dlq=true'."
				: "Give it a 'spring.cloud.stream.bindings." + binding + ".group'.";
	}

	@Override
	Delivery delivery(KafkaMessageChannelBinder binder, ConfigurableApplicationContext binderContext,
			KafkaMessageDrivenChannelAdapter<?, ?> endpoint, Source source) {
		ExtendedConsumerProperties<KafkaConsumerProperties> properties = new ExtendedConsumerProperties<>(
				binder.getExtendedConsumerProperties(source.binding()));
		boolean batch = binderContext.getBean(BindingServiceProperties.class)
			.getConsumerProperties(source.binding())
			.isBatchMode();
		endpoint.setBindSourceRecord(true);
		KafkaDelivery delivery = new KafkaDelivery(binderContext, properties, batch,
				transactional(binder, binderContext, properties.getExtension()) != null,
				binderContext.getBean(KafkaBinderConfigurationProperties.class));
		if (batch) {
			endpoint.setBatchMessageConverter(delivery.batchConverter());
		}
		else {
			leaveRetriesTo(endpoint);
		}
		return delivery;
	}

	@SuppressWarnings("NullAway")
	private static void leaveRetriesTo(KafkaMessageDrivenChannelAdapter<?, ?> endpoint) {
		endpoint.setRetryTemplate(null);
	}

	@Override
	public void destroy() {
		this.producers.values().forEach(DefaultKafkaProducerFactory::destroy);
	}

	/**
	 * Lets containers deliver again what passed no gate, for as long as it takes. Without
	 * it they would skip a message after ten attempts.
	 */
	private static final class Redelivery implements KafkaListenerContainerCustomizer {

		private final @Nullable ListenerContainerCustomizer<AbstractMessageListenerContainer<?, ?>> own;

		private final Set<String> inputs;

		Redelivery(@Nullable ListenerContainerCustomizer<AbstractMessageListenerContainer<?, ?>> own,
				Set<String> inputs) {
			this.own = own;
			this.inputs = inputs;
		}

		@Override
		public void configure(AbstractMessageListenerContainer<?, ?> container, String destinationName, String group,
				ExtendedConsumerProperties<KafkaConsumerProperties> properties) {
			if (this.inputs.contains(properties.getBindingName())
					&& !StringUtils.hasText(properties.getExtension().getCommonErrorHandlerBeanName())) {
				container.setCommonErrorHandler(errorHandler());
				container.setAfterRollbackProcessor(afterRollback());
			}
			if (this.own instanceof KafkaListenerContainerCustomizer kafka) {
				kafka.configure(container, destinationName, group, properties);
			}
			else if (this.own != null) {
				this.own.configure(container, destinationName, group);
			}
		}

		private static DefaultErrorHandler errorHandler() {
			DefaultErrorHandler handler = new DefaultErrorHandler(
					new FixedBackOff(PAUSE, FixedBackOff.UNLIMITED_ATTEMPTS));
			handler.setClassifications(Map.of(), true);
			// What happened is in the log already
			handler.setLogLevel(KafkaException.Level.INFO);
			return handler;
		}

		private static DefaultAfterRollbackProcessor<Object, Object> afterRollback() {
			DefaultAfterRollbackProcessor<Object, Object> processor = new DefaultAfterRollbackProcessor<>(
					new FixedBackOff(PAUSE, FixedBackOff.UNLIMITED_ATTEMPTS));
			processor.setClassifications(Map.of(), true);
			return processor;
		}

	}

}
