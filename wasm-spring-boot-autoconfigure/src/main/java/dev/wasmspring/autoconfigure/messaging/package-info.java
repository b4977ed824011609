/**
 * Auto-configuration for what Spring Cloud Function does to payloads.
 */
@NullMarked
package dev.wasmspring.autoconfigure.messaging;

import org.jspecify.annotations.NullMarked;
