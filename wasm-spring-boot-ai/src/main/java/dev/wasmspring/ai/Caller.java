package dev.wasmspring.ai;

import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.modelcontextprotocol.server.McpSyncServerExchange;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.memory.ChatMemory;
import org.springframework.ai.chat.model.ToolContext;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.util.ClassUtils;

/**
 * Who calls a tool. Immutable; lives for the call.
 *
 * @param conversation in which conversation, {@code null} if nobody said
 * @param user on whose behalf, {@code null} if that is not known
 * @param overMcp whether a client of the MCP server calls
 */
record Caller(@Nullable String conversation, @Nullable String user, boolean overMcp) {

	/**
	 * Where applications put it that have a memory of chats, and those that have none.
	 */
	private static final List<String> CONVERSATION = List.of(ChatMemory.CONVERSATION_ID, "conversationId");

	/** As Spring AI's MCP server names it in the context. */
	private static final String EXCHANGE = "exchange";

	private static final boolean SECURITY = ClassUtils
		.isPresent("org.springframework.security.core.context.SecurityContextHolder", Caller.class.getClassLoader());

	private static final boolean MCP = ClassUtils.isPresent("io.modelcontextprotocol.server.McpSyncServerExchange",
			Caller.class.getClassLoader());

	/**
	 * Who calls on this thread.
	 * @param context what the application says of the call
	 */
	static Caller of(@Nullable ToolContext context) {
		Map<String, Object> said = (context != null) ? context.getContext() : Map.of();
		Object exchange = said.get(EXCHANGE);
		String session = (MCP && exchange != null) ? McpSession.id(exchange) : null;
		return new Caller((session != null) ? session : conversation(said), SECURITY ? CurrentUser.name() : null,
				exchange != null);
	}

	private static @Nullable String conversation(Map<String, Object> said) {
		return CONVERSATION.stream()
			.map(said::get)
			.filter(Objects::nonNull)
			.map(String::valueOf)
			.findFirst()
			.orElse(null);
	}

	/**
	 * Loaded where there is Spring Security.
	 */
	private static final class CurrentUser {

		static @Nullable String name() {
			Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
			return (authentication != null) ? authentication.getName() : null;
		}

	}

	/**
	 * Loaded where there is the MCP SDK.
	 */
	private static final class McpSession {

		static @Nullable String id(Object exchange) {
			return (exchange instanceof McpSyncServerExchange sync) ? sync.sessionId() : null;
		}

	}

}
