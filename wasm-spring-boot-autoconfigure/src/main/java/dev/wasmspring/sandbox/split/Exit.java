package dev.wasmspring.sandbox.split;

import java.util.List;

/**
 * What a part does last: leaving in globals what it has written, and its result. It is
 * never cut, and never moved to another part, whose own exit would write to the same
 * globals before anybody has read them.
 */
final class Exit extends Site {

	Exit(List<Node> body, int results) {
		super(body, false);
		this.pushes = results;
	}

}
