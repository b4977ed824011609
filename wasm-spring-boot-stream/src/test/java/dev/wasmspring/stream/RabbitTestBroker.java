package dev.wasmspring.stream;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import org.springframework.amqp.core.BindingBuilder;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageBuilder;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.core.QueueBuilder;
import org.springframework.amqp.core.TopicExchange;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.core.RabbitAdmin;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.util.FileSystemUtils;

/**
 * A node of RabbitMQ in a folder of its own, on ports of its own, if Debian's package is
 * installed.
 */
final class RabbitTestBroker implements TestBroker {

	private static final Path HOME = Path.of("/usr/lib/rabbitmq/bin");

	private static @Nullable RabbitTestBroker instance;

	private final int port = freePort();

	private final RabbitTemplate template;

	private final RabbitAdmin admin;

	private RabbitTestBroker() throws IOException, InterruptedException {
		Path folder = Files.createTempDirectory("rabbitmq");
		Files.createFile(folder.resolve("enabled_plugins"));
		int names = freePort();
		ProcessBuilder epmd = process(folder, "epmd", "-port", String.valueOf(names), "-address", "127.0.0.1");
		ProcessBuilder node = process(folder, HOME.resolve("rabbitmq-server").toString());
		Map<String, String> environment = node.environment();
		environment.put("HOME", folder.toString());
		environment.put("ERL_EPMD_PORT", String.valueOf(names));
		environment.put("ERL_EPMD_ADDRESS", "127.0.0.1");
		environment.put("RABBITMQ_NODENAME", "tests" + this.port + "@localhost");
		environment.put("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1");
		environment.put("RABBITMQ_NODE_PORT", String.valueOf(this.port));
		environment.put("RABBITMQ_DIST_PORT", String.valueOf(freePort()));
		environment.put("RABBITMQ_MNESIA_BASE", folder.resolve("data").toString());
		environment.put("RABBITMQ_LOG_BASE", folder.resolve("log").toString());
		environment.put("RABBITMQ_ENABLED_PLUGINS_FILE", folder.resolve("enabled_plugins").toString());
		environment.put("RABBITMQ_PID_FILE", folder.resolve("pid").toString());
		environment.put("RABBITMQ_CONF_ENV_FILE", folder.resolve("none").toString());
		environment.put("RABBITMQ_CONFIG_FILE", folder.resolve("none").toString());
		Process namesProcess = epmd.start();
		Process process = node.start();
		Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(process, namesProcess, folder)));
		CachingConnectionFactory connections = new CachingConnectionFactory("127.0.0.1", this.port);
		this.template = new RabbitTemplate(connections);
		this.admin = new RabbitAdmin(connections);
		await(process, folder);
	}

	private static ProcessBuilder process(Path folder, String... command) {
		return new ProcessBuilder(command).redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("output").toFile()))
			.redirectInput(new File("/dev/null"));
	}

	private void await(Process process, Path folder) throws IOException, InterruptedException {
		for (int i = 0; i < 600; i++) {
			try {
				this.template.execute((channel) -> channel.isOpen());
				return;
			}
			catch (RuntimeException ex) {
				if (!process.isAlive()) {
					break;
				}
				Thread.sleep(100);
			}
		}
		throw new IllegalStateException("RabbitMQ did not start: " + Files.readString(folder.resolve("output")));
	}

	private static void stop(Process process, Process names, Path folder) {
		process.descendants().forEach(ProcessHandle::destroyForcibly);
		process.destroyForcibly();
		names.destroyForcibly();
		try {
			process.waitFor(5, TimeUnit.SECONDS);
			FileSystemUtils.deleteRecursively(folder);
		}
		catch (IOException | InterruptedException ex) {
			// The folder is one for temporary files
		}
	}

	private static int freePort() {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	static boolean isInstalled() {
		return Files.isExecutable(HOME.resolve("rabbitmq-server"));
	}

	static synchronized RabbitTestBroker get() {
		if (instance == null) {
			try {
				instance = new RabbitTestBroker();
			}
			catch (IOException | InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}
		return instance;
	}

	@Override
	public String[] properties() {
		return new String[] { "spring.cloud.stream.default-binder=rabbit", "spring.rabbitmq.host=127.0.0.1",
				"spring.rabbitmq.port=" + this.port };
	}

	@Override
	public void keep(String destination) {
		Queue queue = QueueBuilder.durable(destination + ".kept").build();
		TopicExchange exchange = new TopicExchange(destination);
		this.admin.declareExchange(exchange);
		this.admin.declareQueue(queue);
		this.admin.declareBinding(BindingBuilder.bind(queue).to(exchange).with("#"));
	}

	@Override
	public void send(String destination, byte[] payload, Map<String, String> headers, @Nullable String key) {
		MessageBuilder message = MessageBuilder.withBody(payload);
		headers.forEach((name, value) -> {
			if (name.equals("contentType")) {
				message.setContentType(value);
			}
			else {
				message.setHeader(name, value);
			}
		});
		this.template.send(destination, destination, message.build());
	}

	@Override
	public List<Received> receive(String destination, int count) {
		return receiveFrom(destination + ".kept", count);
	}

	@Override
	public List<Received> deadLetters(String destination, int count) {
		return receiveFrom(destination + "." + GROUP + ".dlq", count);
	}

	private List<Received> receiveFrom(String queue, int count) {
		List<Received> all = new ArrayList<>();
		while (all.size() < count) {
			Message message = this.template.receive(queue, 30_000);
			if (message == null) {
				return all;
			}
			all.add(received(message));
		}
		Message more = this.template.receive(queue, 100);
		if (more != null) {
			all.add(received(more));
		}
		return all;
	}

	private static Received received(Message message) {
		Map<String, String> headers = new HashMap<>();
		message.getMessageProperties().getHeaders().forEach((name, value) -> headers.put(name, String.valueOf(value)));
		headers.put("contentType", message.getMessageProperties().getContentType());
		return new Received(message.getBody(), headers, null, 0);
	}

	@Override
	public int countDeadLetters(String destination) {
		var information = this.admin.getQueueInfo(destination + "." + GROUP + ".dlq");
		return (information != null) ? (int) information.getMessageCount() : 0;
	}

}
