package dev.wasmspring.sandbox.split;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Finds the regions of a function that are best cut out next. Confined to one thread;
 * lives for one look at a function.
 */
final class Regions {

	/** Of a part; {@code Preflight} allows 100 of a type. */
	private static final int MAX_PARAMETERS = 90;

	private static final int MAX_OUTS = 60;

	/** How much larger a region is than the one looked at before, with the same start. */
	private static final double STEP = 1.25;

	private final Body body;

	private final SplitSettings settings;

	private final int limit;

	private final int total;

	private final int mostExits;

	private final Budget budget;

	private final List<Region> found = new ArrayList<>();

	private Regions(Body body, SplitSettings settings, int limit, int total, int mostExits, Budget budget) {
		this.body = body;
		this.settings = settings;
		this.limit = limit;
		this.total = total;
		this.mostExits = mostExits;
		this.budget = budget;
	}

	/**
	 * Finds regions that do not overlap, in the order of the text.
	 * @param body a function that was surveyed
	 * @param limit what it, and each part, should be at most
	 * @param total what it is
	 * @param mostExits how many ways out a region may have
	 */
	static List<Region> find(Body body, SplitSettings settings, int limit, int total, int mostExits, Budget budget) {
		Regions regions = new Regions(body, settings, limit, total, mostExits, budget);
		Survey.lists(body, regions::list);
		return regions.choose();
	}

	private void list(List<Node> list, Cuts cuts, List<Block> around) {
		int segments = cuts.count - 1;
		int[] sizes = new int[segments];
		int[] lowest = new int[segments];
		int locals = this.body.localCount();
		long[][] touched = new long[segments][];
		long[][] written = new long[segments][];
		long[][] exits = new long[segments][];
		for (int segment = 0; segment < segments; segment++) {
			touched[segment] = Bits.none(locals);
			written[segment] = Bits.none(locals);
			exits[segment] = Bits.none(this.body.nesting + 1);
			int height = cuts.heights[segment];
			int low = height;
			for (int i = cuts.positions[segment]; i < cuts.positions[segment + 1]; i++) {
				Node node = list.get(i);
				sizes[segment] += node.size;
				low = (node instanceof Exit) ? -1 : Math.min(low, height - node.pops);
				height += node.pushes - node.pops;
				Survey.add(node, touched[segment], written[segment], exits[segment]);
				this.budget.spend((node instanceof Block) ? touched[segment].length : 1);
			}
			lowest[segment] = low;
		}
		Scan scan = new Scan(list, cuts, around, locals, this.body.nesting + 1);
		for (int start = 0; start < segments; start++) {
			scan.begin(start);
			double next = this.settings.leastRegion(this.limit);
			for (int end = start; end < segments; end++) {
				scan.add(sizes[end], lowest[end], touched[end], written[end], exits[end]);
				this.budget.spend(touched[end].length);
				if (scan.size > this.limit || scan.size > this.total * 7L / 10 || scan.low < cuts.heights[start]) {
					break;
				}
				boolean whole = end == segments - 1;
				boolean more = !whole && scan.size + sizes[end + 1] <= this.limit;
				if (scan.size >= next || scan.size >= this.settings.leastRegion(this.limit) && !more) {
					if (consider(scan, end + 1)) {
						next = scan.size * STEP;
					}
				}
			}
		}
	}

	private boolean consider(Scan scan, int end) {
		Cuts cuts = scan.cuts;
		int from = cuts.positions[scan.start];
		int to = cuts.positions[end];
		boolean falls = !scan.list.get(to - 1).ends();
		if (falls ? cuts.heights[end] != cuts.heights[scan.start] : to != scan.list.size()) {
			// What stands behind an end that is never reached belongs to it
			return false;
		}
		this.budget.spend(6L * scan.touched.length);
		if (Bits.overlap(scan.written, cuts.pinned)) {
			return false;
		}
		Block owner = scan.around.get(scan.around.size() - 1);
		long[] parameters = scan.touched.clone();
		long[] before = cuts.live[scan.start];
		for (int i = 0; i < parameters.length; i++) {
			parameters[i] &= before[i];
		}
		int parameterCount = Bits.count(parameters);
		if (parameterCount > MAX_PARAMETERS) {
			return false;
		}
		long[] outs = Bits.none(this.body.localCount());
		int exits = 0;
		boolean turns = false;
		boolean endsBlock = to == scan.list.size() && owner.code != Op.LOOP;
		if (falls) {
			exits++;
			Bits.addAll(outs, cuts.live[end]);
		}
		for (int depth = Bits.next(scan.exits, 0); depth >= 0; depth = Bits.next(scan.exits, depth + 1)) {
			Block target = scan.around.get(depth);
			if (target == owner && from == 0 && owner.code == Op.LOOP) {
				turns = true;
				continue;
			}
			if (target.operands().length > 0) {
				return false;
			}
			if (target != owner || !falls || !endsBlock) {
				exits++;
			}
			this.budget.spend(outs.length);
			Bits.addAll(outs, target.live);
		}
		if (exits > this.mostExits) {
			return false;
		}
		int words = outs.length;
		for (int i = 0; i < words; i++) {
			outs[i] &= scan.written[i];
		}
		int outCount = Bits.count(outs);
		if (outCount > MAX_OUTS) {
			return false;
		}
		int ints = 0;
		for (int local = Bits.next(outs, 0); local >= 0; local = Bits.next(outs, local + 1)) {
			byte type = this.body.typeOf(local);
			if (Types.isReference(type)) {
				return false;
			}
			ints += (type == Types.I32) ? 1 : 0;
		}
		int packed;
		if (exits > 1) {
			packed = Math.min(ints, 1);
		}
		else {
			packed = (outCount == 0) ? 0 : (ints >= 2) ? 2 : 1;
		}
		int registers = outCount - packed;
		int dispatch = (exits < 2) ? 3 : (exits == 2) ? 7 : 18 + 4 * exits;
		int call = 9 + 2 * parameterCount + 12 * registers + 8 * packed + dispatch;
		int part = scan.size + 12 * registers + 10 + 9 * ((exits > 1) ? exits : 0);
		int saved = scan.size - call;
		if (saved < this.settings.leastSaved(this.limit) || saved * 100L < scan.size * 55L || part > this.limit) {
			return false;
		}
		double frequency = scan.list.get(from).frequency;
		if (turns) {
			frequency /= 3;
		}
		double cost = 8 + parameterCount + 5.0 * registers + 2 * packed + ((exits > 1) ? 3 : 0);
		this.found.add(new Region(scan.list, owner, from, to, cuts.numbers[scan.start], cuts.numbers[end], parameters,
				outs, saved, saved / (frequency * cost)));
		return true;
	}

	private List<Region> choose() {
		this.found.sort(Comparator.comparingDouble(Region::score)
			.reversed()
			.thenComparingInt(Region::first)
			.thenComparingInt(Region::last));
		TreeMap<Integer, Region> chosen = new TreeMap<>();
		int size = this.total;
		for (Region region : this.found) {
			if (size <= this.limit) {
				break;
			}
			Map.Entry<Integer, Region> before = chosen.lowerEntry(region.last());
			if (before != null && before.getValue().last() > region.first()) {
				continue;
			}
			chosen.put(region.first(), region);
			size -= region.saved();
		}
		return new ArrayList<>(chosen.values());
	}

	/**
	 * Regions that begin at one place and grow.
	 */
	private static final class Scan {

		private final List<Node> list;

		private final Cuts cuts;

		private final List<Block> around;

		private final long[] touched;

		private final long[] written;

		private final long[] exits;

		private int start;

		private int size;

		private int low;

		Scan(List<Node> list, Cuts cuts, List<Block> around, int locals, int depths) {
			this.list = list;
			this.cuts = cuts;
			this.around = around;
			this.touched = Bits.none(locals);
			this.written = Bits.none(locals);
			this.exits = Bits.none(depths);
		}

		void begin(int start) {
			this.start = start;
			this.size = 0;
			this.low = Integer.MAX_VALUE;
			Arrays.fill(this.touched, 0);
			Arrays.fill(this.written, 0);
			Arrays.fill(this.exits, 0);
		}

		void add(int size, int low, long[] touched, long[] written, long[] exits) {
			this.size += size;
			this.low = Math.min(this.low, low);
			Bits.addAll(this.touched, touched);
			Bits.addAll(this.written, written);
			Bits.addAll(this.exits, exits);
		}

	}

}
