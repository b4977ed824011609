/**
 * Interfaces whose methods are functions. Start with
 * {@link dev.wasmspring.client.WasmClient}. Knows Spring's beans; knows no Spring Boot.
 */
@NullMarked
package dev.wasmspring.client;

import org.jspecify.annotations.NullMarked;
