package dev.wasmspring.sandbox.split;

import java.util.List;

/**
 * A call of a part, with all that belongs to it: the arguments, the call, fetching what
 * it left, and going on where it left off. It is never cut, since what the part leaves in
 * globals must be fetched before anything else runs.
 */
sealed class Site extends Node permits Exit {

	final List<Node> body;

	private final boolean ends;

	Site(List<Node> body, boolean ends) {
		this.body = body;
		this.ends = ends;
	}

	@Override
	boolean ends() {
		return this.ends;
	}

}
