package dev.wasmspring.function;

import java.util.List;

/**
 * A version of a module that is kept, at the moment of asking. Immutable.
 *
 * @param digest its SHA-256
 * @param origin where it came from
 * @param inService whether it is the one in service
 * @param percent how many of a hundred calls it gets
 * @param functions the functions that it gives
 */
public record ModuleVersion(String digest, String origin, boolean inService, int percent, List<String> functions) {
}
