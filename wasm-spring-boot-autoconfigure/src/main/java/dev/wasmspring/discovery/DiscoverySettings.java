package dev.wasmspring.discovery;

import java.time.Duration;
import java.util.List;

import org.springframework.util.unit.DataSize;

/**
 * Where modules are looked for, and how. Immutable; lives as long as the context.
 *
 * @param locations resource patterns
 * @param moduleSize the size above which a file is not read
 * @param readTimeout how long a file system may take to answer
 * @param keepsFiles whether the bytes of files are kept until they are compiled, since
 * the files may have changed by then
 * @param skipsInvalid whether modules that cannot be used are left out, rather than end
 * the start
 */
public record DiscoverySettings(List<String> locations, DataSize moduleSize, Duration readTimeout, boolean keepsFiles,
		boolean skipsInvalid) {

}
