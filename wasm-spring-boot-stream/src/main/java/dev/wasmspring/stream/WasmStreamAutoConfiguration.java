package dev.wasmspring.stream;

import dev.wasmspring.autoconfigure.WasmAutoConfiguration;
import dev.wasmspring.function.WasmFunctions;

import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.cloud.stream.binder.DefaultBinderFactory;
import org.springframework.cloud.stream.binder.kafka.KafkaMessageChannelBinder;
import org.springframework.cloud.stream.binder.rabbit.RabbitMessageChannelBinder;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.integration.amqp.inbound.AmqpInboundChannelAdapter;
import org.springframework.integration.config.GlobalChannelInterceptor;
import org.springframework.integration.kafka.inbound.KafkaMessageDrivenChannelAdapter;

/**
 * Auto-configuration for functions on Spring Cloud Stream: messages whose call fails are
 * tried again or become dead letters, and none is lost in between.
 */
@AutoConfiguration(after = WasmAutoConfiguration.class)
@ConditionalOnClass(DefaultBinderFactory.class)
@ConditionalOnBean(WasmFunctions.class)
public final class WasmStreamAutoConfiguration {

	WasmStreamAutoConfiguration() {
	}

	@Bean
	@GlobalChannelInterceptor(patterns = "*-out-*")
	ContentTypes wasmContentTypes(Environment environment) {
		return new ContentTypes(environment);
	}

	/**
	 * Kafka.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ KafkaMessageChannelBinder.class, KafkaMessageDrivenChannelAdapter.class })
	static class Kafka {

		@Bean
		KafkaGatedBinder wasmKafkaGates(ApplicationContext context) {
			return new KafkaGatedBinder(new StreamBindings(context));
		}

	}

	/**
	 * RabbitMQ.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ RabbitMessageChannelBinder.class, AmqpInboundChannelAdapter.class, RabbitTemplate.class })
	static class Rabbit {

		@Bean
		RabbitGatedBinder wasmRabbitGates(ApplicationContext context) {
			return new RabbitGatedBinder(new StreamBindings(context));
		}

	}

}
