package dev.wasmspring.sandbox;

/**
 * What the handler of a script returned. Lives for one call.
 *
 * @param kind what the content is
 * @param content JSON or text in UTF-8, or bytes
 */
public record ScriptOutput(ContentKind kind, byte[] content) {

}
