package dev.wasmspring.sample.stream;

import java.util.Locale;

import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.env.Profiles;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

/**
 * Starts a broker in this process with the profile {@code embedded}: a real Kafka in
 * KRaft mode, for which nothing has to be installed. It ends with the process, and so do
 * its messages.
 */
final class EmbeddedBroker implements ApplicationListener<ApplicationEnvironmentPreparedEvent> {

	private static final int PARTITIONS = 4;

	@Override
	public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
		if (event.getEnvironment().acceptsProfiles(Profiles.of("embedded"))) {
			// It does not start in Turkish: it has names of constants in capitals
			Locale.setDefault(Locale.ROOT);
			EmbeddedKafkaKraftBroker broker = new EmbeddedKafkaKraftBroker(1, PARTITIONS);
			broker.brokerListProperty("spring.kafka.bootstrap-servers");
			broker.afterPropertiesSet();
			Runtime.getRuntime().addShutdownHook(new Thread(broker::destroy, "broker"));
		}
	}

}
