package dev.wasmspring.sandbox.split;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Splits the functions of a module that would become methods too large for HotSpot's
 * compilers. Confined to one thread; lives for one module.
 * <p>
 * The same module and settings always give the same bytes. Whatever is not understood, or
 * goes wrong, leaves a function as it is.
 */
public final class FunctionSplitter {

	/**
	 * Changes whenever the same module would be split otherwise.
	 */
	public static final int VERSION = 4;

	/** Real code becomes two bytes of bytecode for each byte. */
	private static final int MAX_BYTECODE_PER_BYTE = 8;

	private static final int MAX_NODES = 400_000;

	private static final int MAX_NESTING = 5_000;

	private static final int MAX_ROUNDS = 400;

	/** About 10 ns each. */
	private static final long STEPS_PER_BYTE = 2_000;

	private static final long LEAST_STEPS = 20_000_000;

	/**
	 * A part that has more ways out has most of a switch in it, and parts of such parts
	 * make stacks of frames.
	 */
	private static final int FEW_EXITS = 8;

	/** From so many targets on a table is a large switch. */
	private static final int LARGE_SWITCH = 8;

	/** Room for deeply nested blocks, which are gone through by recursion. */
	private static final long STACK_SIZE = 64L << 20;

	private final byte[] module;

	/** Those of the function that is split now. */
	private SplitSettings settings;

	private final List<SplitReport.Split> split = new ArrayList<>();

	private final List<SplitReport.Whole> whole = new ArrayList<>();

	private final List<Integer> parents = new ArrayList<>();

	private FunctionSplitter(byte[] module, SplitSettings settings) {
		this.module = module;
		this.settings = settings;
	}

	/**
	 * Splits a module.
	 * @param module the module, which need not be valid
	 * @param settings how large functions may be
	 * @return what came out; nothing is thrown
	 */
	public static SplitModule split(byte[] module, SplitSettings settings) {
		return new FunctionSplitter(module, settings).split();
	}

	private SplitModule split() {
		try {
			Declarations declarations = new Declarations(this.module);
			for (int i = 0; i < declarations.bodies.length; i++) {
				if (mayBeLarge(declarations, i)) {
					return onLargeStack(declarations);
				}
			}
			return SplitModule.unchanged(this.module);
		}
		catch (NotUnderstood ex) {
			return SplitModule.unchanged(this.module, ex.reason());
		}
		catch (RuntimeException ex) {
			return SplitModule.unchanged(this.module, "splitting failed: " + ex);
		}
	}

	private boolean mayBeLarge(Declarations declarations, int defined) {
		int length = declarations.bodyEnds[defined] - declarations.bodies[defined];
		return (long) length * MAX_BYTECODE_PER_BYTE > this.settings.limit();
	}

	private SplitModule onLargeStack(Declarations declarations) {
		SplitModule[] result = new SplitModule[1];
		Throwable[] thrown = new Throwable[1];
		Thread thread = new Thread(null, () -> {
			try {
				result[0] = splitAll(declarations);
			}
			catch (Throwable ex) {
				thrown[0] = ex;
			}
		}, "wasm-split", STACK_SIZE);
		thread.setDaemon(true);
		thread.start();
		boolean interrupted = false;
		while (true) {
			try {
				thread.join();
				break;
			}
			catch (InterruptedException ex) {
				interrupted = true;
			}
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
		SplitModule split = result[0];
		if (split != null) {
			return split;
		}
		return SplitModule.unchanged(this.module, "splitting failed: " + thrown[0]);
	}

	private SplitModule splitAll(Declarations declarations) {
		ModuleWriter writer = new ModuleWriter(this.module, declarations);
		Registers registers = new Registers(writer);
		SplitSettings wanted = this.settings;
		for (int i = 0; i < declarations.bodies.length; i++) {
			if (mayBeLarge(declarations, i)) {
				int function = declarations.importedFunctions + i;
				String reason = attempt(declarations, i, writer, registers);
				if (reason != null && wanted.limit() < SplitSettings.DEFAULTS.limit()) {
					// What cannot be cut as small as tests want it may still be too large
					this.settings = SplitSettings.DEFAULTS;
					reason = (attempt(declarations, i, writer, registers) != null) ? reason : null;
					this.settings = wanted;
				}
				if (reason != null) {
					keepWhole(declarations, i, reason);
				}
				while (this.parents.size() < writer.functions() - declarations.functions.length) {
					this.parents.add(function);
				}
			}
		}
		if (this.split.isEmpty()) {
			return new SplitModule(this.module, SplitReport.nothing(this.whole));
		}
		byte[] binary = writer.write();
		String defect = check(declarations, binary);
		if (defect != null) {
			return SplitModule.unchanged(this.module, "splitting failed: " + defect);
		}
		return new SplitModule(binary,
				new SplitReport(this.parents, declarations.functions.length, this.split, this.whole));
	}

	/**
	 * Splits a function, if it is too large.
	 * @return why it stays as it is, if it does and should not
	 */
	private @Nullable String attempt(Declarations declarations, int defined, ModuleWriter writer, Registers registers) {
		int before = writer.functions();
		try {
			split(declarations, defined, writer, registers);
			return null;
		}
		catch (NotUnderstood ex) {
			writer.forget(before);
			return ex.reason();
		}
		catch (RuntimeException | StackOverflowError ex) {
			writer.forget(before);
			return "splitting it failed: " + ex;
		}
	}

	private void keepWhole(Declarations declarations, int defined, String reason) {
		int length = declarations.bodyEnds[defined] - declarations.bodies[defined];
		// What is not understood has no estimate; most code becomes twice as long
		if (2 * length > this.settings.limit()) {
			this.whole.add(new SplitReport.Whole(declarations.importedFunctions + defined, length, reason));
		}
	}

	private void split(Declarations declarations, int defined, ModuleWriter writer, Registers registers) {
		int function = declarations.importedFunctions + defined;
		int length = declarations.bodyEnds[defined] - declarations.bodies[defined];
		Body body = new BodyReader(declarations, this.module, defined, MAX_NODES).read();
		if (body.nesting > MAX_NESTING) {
			throw new NotUnderstood("its blocks are nested too deeply");
		}
		int size = Sizes.of(body, declarations);
		if (size <= this.settings.limit()) {
			return;
		}
		int before = writer.functions();
		Result result = cut(declarations, defined, body, FEW_EXITS, writer, registers);
		if (result.largest() > this.settings.limit()) {
			// Where handlers are in the way, fewer but larger parts come further
			writer.forget(before);
			body = new BodyReader(declarations, this.module, defined, MAX_NODES).read();
			result = cut(declarations, defined, body, Integer.MAX_VALUE, writer, registers);
		}
		// Only now, since a part may still have been too much
		writer.replace(defined, result.body());
		this.split.add(new SplitReport.Split(function, size, writer.functions() - before, result.largest()));
	}

	/**
	 * Cuts a function, and the parts that are still too large.
	 */
	private Result cut(Declarations declarations, int defined, Body body, int fewExits, ModuleWriter writer,
			Registers registers) {
		int function = declarations.importedFunctions + defined;
		int length = declarations.bodyEnds[defined] - declarations.bodies[defined];
		Normalizer.normalize(body, declarations, writer::type);
		int limit = Math.min(this.settings.limit(),
				hasLargeSwitch(body.root.body) ? this.settings.switchPart() : this.settings.part());
		Budget budget = new Budget(LEAST_STEPS + STEPS_PER_BYTE * length);
		int before = writer.functions();
		Deque<Extraction.Part> pending = new ArrayDeque<>();
		pending.add(new Extraction.Part(function, body));
		int largest = 0;
		Bytes own = new Bytes();
		while (!pending.isEmpty()) {
			Extraction.Part next = pending.remove();
			largest = Math.max(largest,
					shrink(next.body(), limit, fewExits, declarations, writer, registers, budget, pending));
			Bytes written = BodyWriter.write(next.body());
			if (next.function() == function) {
				if (writer.functions() == before) {
					throw new NotUnderstood("it has nothing that can be cut out");
				}
				own = written;
			}
			else {
				writer.setBody(next.function(), written);
			}
		}
		return new Result(own, largest);
	}

	/**
	 * Cuts parts out of a function until it is small enough.
	 * @param fewExits how many ways out a part may have, unless there is nothing else
	 * @return what its size is then
	 */
	private int shrink(Body body, int limit, int fewExits, Declarations declarations, ModuleWriter writer,
			Registers registers, Budget budget, Deque<Extraction.Part> parts) {
		int size = Sizes.of(body, declarations);
		int reach = limit;
		int exits = fewExits;
		boolean stuck = false;
		boolean spilled = false;
		int formed = Integer.MAX_VALUE;
		for (int round = 0; size > reach && round < MAX_ROUNDS; round++) {
			budget.spend(body.nodes);
			Survey.of(body, this.settings.leastRegion(reach), budget);
			Frequencies.guess(body);
			Liveness.find(body, budget);
			List<Region> regions = stuck ? List.of() : Regions.find(body, this.settings, reach, size, exits, budget);
			if (regions.isEmpty()) {
				if (size < formed && Rings.form(body, reach, budget)) {
					// Once more only if it was of use
					formed = size;
				}
				else if (exits < Integer.MAX_VALUE) {
					exits = Integer.MAX_VALUE;
				}
				else if (!spilled && Spills.make(body, reach)) {
					spilled = true;
				}
				else if (reach == this.settings.limit()) {
					break;
				}
				else {
					// Larger parts than would be best are better than none
					reach = this.settings.limit();
				}
			}
			for (int i = regions.size() - 1; i >= 0; i--) {
				parts.add(Extraction.extract(body, regions.get(i), writer, registers));
			}
			int before = size;
			size = Sizes.of(body, declarations);
			stuck = !regions.isEmpty() && size >= before;
		}
		return size;
	}

	private static boolean hasLargeSwitch(@Nullable List<Node> list) {
		if (list == null) {
			return false;
		}
		for (Node node : list) {
			if (node instanceof Jump jump && jump.targets.length > LARGE_SWITCH) {
				return true;
			}
			if (node instanceof Block block && (hasLargeSwitch(block.body) || hasLargeSwitch(block.otherwise))) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Reads what was written once more.
	 * @return what is wrong with it, or {@code null}
	 */
	private @Nullable String check(Declarations before, byte[] binary) {
		try {
			Declarations after = new Declarations(binary);
			for (SplitReport.Split function : this.split) {
				new BodyReader(after, binary, function.function() - after.importedFunctions, Integer.MAX_VALUE).read();
			}
			for (int i = before.bodies.length; i < after.bodies.length; i++) {
				new BodyReader(after, binary, i, Integer.MAX_VALUE).read();
			}
			return null;
		}
		catch (NotUnderstood ex) {
			return ex.reason();
		}
	}

	/**
	 * What is left of a function.
	 *
	 * @param body as it is written
	 * @param largest the size of it or of its largest part
	 */
	private record Result(Bytes body, int largest) {

	}

}
