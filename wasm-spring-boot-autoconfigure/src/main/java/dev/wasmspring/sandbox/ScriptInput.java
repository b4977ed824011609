package dev.wasmspring.sandbox;

/**
 * What the handler of a script is called with. Lives for one call; nobody changes the
 * arrays.
 *
 * @param kind what the content is
 * @param metadata a JSON object in UTF-8 for the handler's second parameter, or nothing
 * @param content the content: JSON or text in UTF-8, or bytes
 */
public record ScriptInput(ContentKind kind, byte[] metadata, byte[] content) {

}
