/**
 * Versions of modules that come while the application runs, its own and those of its
 * tenants. Start with {@link dev.wasmspring.versions.ModuleVersions}. Knows Spring's
 * beans; knows no Spring Boot.
 */
@NullMarked
package dev.wasmspring.versions;

import org.jspecify.annotations.NullMarked;
