package dev.wasmspring.stream;

import io.micrometer.observation.ObservationRegistry;

import org.springframework.cloud.stream.binder.kafka.properties.KafkaBinderConfigurationProperties;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Observations of Kafka's consumers and producers, which traces go on in. The binder for
 * RabbitMQ has them wherever there is a registry; the one for Kafka waits to be told.
 */
final class Traces {

	private Traces() {
	}

	static void continueIn(ConfigurableApplicationContext binderContext, String prefix) {
		if (binderContext.getBeanProvider(ObservationRegistry.class).getIfAvailable() != null
				&& !StreamBindings.isSet(binderContext.getEnvironment(), prefix + ".binder.enable-observation")) {
			binderContext.getBean(KafkaBinderConfigurationProperties.class).setEnableObservation(true);
		}
	}

}
