package dev.wasmspring.sandbox.split;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Makes places where a long computation may be cut: every now and then the operands that
 * it left on the stack go to locals and come back, so that between the two there are
 * none. Compilers leave whole rounds of ciphers and digests as one expression. Confined
 * to one thread; lives for one look at a function.
 */
final class Spills {

	/** More operands than that cost more than a cut saves. */
	private static final int MAX_OPERANDS = 40;

	private final Body body;

	private final int gap;

	private final Map<Integer, Integer> locals = new HashMap<>();

	private boolean changed;

	private Spills(Body body, int gap) {
		this.body = body;
		this.gap = gap;
	}

	/**
	 * Makes places to cut at.
	 * @param body a function whose sizes are known
	 * @param limit how large a part may be
	 * @return whether anything was changed
	 */
	static boolean make(Body body, int limit) {
		Spills spills = new Spills(body, limit / 8);
		spills.list(body.root.body);
		return spills.changed;
	}

	private void list(@Nullable List<Node> list) {
		if (list == null) {
			return;
		}
		List<Node> to = new ArrayList<>(list.size());
		byte[] stack = new byte[64];
		int height = 0;
		int since = 0;
		for (int i = 0; i < list.size(); i++) {
			Node node = list.get(i);
			if (node instanceof Block block) {
				list(block.body);
				list(block.otherwise);
			}
			to.add(node);
			since = (node.pushes == 0) ? 0 : since + node.size;
			height = Math.max(0, height - node.pops);
			if (height + node.pushes > stack.length) {
				stack = Arrays.copyOf(stack, 2 * (height + node.pushes));
			}
			for (int j = 0; j < node.pushes; j++) {
				stack[height++] = type(node);
			}
			boolean last = i == list.size() - 1;
			if (since >= this.gap && height > 0 && height <= MAX_OPERANDS && !last && areKnown(stack, height)) {
				spill(stack, height, to);
				since = 0;
			}
		}
		if (to.size() > list.size()) {
			this.changed = true;
			list.clear();
			list.addAll(to);
		}
	}

	/** The type of what a node leaves, if it is one value of a type that is known. */
	private byte type(Node node) {
		if (node instanceof Local local) {
			return this.body.typeOf(local.index);
		}
		return (node instanceof Plain plain && plain.pushes == 1) ? plain.pushed : Types.ANY;
	}

	private static boolean areKnown(byte[] stack, int height) {
		for (int i = 0; i < height; i++) {
			if (stack[i] == Types.ANY || Types.isReference(stack[i])) {
				return false;
			}
		}
		return true;
	}

	private void spill(byte[] stack, int height, List<Node> to) {
		for (int i = height - 1; i >= 0; i--) {
			to.add(Local.set(local(stack[i], i)));
		}
		for (int i = 0; i < height; i++) {
			to.add(Local.get(local(stack[i], i)));
		}
	}

	private int local(byte type, int place) {
		return this.locals.computeIfAbsent(place << 8 | type & 0xff, (key) -> this.body.addLocal(type));
	}

}
