package dev.wasmspring.web;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;

import dev.wasmspring.function.ScriptFunction;
import dev.wasmspring.function.WasmFunctionException;
import dev.wasmspring.function.WasmScripts;
import dev.wasmspring.sandbox.limit.Outcome;
import dev.wasmspring.sandbox.module.ModuleException;
import dev.wasmspring.script.ScriptException;
import dev.wasmspring.script.ScriptLanguage;
import org.jspecify.annotations.Nullable;

import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.support.MessageBuilder;

/**
 * Scripts that are written on the page: each is compiled, called once and forgotten. A
 * singleton, shared by all threads.
 */
final class PlaygroundScripts {

	/** Compiling takes a processor. */
	private static final int AT_ONCE = 2;

	/**
	 * A script in each language, to begin with; without one a language is not offered.
	 */
	private static final Map<String, String> EXAMPLES = Map.of("javascript", """
			export function handle(input) {
			  return { greeting: `Hello, ${input.name}!` };
			}
			""", "python", """
			def handle(input):
			    return {"greeting": f"Hello, {input['name']}!"}
			""", "ruby", """
			def handle(input)
			  { greeting: "Hello, #{input["name"]}!" }
			end
			""", "php", """
			<?php
			function handle($input) {
			    return ["greeting" => "Hello, " . $input["name"] . "!"];
			}
			""");

	private final @Nullable WasmScripts scripts;

	private final Semaphore turns = new Semaphore(AT_ONCE);

	PlaygroundScripts(@Nullable WasmScripts scripts) {
		this.scripts = scripts;
	}

	/**
	 * The languages in which scripts can be written here.
	 */
	List<Map<String, @Nullable Object>> languages() {
		List<Map<String, @Nullable Object>> languages = new ArrayList<>();
		for (String name : (this.scripts != null) ? this.scripts.languages() : List.<String>of()) {
			if (EXAMPLES.containsKey(name)) {
				Map<String, @Nullable Object> language = new LinkedHashMap<>();
				language.put("name", name);
				language.put("title", ScriptLanguage.of(name).title());
				language.put("example", EXAMPLES.get(name));
				languages.add(language);
			}
		}
		return languages;
	}

	/**
	 * Whether scripts in a language can be run.
	 */
	boolean knows(String language) {
		return this.scripts != null && EXAMPLES.containsKey(language) && this.scripts.languages().contains(language);
	}

	/**
	 * Compiles a script and calls it once.
	 * @return what came of it, as the page is told
	 */
	Map<String, @Nullable Object> run(String language, String source, String input, String contentType) {
		if (this.scripts == null || !this.turns.tryAcquire()) {
			return ended(Outcome.REJECTED.toString(), error("Other scripts are being run here. Try again.", null));
		}
		try {
			return run(this.scripts, language, source, input, contentType);
		}
		finally {
			this.turns.release();
		}
	}

	private static Map<String, @Nullable Object> run(WasmScripts scripts, String language, String source, String input,
			String contentType) {
		long start = System.nanoTime();
		ScriptFunction script;
		try {
			script = scripts.compile(language, source);
		}
		catch (ModuleException ex) {
			return ended("not-compiled",
					error(ex.reason(), (ex.getCause() instanceof ScriptException cause) ? cause : null));
		}
		catch (WasmFunctionException ex) {
			return ended(ex.outcome().toString(), error(ex.detail(), null));
		}
		long compiled = System.nanoTime();
		try (script) {
			Message<byte[]> message = MessageBuilder.withPayload(input.getBytes(StandardCharsets.UTF_8))
				.setHeader(MessageHeaders.CONTENT_TYPE, contentType)
				.build();
			Map<String, @Nullable Object> answer;
			try {
				Message<?> output = (Message<?>) script.apply(message);
				answer = ended(Outcome.SUCCESS.toString(), null);
				answer.put("output", Base64.getEncoder().encodeToString((byte[]) output.getPayload()));
				Object type = output.getHeaders().get(MessageHeaders.CONTENT_TYPE);
				answer.put("contentType", (type != null) ? type.toString() : null);
			}
			catch (WasmFunctionException ex) {
				answer = ended(ex.outcome().toString(), error(ex.detail(), ex.scriptException()));
			}
			answer.put("compileMillis", (compiled - start) / 1e6);
			answer.put("millis", (System.nanoTime() - compiled) / 1e6);
			java.time.Duration coldStart = script.statistics().coldStart(1);
			answer.put("coldStartMillis", (coldStart != null) ? (Object) (coldStart.toNanos() / 1e6) : null);
			return answer;
		}
	}

	private static Map<String, @Nullable Object> ended(String outcome, @Nullable Map<String, @Nullable Object> error) {
		Map<String, @Nullable Object> ended = new LinkedHashMap<>();
		ended.put("outcome", outcome);
		if (error != null) {
			ended.put("error", error);
		}
		return ended;
	}

	private static Map<String, @Nullable Object> error(String detail, @Nullable ScriptException thrown) {
		Map<String, @Nullable Object> error = new LinkedHashMap<>();
		error.put("detail", detail);
		if (thrown != null) {
			error.put("type", thrown.type());
			error.put("message", thrown.detail());
			error.put("file", thrown.file());
			error.put("line", thrown.line());
			error.put("column", thrown.column());
			error.put("source", thrown.source());
		}
		return error;
	}

}
