package dev.wasmspring.web;

/**
 * What the description of the endpoint is made of, whatever server serves it. Immutable;
 * lives as long as the application, shared by all threads.
 *
 * @param functions the functions that it describes
 * @param path where they are, within the context; empty for its root
 * @param title the name of the application
 * @param version its version
 */
public record OpenApiDescription(ExposedFunctions functions, String path, String title, String version) {

	/**
	 * The document as it is now.
	 * @param contextPath the path of the application, empty for the root
	 * @return the document, in JSON
	 */
	public String document(String contextPath) {
		return OpenApiDocument.of(this.functions.definitions(), this.path, contextPath.isEmpty() ? "/" : contextPath,
				this.title, this.version);
	}

}
