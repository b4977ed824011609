package dev.wasmspring.actuate;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;

import dev.wasmspring.function.ModuleVersion;
import dev.wasmspring.sandbox.module.ModuleException;
import dev.wasmspring.versions.ModuleVersions;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

/**
 * The actuator endpoint {@code wasmversions}: which versions of the modules there are,
 * and what changes that. Lives as long as the application context and is shared by all
 * threads.
 */
@Endpoint(id = "wasmversions", defaultAccess = Access.READ_ONLY)
public final class WasmVersionsEndpoint {

	private static final String NOBODY = "unknown";

	private final ModuleVersions versions;

	/**
	 * Creates the endpoint.
	 * @param versions the versions
	 */
	public WasmVersionsEndpoint(ModuleVersions versions) {
		this.versions = versions;
	}

	/**
	 * All modules with their versions, and the functions that are disabled.
	 * @return what there is at this moment
	 */
	@ReadOperation
	public Report all() {
		return new Report(this.versions.versions(), this.versions.disabled());
	}

	/**
	 * The versions of a module.
	 * @param name the module's name
	 * @return {@code null} if there is no such module in service
	 */
	@ReadOperation
	public @Nullable List<ModuleVersion> module(@Selector String name) {
		List<ModuleVersion> kept = this.versions.versions(name);
		return kept.isEmpty() ? null : kept;
	}

	/**
	 * Changes something.
	 * @param security who does it
	 * @param name the name of the module, or of the function for {@code enable} and
	 * {@code disable}
	 * @param action {@code load}, {@code rollback}, {@code split}, {@code enable} or
	 * {@code disable}
	 * @param language of what is loaded, {@code wasm} if it is not said
	 * @param content what is loaded, in Base64
	 * @param source what is loaded, as text
	 * @param digest the version to go back to, or that gets a share of the calls
	 * @param percent how many of a hundred calls that is
	 * @return what there is now
	 */
	@WriteOperation
	public WebEndpointResponse<?> change(SecurityContext security, @Selector String name, @Selector String action,
			@Nullable String language, @Nullable String content, @Nullable String source, @Nullable String digest,
			@Nullable Integer percent) {
		try {
			ModuleVersions by = this.versions
				.by((security.getPrincipal() != null) ? security.getPrincipal().getName() : NOBODY);
			switch (action) {
				case "load" -> by.load(name, (language != null) ? language : "wasm", bytes(content, source));
				case "rollback" -> by.rollBack(name, digest);
				case "split" -> by.split(name, digest, required(percent));
				case "enable" -> by.enable(name);
				case "disable" -> by.disable(name);
				default -> {
					return refused(WebEndpointResponse.STATUS_NOT_FOUND, "There is no action '" + action + "'.",
							"Actions are load, rollback, split, enable and disable.");
				}
			}
			return new WebEndpointResponse<>(all());
		}
		catch (ModuleException ex) {
			return refused(WebEndpointResponse.STATUS_BAD_REQUEST, String.valueOf(ex.getMessage()), ex.remedy());
		}
		catch (IllegalArgumentException | IllegalStateException ex) {
			return refused(WebEndpointResponse.STATUS_BAD_REQUEST, String.valueOf(ex.getMessage()), null);
		}
	}

	private static byte[] bytes(@Nullable String content, @Nullable String source) {
		if ((content == null) == (source == null)) {
			throw new IllegalArgumentException("Give either 'content', in Base64, or 'source', as text.");
		}
		if (source != null) {
			return source.getBytes(StandardCharsets.UTF_8);
		}
		try {
			return Base64.getMimeDecoder().decode(content);
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException("The 'content' is not Base64.", ex);
		}
	}

	private static int required(@Nullable Integer percent) {
		if (percent == null) {
			throw new IllegalArgumentException("Give the 'percent' of the calls.");
		}
		return percent;
	}

	private static WebEndpointResponse<Refusal> refused(int status, String reason, @Nullable String remedy) {
		return new WebEndpointResponse<>(new Refusal(reason, remedy), status);
	}

	/**
	 * What the endpoint answers. Immutable.
	 *
	 * @param modules the versions of each module, the newest first
	 * @param disabled the functions that are disabled
	 */
	public record Report(Map<String, List<ModuleVersion>> modules,
			List<String> disabled) implements OperationResponseBody {
	}

	/**
	 * Why nothing was changed. Immutable.
	 *
	 * @param reason what was wrong
	 * @param remedy what to do about it, {@code null} if the reason says it
	 */
	public record Refusal(String reason, @Nullable String remedy) implements OperationResponseBody {
	}

}
