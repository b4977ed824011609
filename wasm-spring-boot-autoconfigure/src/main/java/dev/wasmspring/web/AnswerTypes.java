package dev.wasmspring.web;

import org.jspecify.annotations.Nullable;

import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/**
 * The content types of answers that follow from those of requests. Stateless.
 */
final class AnswerTypes {

	private AnswerTypes() {
	}

	/**
	 * The content type of a request.
	 * @param value its header, {@code null} if it has none
	 */
	static MediaType ofRequest(@Nullable String value) {
		try {
			MediaType contentType = MediaType.valueOf((value != null) ? value : "");
			return contentType.isConcrete() ? contentType : MediaType.APPLICATION_OCTET_STREAM;
		}
		catch (InvalidMediaTypeException ex) {
			return MediaType.APPLICATION_OCTET_STREAM;
		}
	}

	/**
	 * The content type of the answer to a request of a content type: forms are sent and
	 * never answered.
	 * @param value the header of the request, {@code null} if it has none
	 */
	static String of(@Nullable String value) {
		MediaType requestType = ofRequest(value);
		boolean form = requestType.getType().equalsIgnoreCase("multipart")
				|| requestType.equalsTypeAndSubtype(MediaType.APPLICATION_FORM_URLENCODED);
		return (form ? MediaType.APPLICATION_OCTET_STREAM : requestType).toString();
	}

}
