/**
 * The functions over HTTP. Knows the functions and Spring MVC; knows no Spring Boot.
 */
@ApiStatus.Internal
@NullMarked
package dev.wasmspring.web;

import org.jetbrains.annotations.ApiStatus;
import org.jspecify.annotations.NullMarked;
