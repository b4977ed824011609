/**
 * The application that is measured over HTTP and while it starts.
 */
@NullMarked
package dev.wasmspring.benchmarks.web;

import org.jspecify.annotations.NullMarked;
