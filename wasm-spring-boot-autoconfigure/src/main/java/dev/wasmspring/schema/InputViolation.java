package dev.wasmspring.schema;

/**
 * One thing that is wrong with an input, as its schema has it. Immutable.
 *
 * @param pointer where, as a JSON Pointer (RFC 6901): empty for the input as a whole. It
 * points at a property that is missing, too
 * @param detail what is wrong, fit for whoever called
 */
public record InputViolation(String pointer, String detail) {

}
