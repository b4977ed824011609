package dev.wasmspring.versions;

/**
 * What a tenant is promised, and more than which it does not get. Immutable; lives as
 * long as the tenant.
 *
 * @param functions how many functions it may have
 * @param concurrency how many of its calls may run at once
 * @param memory host memory in bytes that its calls may hold together, set aside for it;
 * what its functions hold while they are not called may be as much again
 * @param callsPerSecond how many calls it may begin in a second, on average
 */
public record TenantQuota(int functions, int concurrency, long memory, double callsPerSecond) {

	public TenantQuota {
		require(functions >= 1, "number of functions", functions);
		require(concurrency >= 1, "number of calls at once", concurrency);
		require(memory >= 1 << 20, "memory in bytes, which is at least 1 MB,", memory);
		require(callsPerSecond > 0 && Double.isFinite(callsPerSecond), "number of calls a second", callsPerSecond);
	}

	private static void require(boolean condition, String what, Object value) {
		if (!condition) {
			throw new IllegalArgumentException("The " + what + " of a tenant must be positive, but is " + value);
		}
	}

}
