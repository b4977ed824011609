/**
 * The shop: what the application makes of its functions.
 */
@NullMarked
package dev.wasmspring.sample.shop;

import org.jspecify.annotations.NullMarked;
