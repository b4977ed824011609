package dev.wasmspring.stream;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;

/**
 * Functions on RabbitMQ.
 */
class RabbitStreamTests extends AbstractStreamTests {

	@BeforeAll
	static void requireRabbit() {
		Assumptions.assumeTrue(RabbitTestBroker.isInstalled(),
				"RabbitMQ is not installed: 'apt-get install rabbitmq-server' on Debian");
	}

	@Override
	TestBroker broker() {
		return RabbitTestBroker.get();
	}

	@Override
	String[] batches(String binding) {
		String rabbit = "spring.cloud.stream.rabbit.bindings." + binding + "-in-0.consumer.";
		return new String[] { consumer(binding) + "batch-mode=true", rabbit + "enable-batching=true",
				rabbit + "batch-size=20", rabbit + "receive-timeout=200" };
	}

}
