package dev.wasmspring.function;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

import dev.wasmspring.sandbox.Kind;
import dev.wasmspring.sandbox.ModuleException;
import dev.wasmspring.sandbox.Outcome;
import dev.wasmspring.sandbox.Sandbox;
import dev.wasmspring.sandbox.SandboxException;
import dev.wasmspring.sandbox.Template;
import org.jspecify.annotations.Nullable;

import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.support.MessageBuilder;

/**
 * A function that runs every call in a sandbox of its own. Stateless; lives as its bean
 * and is shared by all threads.
 * <p>
 * It answers in the kind it was asked: {@code byte[]} with {@code byte[]}, {@code String}
 * with {@code String} (as UTF-8), and a {@code Message} of either with a {@code Message}
 * of the same and the same headers.
 */
public final class WasmFunction implements Function<Object, Object> {

	private final FunctionDefinition definition;

	private final LoadableModule module;

	private final Semaphore permits;

	private final GuestLog log;

	WasmFunction(FunctionDefinition definition, LoadableModule module) {
		this.definition = definition;
		this.module = module;
		this.permits = new Semaphore(definition.settings().concurrency());
		this.log = new GuestLog(definition.name());
	}

	/**
	 * Calls the function.
	 * @param input a {@code byte[]}, a {@code String}, or a {@code Message} of one
	 * @return the output, in the same kind
	 * @throws WasmFunctionException if the call does not succeed
	 * @throws IllegalArgumentException if the input is of another type
	 */
	@Override
	public Object apply(@Nullable Object input) {
		if (input instanceof Message<?> message) {
			MessageBuilder<?> answer = MessageBuilder.withPayload(applyToPayload(message.getPayload()))
				.copyHeaders(message.getHeaders());
			String produces = this.definition.produces();
			if (produces != null) {
				answer.setHeader(MessageHeaders.CONTENT_TYPE, produces);
			}
			return answer.build();
		}
		return applyToPayload(input);
	}

	private Object applyToPayload(@Nullable Object input) {
		if (input instanceof byte[] bytes) {
			return call(bytes);
		}
		if (input instanceof String text) {
			return text(call(text.getBytes(StandardCharsets.UTF_8)));
		}
		throw new IllegalArgumentException("Function '" + name() + "' takes byte[], String, or a Message of one, not "
				+ ((input != null) ? input.getClass().getName() : "null"));
	}

	private String text(byte[] output) {
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(output)).toString();
		}
		catch (CharacterCodingException ex) {
			WasmFunctionException failure = new WasmFunctionException(name(), Outcome.BAD_OUTPUT,
					"The output is not text in UTF-8; call the function with bytes to get it unchanged.");
			this.log.failure(failure);
			throw failure;
		}
	}

	private byte[] call(byte[] input) {
		try {
			requireWithinLimit(input);
			if (!this.permits.tryAcquire()) {
				throw new WasmFunctionException(name(), Outcome.REJECTED, "The function already runs "
						+ this.definition.settings().concurrency() + " calls, as many as it may.");
			}
			try {
				return callInSandbox(input);
			}
			finally {
				this.permits.release();
			}
		}
		catch (WasmFunctionException ex) {
			this.log.failure(ex);
			throw ex;
		}
	}

	private void requireWithinLimit(byte[] input) {
		long limit = this.definition.settings().limits().input();
		if (input.length > limit) {
			throw new WasmFunctionException(name(), Outcome.INPUT_LIMIT,
					"The input is larger than the " + limit + " bytes that the function takes.");
		}
	}

	private byte[] callInSandbox(byte[] input) {
		// Read before a sandbox exists: wrong numbers need none
		long[] arguments = (this.definition.export().kind() == Kind.NUMERIC) ? numbers(input) : null;
		Template template = template();
		try (Sandbox sandbox = template.open(this.definition.export(), this.definition.settings().limits(),
				this.definition.settings().capabilities())) {
			try {
				if (arguments != null) {
					return Numbers.write(sandbox.call(arguments), this.definition.export());
				}
				return sandbox.call(input);
			}
			finally {
				this.log.standardError(sandbox.standardError());
			}
		}
		catch (SandboxException ex) {
			throw new WasmFunctionException(name(), ex);
		}
		catch (Numbers.NotExpressible ex) {
			throw new WasmFunctionException(name(), Outcome.BAD_OUTPUT, String.valueOf(ex.getMessage()));
		}
	}

	private long[] numbers(byte[] input) {
		try {
			return Numbers.read(input, this.definition.export());
		}
		catch (Numbers.InvalidNumbers ex) {
			throw new WasmFunctionException(name(), Outcome.INVALID_INPUT, String.valueOf(ex.getMessage()));
		}
	}

	private Template template() {
		try {
			return this.module.template();
		}
		catch (ModuleException ex) {
			throw WasmFunctions.unknown(name());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new WasmFunctionException(name(), Outcome.TIMEOUT,
					"The call was interrupted while the module was loaded.");
		}
	}

	/**
	 * The function's name, which is also its bean's name.
	 * @return the name
	 */
	public String name() {
		return this.definition.name();
	}

	/**
	 * What the function calls, and how.
	 * @return the definition
	 */
	public FunctionDefinition definition() {
		return this.definition;
	}

	@Override
	public String toString() {
		return "function '" + name() + "' of " + this.definition.module();
	}

}
