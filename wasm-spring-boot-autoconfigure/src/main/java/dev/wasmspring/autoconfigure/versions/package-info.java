/**
 * Auto-configuration for versions of modules at run time, and for tenants.
 */
@NullMarked
package dev.wasmspring.autoconfigure.versions;

import org.jspecify.annotations.NullMarked;
