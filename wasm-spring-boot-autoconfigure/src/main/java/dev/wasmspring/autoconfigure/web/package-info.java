/**
 * Auto-configuration for the REST endpoint.
 */
@NullMarked
package dev.wasmspring.autoconfigure.web;

import org.jspecify.annotations.NullMarked;
