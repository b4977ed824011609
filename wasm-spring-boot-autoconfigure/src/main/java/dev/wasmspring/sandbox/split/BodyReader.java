package dev.wasmspring.sandbox.split;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Reads the body of one function as a tree. Confined to one thread; lives for one
 * function.
 * <p>
 * It checks the types of everything, code that is never reached included, as the
 * specification's appendix <i>Validation Algorithm</i> does, since such code is left out
 * of the tree: what is not valid must not become valid.
 */
final class BodyReader {

	private final Declarations declarations;

	private final Cursor cursor;

	private final byte[] parameters;

	private final byte[] results;

	private byte[] locals;

	private byte[] stack = new byte[64];

	private int height;

	private Frame frame;

	private int nesting;

	private int nodes;

	private final int maxNodes;

	private boolean closed;

	BodyReader(Declarations declarations, byte[] module, int defined, int maxNodes) {
		this.declarations = declarations;
		this.cursor = new Cursor(module, declarations.bodies[defined], declarations.bodyEnds[defined]);
		Signature type = declarations.type(declarations.functions[declarations.importedFunctions + defined]);
		this.parameters = type.parameters();
		this.results = type.results();
		this.locals = this.parameters;
		this.maxNodes = maxNodes;
		Block root = new Block(Op.BLOCK);
		root.results = this.results;
		this.frame = new Frame(root, null, 0);
	}

	/**
	 * Reads the function.
	 * @throws NotUnderstood if it has something that cannot be split, or is not valid
	 */
	Body read() {
		readLocals();
		Block root = this.frame.block;
		while (!this.closed) {
			instruction();
		}
		if (this.cursor.hasMore()) {
			throw invalid();
		}
		Body body = new Body(this.parameters, this.results, this.locals, root);
		body.nesting = this.nesting;
		body.nodes = this.nodes;
		return body;
	}

	private void readLocals() {
		int count = this.parameters.length;
		byte[] all = Arrays.copyOf(this.parameters, Math.max(16, count));
		for (int groups = this.cursor.count(); groups > 0; groups--) {
			int size = this.cursor.count();
			byte type = Types.read(this.cursor);
			if (size > 50_000 - count) {
				throw new NotUnderstood("it has too many locals");
			}
			if (count + size > all.length) {
				all = Arrays.copyOf(all, Math.max(2 * all.length, count + size));
			}
			Arrays.fill(all, count, count + size, type);
			count += size;
		}
		this.locals = Arrays.copyOf(all, count);
	}

	private void instruction() {
		int start = this.cursor.position();
		int code = this.cursor.next();
		if (++this.nodes > this.maxNodes) {
			throw new NotUnderstood("it has too many instructions");
		}
		switch (code) {
			case Op.BLOCK, Op.LOOP, Op.IF, Op.TRY_TABLE -> open(code);
			case Op.ELSE -> otherwise();
			case Op.END -> end();
			case Op.BR -> {
				Block target = label();
				requireKeptApart(target);
				pop(target.operands());
				addJump(new Jump(code, target));
				unreachable();
			}
			case Op.BR_IF -> {
				pop(Types.I32);
				Block target = label();
				requireKeptApart(target);
				pop(target.operands());
				push(target.operands());
				addJump(new Jump(code, target));
			}
			case Op.BR_TABLE -> table();
			case Op.RETURN -> {
				Block root = root();
				pop(root.results);
				addJump(new Jump(code, root));
				unreachable();
			}
			case Op.CALL, Op.RETURN_CALL -> {
				int callee = index(this.declarations.functions.length);
				call(code, start, callee, 0, this.declarations.type(this.declarations.functions[callee]));
			}
			case Op.CALL_INDIRECT, Op.RETURN_CALL_INDIRECT -> {
				int type = index(this.declarations.types.size());
				int table = index(this.declarations.tables.length);
				if (this.declarations.tables[table] != Types.FUNCTION) {
					throw new NotUnderstood("it calls through a table that is not understood");
				}
				pop(Types.I32);
				call(code, start, type, table, this.declarations.type(type));
			}
			case Op.UNREACHABLE -> {
				add(plain(code, start, 0, 0), 0, 0);
				unreachable();
			}
			case Op.THROW -> {
				int tag = index(this.declarations.tags.length);
				byte[] taken = this.declarations.type(this.declarations.tags[tag]).parameters();
				requireKeptApart(taken);
				pop(taken);
				add(plain(code, start, tag, 0), taken.length, 0);
				unreachable();
			}
			case Op.THROW_REF -> {
				pop(Types.EXCEPTION);
				add(plain(code, start, 0, 0), 1, 0);
				unreachable();
			}
			case Op.DROP -> {
				popAny();
				add(plain(code, start, 0, 0), 1, 0);
			}
			case Op.SELECT -> {
				pop(Types.I32);
				byte one = popAny();
				byte other = popAny();
				byte type = (one == Types.ANY) ? other : one;
				if (one != other && one != Types.ANY && other != Types.ANY || Types.isReference(type)) {
					throw invalid();
				}
				select(start, code, type);
			}
			case Op.SELECT_TYPED -> {
				if (this.cursor.count() != 1) {
					throw invalid();
				}
				byte type = Types.read(this.cursor);
				pop(Types.I32);
				pop(type);
				pop(type);
				select(start, code, type);
			}
			case Op.LOCAL_GET, Op.LOCAL_SET, Op.LOCAL_TEE -> local(code);
			case Op.GLOBAL_GET, Op.GLOBAL_SET -> global(code, start);
			case Op.TABLE_GET -> {
				byte type = table(index(this.declarations.tables.length));
				pop(Types.I32);
				push(type);
				add(plain(code, start, 0, 0), 1, 1);
			}
			case Op.TABLE_SET -> {
				byte type = table(index(this.declarations.tables.length));
				pop(type);
				pop(Types.I32);
				add(plain(code, start, 0, 0), 2, 0);
			}
			case Op.REF_NULL -> {
				push(Types.read(this.cursor));
				add(plain(code, start, 0, 0), 0, 1);
			}
			case Op.REF_IS_NULL -> {
				byte type = popAny();
				if (type != Types.ANY && !Types.isReference(type)) {
					throw invalid();
				}
				push(Types.I32);
				add(plain(code, start, 0, 0), 1, 1);
			}
			case Op.REF_FUNC -> {
				int function = index(this.declarations.functions.length);
				push(Types.FUNCTION);
				add(plain(code, start, function, 0), 0, 1);
			}
			case 0xfc, 0xfe -> {
				long second = this.cursor.unsigned();
				if (second > 0xff) {
					throw notSupported();
				}
				int prefixed = (int) second + ((code == 0xfc) ? Op.MISCELLANEOUS : Op.ATOMIC);
				if (prefixed == Op.TABLE_GROW || prefixed == Op.TABLE_FILL) {
					changeTable(prefixed, start);
				}
				else {
					simple(prefixed, start);
				}
			}
			default -> simple(code, start);
		}
	}

	/** Branches to the function itself take nothing along when they are written. */
	private void requireKeptApart(Block target) {
		if (target != root()) {
			requireKeptApart(target.operands());
		}
	}

	/**
	 * The engine keeps what lies below a {@code try_table} in places of the frame that
	 * begin two behind those in which a throw or a branch holds what it takes along.
	 */
	private void requireKeptApart(byte[] taken) {
		if (!this.frame.kept) {
			return;
		}
		int places = 0;
		for (byte type : taken) {
			places += Types.slots(type);
		}
		if (places > 2) {
			throw new NotUnderstood("it takes values along in a try_table that the engine does not keep apart"
					+ " from those below it");
		}
	}

	private void simple(int code, int start) {
		String immediates = Op.immediates(code);
		String signature = Op.signature(code);
		if (immediates == null || signature == null) {
			throw notSupported();
		}
		long number = 0;
		int second = 0;
		for (int i = 0; i < immediates.length(); i++) {
			switch (immediates.charAt(i)) {
				case 'u' -> {
					if (i == 0) {
						number = this.cursor.unsigned();
					}
					else {
						second = this.cursor.count();
					}
				}
				case 's' -> number = this.cursor.signed();
				case 'm' -> {
					if (this.cursor.unsigned() >= 0x40) {
						second = this.cursor.count();
					}
					number = this.cursor.unsigned();
				}
				default -> this.cursor.skip(immediates.charAt(i) - '0');
			}
		}
		int comma = signature.indexOf(',');
		for (int i = comma - 1; i >= 0; i--) {
			pop(Types.ofLetter(signature.charAt(i)));
		}
		for (int i = comma + 1; i < signature.length(); i++) {
			push(Types.ofLetter(signature.charAt(i)));
		}
		if (code != Op.NOP) {
			add(plain(code, start, number, second), comma, signature.length() - comma - 1);
		}
	}

	private void changeTable(int code, int start) {
		int table = index(this.declarations.tables.length);
		pop(Types.I32);
		pop(table(table));
		if (code == Op.TABLE_FILL) {
			pop(Types.I32);
			add(plain(code, start, table, 0), 3, 0);
		}
		else {
			push(Types.I32);
			add(plain(code, start, table, 0), 2, 1);
		}
	}

	private byte table(int index) {
		byte type = this.declarations.tables[index];
		if (!Types.isReference(type)) {
			throw new NotUnderstood("it uses a table that is not understood");
		}
		return type;
	}

	private void call(int code, int start, int number, int second, Signature type) {
		pop(type.parameters());
		int pops = type.parameters().length + ((code == Op.CALL || code == Op.RETURN_CALL) ? 0 : 1);
		if (code == Op.CALL || code == Op.CALL_INDIRECT) {
			push(type.results());
			add(plain(code, start, number, second), pops, type.results().length);
			return;
		}
		if (!Arrays.equals(type.results(), this.results)) {
			throw invalid();
		}
		if (this.frame.tried) {
			// As a call and a return, it would be caught there
			throw new NotUnderstood("it has a tail call in a try_table");
		}
		add(plain(code, start, number, second), pops, 0);
		root().targeted = true;
		unreachable();
	}

	private void select(int start, int code, byte type) {
		push(type);
		Plain select = new Plain(code, 0, 0, this.cursor.bytes(), start, this.cursor.position());
		select.cost = Costs.select(type);
		add(select, 3, 1);
	}

	private void local(int code) {
		int index = index(this.locals.length);
		byte type = this.locals[index];
		switch (code) {
			case Op.LOCAL_GET -> push(type);
			case Op.LOCAL_SET -> pop(type);
			default -> {
				pop(type);
				push(type);
			}
		}
		if (!this.frame.dead) {
			this.frame.list.add(new Local(code, index));
		}
	}

	private void global(int code, int start) {
		int index = index(this.declarations.globals.length);
		byte type = this.declarations.globals[index];
		if (!Types.isKnown(type)) {
			throw new NotUnderstood("it uses a global that is not understood");
		}
		if (code == Op.GLOBAL_GET) {
			push(type);
			add(plain(code, start, index, 0), 0, 1);
		}
		else {
			pop(type);
			add(plain(code, start, index, 0), 1, 0);
		}
	}

	private void open(int code) {
		Block block = new Block(code);
		block.type = this.cursor.signed();
		if (block.type >= 0) {
			Signature type = this.declarations.type((int) Math.min(block.type, Integer.MAX_VALUE));
			block.parameters = type.parameters();
			block.results = type.results();
		}
		else if (block.type != Block.EMPTY) {
			byte type = (byte) (block.type & 0x7f);
			if (block.type < Block.EMPTY || !Types.isKnown(type)) {
				throw new NotUnderstood("it has a block of a type that is not understood");
			}
			block.results = new byte[] { type };
		}
		if (code == Op.IF) {
			pop(Types.I32);
		}
		pop(block.parameters);
		if (code == Op.TRY_TABLE) {
			block.catches = catches();
		}
		block.pops = block.parameters.length + ((code == Op.IF) ? 1 : 0);
		block.pushes = block.results.length;
		block.falls = false;
		this.frame = new Frame(block, this.frame, this.height);
		this.nesting = Math.max(this.nesting, this.frame.depth);
		push(block.parameters);
	}

	private List<Block.Catch> catches() {
		List<Block.Catch> catches = new ArrayList<>();
		for (int count = this.cursor.count(); count > 0; count--) {
			int kind = this.cursor.next();
			if (kind > 3) {
				throw notSupported();
			}
			byte[] given = {};
			int tag = 0;
			if (kind < 2) {
				tag = index(this.declarations.tags.length);
				given = this.declarations.type(this.declarations.tags[tag]).parameters();
			}
			if (kind == 1 || kind == 3) {
				given = Arrays.copyOf(given, given.length + 1);
				given[given.length - 1] = Types.EXCEPTION;
			}
			Block target = label();
			if (!Arrays.equals(given, target.operands())) {
				throw invalid();
			}
			if (!this.frame.dead) {
				target.targeted = true;
			}
			catches.add(new Block.Catch(kind, tag, target));
		}
		return catches;
	}

	private void otherwise() {
		Block block = this.frame.block;
		if (block.code != Op.IF || block.otherwise != null) {
			throw invalid();
		}
		close(block);
		block.otherwise = new ArrayList<>();
		this.frame.list = block.otherwise;
		this.frame.polymorphic = false;
		this.frame.dead = this.frame.born;
		push(block.parameters);
	}

	private void end() {
		Block block = this.frame.block;
		close(block);
		if (block.code == Op.IF && block.otherwise == null) {
			if (!Arrays.equals(block.parameters, block.results)) {
				throw invalid();
			}
			block.falls = true;
		}
		if (block.code != Op.LOOP && block.targeted) {
			block.falls = true;
		}
		Frame outer = this.frame.outer;
		if (outer == null) {
			this.closed = true;
			return;
		}
		this.frame = outer;
		push(block.results);
		if (!outer.dead) {
			outer.list.add(block);
			if (!block.falls) {
				// What follows is checked, as ever, but never reached. Operands that are
				// there, or missing, must not be missed
				if (this.height != outer.floor || outer.block.results.length > 0) {
					add(Plain.of(Op.UNREACHABLE, 0, 0, 4), 0, 0);
				}
				outer.dead = true;
			}
		}
	}

	/** Ends the current list of a block. */
	private void close(Block block) {
		pop(block.results);
		if (this.height != this.frame.floor) {
			throw invalid();
		}
		if (!this.frame.dead) {
			block.falls = true;
		}
	}

	private void table() {
		pop(Types.I32);
		int count = this.cursor.count();
		if (count > this.cursor.end() - this.cursor.position()) {
			throw invalid();
		}
		Block[] targets = new Block[count + 1];
		for (int i = 0; i <= count; i++) {
			targets[i] = label();
			requireKeptApart(targets[i]);
		}
		byte[] taken = targets[count].operands();
		Block checked = targets[count];
		for (Block target : targets) {
			if (target != checked && !Arrays.equals(target.operands(), taken)) {
				throw invalid();
			}
		}
		pop(taken);
		this.nodes += count;
		addJump(new Jump(Op.BR_TABLE, targets));
		unreachable();
	}

	private Block label() {
		int depth = this.cursor.count();
		Frame target = this.frame;
		if (depth > target.depth) {
			throw invalid();
		}
		// The frames know their outer ones in powers of two
		while (depth > 0) {
			Frame jump = target.far;
			if (jump != null && target.depth - jump.depth <= depth) {
				depth -= target.depth - jump.depth;
				target = jump;
			}
			else {
				depth--;
				target = outer(target);
			}
		}
		return target.block;
	}

	private static Frame outer(Frame frame) {
		if (frame.outer == null) {
			throw invalid();
		}
		return frame.outer;
	}

	private Block root() {
		Frame frame = this.frame;
		while (frame.outer != null) {
			frame = (frame.far != null) ? frame.far : frame.outer;
		}
		return frame.block;
	}

	private void addJump(Jump jump) {
		if (!this.frame.dead) {
			for (Block target : jump.targets) {
				target.targeted = true;
			}
			this.frame.list.add(jump);
		}
	}

	private void add(Plain plain, int pops, int pushes) {
		if (!this.frame.dead) {
			plain.pops = pops;
			plain.pushes = pushes;
			if (pushes == 1) {
				plain.pushed = this.stack[this.height - 1];
			}
			if (plain.cost == 0) {
				Costs.set(plain, this.declarations);
			}
			this.frame.list.add(plain);
		}
	}

	private Plain plain(int code, int start, long number, int second) {
		return new Plain(code, number, second, this.cursor.bytes(), start, this.cursor.position());
	}

	private void unreachable() {
		this.height = this.frame.floor;
		this.frame.polymorphic = true;
		this.frame.dead = true;
	}

	private int index(int count) {
		int index = this.cursor.count();
		if (index >= count) {
			throw invalid();
		}
		return index;
	}

	private void push(byte type) {
		if (this.height == this.stack.length) {
			this.stack = Arrays.copyOf(this.stack, 2 * this.height);
		}
		this.stack[this.height++] = type;
	}

	private void push(byte[] types) {
		for (byte type : types) {
			push(type);
		}
	}

	private void pop(byte type) {
		byte popped = popAny();
		if (popped != type && popped != Types.ANY) {
			throw invalid();
		}
	}

	private void pop(byte[] types) {
		for (int i = types.length - 1; i >= 0; i--) {
			pop(types[i]);
		}
	}

	private byte popAny() {
		if (this.height == this.frame.floor) {
			if (this.frame.polymorphic) {
				return Types.ANY;
			}
			throw invalid();
		}
		return this.stack[--this.height];
	}

	private static NotUnderstood invalid() {
		return new NotUnderstood("its types do not fit");
	}

	private static NotUnderstood notSupported() {
		return new NotUnderstood("it has instructions that are not understood");
	}

	/**
	 * A block that is open.
	 */
	private static final class Frame {

		private final Block block;

		private final @Nullable Frame outer;

		/** A frame further out, so that labels far away are found fast. */
		private final @Nullable Frame far;

		private final int depth;

		/** How many operands lie below it. */
		private final int floor;

		/** Whether it is in a {@code try_table}, or is one. */
		private final boolean tried;

		/** Whether it is in one that operands lie below. */
		private final boolean kept;

		/** Whether it was never reached. */
		private final boolean born;

		private List<Node> list;

		/** Whether any operand may be taken. */
		private boolean polymorphic;

		/** Whether what follows is never reached. */
		private boolean dead;

		Frame(Block block, @Nullable Frame outer, int floor) {
			this.block = block;
			this.outer = outer;
			this.floor = floor;
			this.depth = (outer != null) ? outer.depth + 1 : 0;
			boolean tries = block.code == Op.TRY_TABLE;
			this.tried = tries || outer != null && outer.tried;
			this.kept = tries && floor > 0 || outer != null && outer.kept;
			this.born = outer != null && outer.dead;
			this.dead = this.born;
			this.list = block.body;
			Frame far = (outer != null) ? outer.far : null;
			Frame farther = (far != null) ? far.far : null;
			// A skip list: either two jumps of the same length become one, or none does
			this.far = (outer != null && far != null && farther != null
					&& outer.depth - far.depth == far.depth - farther.depth) ? farther : outer;
		}

	}

}
