package dev.wasmspring.web;

import org.jspecify.annotations.Nullable;

import org.springframework.http.MediaType;

/**
 * The kinds of bodies that containers tell apart when they are asked for parameters or
 * parts.
 */
enum BodyKind {

	FORM, MULTIPART, OTHER;

	static BodyKind of(@Nullable String contentType) {
		if (startsWith(contentType, "multipart/")) {
			return MULTIPART;
		}
		return startsWith(contentType, MediaType.APPLICATION_FORM_URLENCODED_VALUE) ? FORM : OTHER;
	}

	private static boolean startsWith(@Nullable String contentType, String prefix) {
		return contentType != null && contentType.regionMatches(true, 0, prefix, 0, prefix.length());
	}

}
