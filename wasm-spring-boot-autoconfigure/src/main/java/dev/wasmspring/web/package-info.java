/**
 * The functions over HTTP. Knows the functions and Spring MVC; knows no Spring Boot.
 */
@NullMarked
package dev.wasmspring.web;

import org.jspecify.annotations.NullMarked;
