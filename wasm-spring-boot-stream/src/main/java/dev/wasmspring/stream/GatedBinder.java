package dev.wasmspring.stream;

import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.cloud.stream.binder.AbstractMessageChannelBinder;
import org.springframework.cloud.stream.binder.DefaultBinderFactory;
import org.springframework.cloud.stream.config.BindingServiceProperties;
import org.springframework.cloud.stream.config.ConsumerEndpointCustomizer;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.core.ResolvableType;
import org.springframework.integration.channel.AbstractMessageChannel;
import org.springframework.integration.endpoint.MessageProducerSupport;
import org.springframework.messaging.MessageChannel;

/**
 * Puts a {@link MessageGate} into each binding of a kind of binder that calls functions.
 * Lives as long as the context; binders are made by one thread.
 * <p>
 * It takes no part in the binder's own customizers, of which an application can have one
 * alone: that of the application is called as well.
 *
 * @param <B> the kind of binder
 * @param <E> what receives its messages
 */
abstract class GatedBinder<B extends AbstractMessageChannelBinder<?, ?, ?>, E extends MessageProducerSupport>
		implements DefaultBinderFactory.Listener, ApplicationListener<ContextClosedEvent> {

	private static final Log logger = LogFactory.getLog(GatedBinder.class);

	private final Class<B> binderType;

	private final Class<E> endpointType;

	private final StreamBindings bindings;

	private final AtomicBoolean closing = new AtomicBoolean();

	GatedBinder(Class<B> binderType, Class<E> endpointType, StreamBindings bindings) {
		this.binderType = binderType;
		this.endpointType = endpointType;
		this.bindings = bindings;
	}

	@Override
	public void afterBinderContextInitialized(String configurationName, ConfigurableApplicationContext binderContext) {
		B binder = binderContext.getBeanProvider(this.binderType).getIfAvailable();
		if (binder == null) {
			return;
		}
		Set<String> inputs = this.bindings.inputs();
		inputs.forEach((input) -> prepareInput(binder, binderContext, input));
		this.bindings.outputs().forEach((output) -> prepareOutput(binder, binderContext, output));
		prepare(binder, binderContext, inputs);
		ConsumerEndpointCustomizer<E> own = customizer(binderContext);
		binder.setConsumerEndpointCustomizer((ConsumerEndpointCustomizer<E>) (endpoint, destination, group) -> {
			if (own != null) {
				own.configure(endpoint, destination, group);
			}
			String binding = nameOf(endpoint.getOutputChannel());
			if (binding != null && inputs.contains(binding) && this.endpointType.isInstance(endpoint)) {
				gate(binder, binderContext, endpoint, binding, destination, group);
			}
		});
	}

	/**
	 * The application's own, as the binder would have got it.
	 */
	private @Nullable ConsumerEndpointCustomizer<E> customizer(BeanFactory beanFactory) {
		return beanFactory
			.<ConsumerEndpointCustomizer<E>>getBeanProvider(
					ResolvableType.forClassWithGenerics(ConsumerEndpointCustomizer.class, this.endpointType))
			.getIfAvailable();
	}

	private static @Nullable String nameOf(@Nullable MessageChannel channel) {
		return (channel instanceof AbstractMessageChannel named) ? named.getBeanName() : null;
	}

	private void gate(B binder, ConfigurableApplicationContext binderContext, E endpoint, String binding,
			String destination, @Nullable String group) {
		MessageChannel functions = endpoint.getOutputChannel();
		if (functions == null) {
			return;
		}
		BindingServiceProperties properties = this.bindings.context().getBean(BindingServiceProperties.class);
		MessageFailurePolicy policy = this.bindings.context()
			.getBeanProvider(MessageFailurePolicy.class)
			.getIfAvailable(MessageFailurePolicy::byOutcome);
		Source source = new Source(binding, destination, group);
		DeadLetters deadLetters = deadLetters(binder, binderContext, source);
		if (deadLetters == null) {
			logger.warn("The binding '" + binding
					+ "' has no place for dead letters: a message whose call fails is lost. " + wayOut(binding, group));
		}
		leaveErrorsTo(endpoint);
		AtomicBoolean began = new AtomicBoolean();
		endpoint.setOutputChannel(
				new MessageGate(binding, functions, delivery(binder, binderContext, endpoint, source), deadLetters,
						policy, Retries.of(properties.getConsumerProperties(binding)), () -> isOpen(endpoint, began)));
	}

	/**
	 * Whether a binding goes on. The first messages come before it says that it runs.
	 */
	private boolean isOpen(E endpoint, AtomicBoolean began) {
		if (endpoint.isRunning()) {
			began.set(true);
			return !this.closing.get();
		}
		return !began.get() && !this.closing.get();
	}

	/**
	 * The gate knows what to do with a failure; a binder would begin to try again once
	 * more.
	 */
	@SuppressWarnings("NullAway")
	private static void leaveErrorsTo(MessageProducerSupport endpoint) {
		endpoint.setErrorChannel(null);
	}

	@Override
	public void onApplicationEvent(ContextClosedEvent event) {
		if (event.getApplicationContext() == this.bindings.context()) {
			this.closing.set(true);
		}
	}

	/**
	 * Sets what a binding with functions needs, unless the application says something
	 * else.
	 */
	abstract void prepareInput(B binder, ConfigurableApplicationContext binderContext, String binding);

	abstract void prepareOutput(B binder, ConfigurableApplicationContext binderContext, String binding);

	abstract void prepare(B binder, ConfigurableApplicationContext binderContext, Set<String> inputs);

	/**
	 * Makes a binding's place for dead letters.
	 * @return {@code null} if it has none
	 */
	abstract @Nullable DeadLetters deadLetters(B binder, ConfigurableApplicationContext binderContext, Source source);

	/**
	 * How a binding gets a place for dead letters, in a sentence.
	 */
	abstract String wayOut(String binding, @Nullable String group);

	abstract Delivery delivery(B binder, ConfigurableApplicationContext binderContext, E endpoint, Source source);

	/**
	 * Where the messages of a binding come from. Immutable; lives as long as the binding.
	 *
	 * @param binding the binding's name
	 * @param destination the topic or the exchange
	 * @param group the group, {@code null} if it has none
	 */
	record Source(String binding, String destination, @Nullable String group) {

	}

}
