package dev.wasmspring.web;

import java.io.IOException;

/**
 * Thrown when a request had a body that something else has read, so that the function
 * would not get what was sent.
 */
final class LostBodyException extends IOException {

	LostBodyException() {
		super("The body was read before the function could read it");
	}

}
