package dev.wasmspring.sandbox.split;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Writes a valid module of random functions with all that steers a function's flow. Each
 * seed gives one module. Confined to one thread; lives for one module.
 * <p>
 * Every loop and every call takes from a global, and traps when nothing is left, so that
 * all functions end.
 */
final class RandomModule {

	/** The index of the global that holds how many turns and calls are left. */
	static final int FUEL = 0;

	private static final byte[] NUMBERS = { Types.I32, Types.I64, Types.F32, Types.F64 };

	private static final int GLOBALS = 8;

	/** Functions that are smaller have long stretches without branches instead. */
	static final int LEAST_SIZE = 20;

	private final Random random;

	private final int size;

	private final List<Signature> types = new ArrayList<>();

	private final List<Signature> functions = new ArrayList<>();

	private final List<Signature> tags = new ArrayList<>();

	/** How many functions the table has. */
	private final int tableSize = 12;

	// The function that is being written

	private Bytes code = new Bytes();

	private Signature type = new Signature(new byte[0], new byte[0]);

	private byte[] locals = {};

	/** The operands of the open labels, innermost last. */
	private final List<byte[]> labels = new ArrayList<>();

	private int left;

	RandomModule(long seed, int size) {
		this.random = new Random(seed);
		this.size = size;
	}

	List<Signature> functions() {
		return this.functions;
	}

	byte[] write() {
		int count = 2 + this.random.nextInt(4);
		for (int i = 0; i < count; i++) {
			this.functions.add(new Signature(someTypes(4), someTypes(3)));
			typeOf(this.functions.get(i));
		}
		for (int i = 0; i < 3; i++) {
			this.tags.add(new Signature(someTypes(3), new byte[0]));
			typeOf(this.tags.get(i));
		}
		List<Bytes> bodies = new ArrayList<>();
		for (Signature function : this.functions) {
			bodies.add(body(function));
		}
		return module(bodies);
	}

	private byte[] module(List<Bytes> bodies) {
		Bytes module = new Bytes().add(new byte[] { 0, 'a', 's', 'm', 1, 0, 0, 0 }, 0, 8);
		Bytes content = new Bytes().unsigned(this.types.size());
		for (Signature signature : this.types) {
			content.add(0x60).unsigned(signature.parameters().length);
			content.add(signature.parameters(), 0, signature.parameters().length);
			content.unsigned(signature.results().length);
			content.add(signature.results(), 0, signature.results().length);
		}
		module.add(1).addSized(content);
		content = new Bytes().unsigned(this.functions.size());
		for (Signature function : this.functions) {
			content.unsigned(typeOf(function));
		}
		module.add(3).addSized(content);
		module.add(4).addSized(new Bytes().unsigned(1).add(Types.FUNCTION).add(0).unsigned(this.tableSize));
		module.add(5).addSized(new Bytes().unsigned(1).add(0).unsigned(1));
		content = new Bytes().unsigned(this.tags.size());
		for (Signature tag : this.tags) {
			content.add(0).unsigned(typeOf(tag));
		}
		module.add(13).addSized(content);
		content = new Bytes().unsigned(GLOBALS);
		for (int i = 0; i < GLOBALS; i++) {
			content.add(global(i)).add(1);
			constant(global(i), content);
			content.add(Op.END);
		}
		module.add(6).addSized(content);
		content = new Bytes().unsigned(this.functions.size());
		for (int i = 0; i < this.functions.size(); i++) {
			content.unsigned(2).add('f').add('0' + i).add(0).unsigned(i);
		}
		module.add(7).addSized(content);
		// The last places of the table stay empty
		int filled = this.tableSize - 2;
		content = new Bytes().unsigned(1).add(0).add(Op.I32_CONST).add(0).add(Op.END).unsigned(filled);
		for (int i = 0; i < filled; i++) {
			content.unsigned(i % this.functions.size());
		}
		module.add(9).addSized(content);
		content = new Bytes().unsigned(bodies.size());
		bodies.forEach(content::addSized);
		module.add(10).addSized(content);
		return module.toArray();
	}

	private static byte global(int index) {
		return (index == FUEL) ? Types.I32 : NUMBERS[index % NUMBERS.length];
	}

	private int typeOf(Signature signature) {
		int index = this.types.indexOf(signature);
		if (index < 0) {
			this.types.add(signature);
			index = this.types.size() - 1;
		}
		return index;
	}

	private byte[] someTypes(int most) {
		byte[] some = new byte[this.random.nextInt(most + 1)];
		for (int i = 0; i < some.length; i++) {
			some[i] = number();
		}
		return some;
	}

	private byte number() {
		// Most programs compute with whole numbers of 32 bits
		return this.random.nextBoolean() ? Types.I32 : NUMBERS[this.random.nextInt(NUMBERS.length)];
	}

	private Bytes body(Signature function) {
		this.code = new Bytes();
		this.type = function;
		// Some functions have many locals of few types, so that parts give many back
		boolean straight = this.size < LEAST_SIZE;
		boolean alike = straight || chance(25);
		int declared = 2 + this.random.nextInt(alike ? 25 : 10);
		byte common = number();
		this.locals = Arrays.copyOf(function.parameters(), function.parameters().length + declared);
		Bytes body = new Bytes().unsigned(declared);
		for (int i = function.parameters().length; i < this.locals.length; i++) {
			this.locals[i] = (alike && chance(80)) ? common : number();
			body.unsigned(1).add(this.locals[i]);
		}
		this.labels.clear();
		this.left = this.size;
		this.labels.add(function.results());
		burn();
		if (alike) {
			straight(common, 10 + this.random.nextInt(straight ? 150 : 60));
		}
		sequence(function.results(), 0);
		// The engine compiles branches to a function's own label wrong where a block ends
		// right before the function
		this.code.add(Op.NOP).add(Op.END);
		return body.add(this.code);
	}

	/**
	 * Writes statements without branches, as unrolled loops have them, on many locals all
	 * of which are used in the end.
	 */
	private void straight(byte type, int count) {
		if (localOf(type) < 0) {
			return;
		}
		int[] operators = switch (type) {
			case Types.I32 -> new int[] { 0x6a, 0x6b, 0x6c, 0x73 };
			case Types.I64 -> new int[] { 0x7c, 0x7d, 0x7e, 0x85 };
			case Types.F32 -> new int[] { 0x92, 0x93, 0x94, 0x92 };
			default -> new int[] { 0xa0, 0xa1, 0xa2, 0xa0 };
		};
		for (int i = 0; i < count; i++) {
			this.code.add(Op.LOCAL_GET).unsigned(localOf(type)).add(Op.LOCAL_GET).unsigned(localOf(type));
			this.code.add(operators[this.random.nextInt(4)]);
			constant(type, this.code);
			this.code.add(operators[0]).add(Op.LOCAL_SET).unsigned(localOf(type));
		}
		constant(type, this.code);
		for (int i = 0; i < this.locals.length; i++) {
			if (this.locals[i] == type) {
				constant(type, this.code);
				this.code.add(operators[2]).add(Op.LOCAL_GET).unsigned(i).add(operators[0]);
			}
		}
		int global = 1;
		while (global(global) != type) {
			global++;
		}
		this.code.add(Op.GLOBAL_SET).unsigned(global);
	}

	/** Takes from the fuel, and traps without. */
	private void burn() {
		this.code.add(Op.GLOBAL_GET).unsigned(FUEL).add(0x45).add(Op.IF).add(0x40).add(Op.UNREACHABLE).add(Op.END);
		this.code.add(Op.GLOBAL_GET).unsigned(FUEL).add(Op.I32_CONST).add(1).add(0x6b);
		this.code.add(Op.GLOBAL_SET).unsigned(FUEL);
	}

	/** Writes instructions, and at last those that leave some values. */
	private void sequence(byte[] results, int depth) {
		int count = 1 + this.random.nextInt(4);
		for (int i = 0; i < count; i++) {
			if (chance(15) && depth > 0) {
				leave(depth);
				if (chance(50)) {
					// What is never reached may take what is not there
					if (chance(30)) {
						this.code.add(Op.DROP);
					}
					break;
				}
				return;
			}
			statement(depth);
		}
		for (byte result : results) {
			value(result, depth + 1);
		}
	}

	private boolean chance(int percent) {
		return this.random.nextInt(100) < percent;
	}

	/** Writes an instruction after which nothing is reached. */
	private void leave(int depth) {
		switch (this.random.nextInt(7)) {
			case 0 -> {
				values(this.type.results(), depth);
				this.code.add(Op.RETURN);
			}
			case 1 -> {
				if (chance(20)) {
					this.code.add(Op.UNREACHABLE);
				}
				else {
					branch(depth);
				}
			}
			case 2 -> throwing(depth);
			case 3 -> table(depth);
			case 4 -> tailCall(depth);
			default -> branch(depth);
		}
	}

	private void branch(int depth) {
		int label = this.random.nextInt(this.labels.size());
		values(operands(label), depth);
		this.code.add(Op.BR).unsigned(label);
	}

	/** Writes a branch under a condition to a block that takes nothing. */
	private void leaveOnCondition(int depth) {
		int label = this.random.nextInt(this.labels.size());
		if (operands(label).length == 0) {
			value(Types.I32, depth + 1);
			this.code.add(Op.BR_IF).unsigned(label);
		}
	}

	private byte[] operands(int label) {
		return this.labels.get(this.labels.size() - 1 - label);
	}

	private void throwing(int depth) {
		int tag = this.random.nextInt(this.tags.size());
		values(this.tags.get(tag).parameters(), depth);
		this.code.add(Op.THROW).unsigned(tag);
	}

	private void tailCall(int depth) {
		for (int i = 0; i < this.functions.size(); i++) {
			Signature callee = this.functions.get(i);
			if (Arrays.equals(callee.results(), this.type.results())) {
				values(callee.parameters(), depth);
				if (chance(50)) {
					this.code.add(Op.RETURN_CALL).unsigned(i);
				}
				else {
					tableIndex(depth);
					this.code.add(Op.RETURN_CALL_INDIRECT).unsigned(typeOf(callee)).unsigned(0);
				}
				return;
			}
		}
		branch(depth);
	}

	private void tableIndex(int depth) {
		value(Types.I32, depth + 2);
		this.code.add(Op.I32_CONST).signed(this.tableSize + (chance(5) ? 1 : 0)).add(0x70);
	}

	private void table(int depth) {
		int label = this.random.nextInt(this.labels.size());
		byte[] operands = operands(label);
		List<Integer> same = new ArrayList<>();
		for (int i = 0; i < this.labels.size(); i++) {
			if (Arrays.equals(operands(i), operands)) {
				same.add(i);
			}
		}
		values(operands, depth);
		selector(depth, 6);
		int count = this.random.nextInt(6);
		this.code.add(Op.BR_TABLE).unsigned(count);
		for (int i = 0; i <= count; i++) {
			this.code.unsigned(same.get(this.random.nextInt(same.size())));
		}
	}

	private void selector(int depth, int count) {
		value(Types.I32, depth + 1);
		this.code.add(Op.I32_CONST).signed(count).add(0x70);
	}

	/** Writes something that leaves the stack as it was. */
	private void statement(int depth) {
		this.left--;
		if (depth > 6 || this.left < 0) {
			assign(depth);
			return;
		}
		switch (this.random.nextInt(20)) {
			case 0, 1 -> block(Op.BLOCK, depth);
			case 2, 3 -> block(Op.LOOP, depth);
			case 4, 5 -> block(Op.IF, depth);
			case 6 -> attempt(depth);
			case 7 -> cases(depth);
			case 8 -> {
				int callee = this.random.nextInt(this.functions.size());
				values(this.functions.get(callee).parameters(), depth);
				this.code.add(Op.CALL).unsigned(callee);
				take(this.functions.get(callee).results());
			}
			case 9 -> {
				Signature callee = this.functions.get(this.random.nextInt(this.functions.size()));
				values(callee.parameters(), depth);
				tableIndex(depth);
				this.code.add(Op.CALL_INDIRECT).unsigned(typeOf(callee)).unsigned(0);
				take(callee.results());
			}
			case 10, 11 -> {
				int label = this.random.nextInt(this.labels.size());
				values(operands(label), depth);
				value(Types.I32, depth + 1);
				this.code.add(Op.BR_IF).unsigned(label);
				take(operands(label));
			}
			case 12 -> {
				int global = 1 + this.random.nextInt(GLOBALS - 1);
				value(global(global), depth + 1);
				this.code.add(Op.GLOBAL_SET).unsigned(global);
			}
			case 13, 14 -> {
				// 0x36 to 0x3e: the address, then the value
				int store = 0x36 + this.random.nextInt(9);
				address(depth);
				value(Types.ofLetter(String.valueOf(Op.signature(store)).charAt(1)), depth + 1);
				this.code.add(store).unsigned(0).unsigned(this.random.nextInt(300));
			}
			case 15 -> chain(depth);
			default -> assign(depth);
		}
	}

	/**
	 * Writes one long expression, as compilers make of ciphers and polynomials: its
	 * operands stay on the stack for long, and most of them are kept in locals as well.
	 */
	private void chain(int depth) {
		byte type = this.locals[this.random.nextInt(this.locals.length)];
		int add = switch (type) {
			case Types.I32 -> 0x6a;
			case Types.I64 -> 0x7c;
			case Types.F32 -> 0x92;
			default -> 0xa0;
		};
		int operands = 0;
		for (int left = 8 + this.random.nextInt(40); left > 0 || operands > 1; left--) {
			if (left <= 0 || operands > 1 && chance(operands * 9)) {
				this.code.add(add);
				operands--;
			}
			else {
				value(type, depth + 5);
				operands++;
			}
			int local = localOf(type);
			if (local >= 0 && chance(60)) {
				this.code.add(Op.LOCAL_TEE).unsigned(local);
			}
		}
		if (operands == 0) {
			value(type, depth + 5);
		}
		this.code.add(Op.LOCAL_SET).unsigned(localOf(type));
	}

	private void assign(int depth) {
		int local = this.random.nextInt(this.locals.length);
		value(this.locals[local], depth + 1);
		if (chance(20)) {
			this.code.add(Op.LOCAL_TEE).unsigned(local).add(Op.DROP);
		}
		else {
			this.code.add(Op.LOCAL_SET).unsigned(local);
		}
	}

	/** Takes values from the stack again. */
	private void take(byte[] types) {
		for (int i = types.length - 1; i >= 0; i--) {
			int local = localOf(types[i]);
			if (local >= 0 && chance(80)) {
				this.code.add(Op.LOCAL_SET).unsigned(local);
			}
			else {
				this.code.add(Op.DROP);
			}
		}
	}

	private int localOf(byte type) {
		int start = this.random.nextInt(this.locals.length);
		for (int i = 0; i < this.locals.length; i++) {
			int local = (start + i) % this.locals.length;
			if (this.locals[local] == type) {
				return local;
			}
		}
		return -1;
	}

	private void block(int code, int depth) {
		byte[] parameters = chance(25) ? someTypes(2) : new byte[0];
		byte[] results = chance(40) ? someTypes(3) : new byte[0];
		boolean otherwise = chance(60);
		if (code == Op.IF && !otherwise) {
			results = parameters;
		}
		values(parameters, depth);
		if (code == Op.IF) {
			value(Types.I32, depth + 1);
		}
		this.code.add(code);
		blockType(parameters, results);
		this.labels.add((code == Op.LOOP) ? parameters : results);
		if (code == Op.LOOP) {
			burn();
		}
		take(parameters);
		sequence(results, depth + 1);
		if (code == Op.IF && otherwise) {
			this.code.add(Op.ELSE);
			take(parameters);
			sequence(results, depth + 1);
		}
		else if (code == Op.IF) {
			// Its other half leaves the parameters where they are
			this.code.add(Op.NOP);
		}
		this.labels.remove(this.labels.size() - 1);
		this.code.add(Op.END);
		take(results);
	}

	private void blockType(byte[] parameters, byte[] results) {
		if (parameters.length == 0 && results.length == 0) {
			this.code.add(0x40);
		}
		else if (parameters.length == 0 && results.length == 1) {
			this.code.add(results[0]);
		}
		else {
			this.code.signed(typeOf(new Signature(parameters, results)));
		}
	}

	/** Writes a try with up to three clauses, each with a block around that receives. */
	private void attempt(int depth) {
		int clauses = 1 + this.random.nextInt(3);
		int[] kinds = new int[clauses];
		int[] caught = new int[clauses];
		byte[][] received = new byte[clauses][];
		for (int i = 0; i < clauses; i++) {
			kinds[i] = chance(70) ? 0 : 2;
			caught[i] = this.random.nextInt(this.tags.size());
			received[i] = (kinds[i] == 0) ? this.tags.get(caught[i]).parameters() : new byte[0];
			this.code.add(Op.BLOCK);
			blockType(new byte[0], received[i]);
			this.labels.add(received[i]);
		}
		this.code.add(Op.TRY_TABLE);
		byte[] results = chance(30) ? someTypes(2) : new byte[0];
		blockType(new byte[0], results);
		this.code.unsigned(clauses);
		for (int i = 0; i < clauses; i++) {
			this.code.add(kinds[i]);
			if (kinds[i] == 0) {
				this.code.unsigned(caught[i]);
			}
			this.code.unsigned(clauses - 1 - i);
		}
		this.labels.add(results);
		sequence(results, depth + 1);
		this.labels.remove(this.labels.size() - 1);
		this.code.add(Op.END);
		take(results);
		for (int i = clauses - 1; i >= 0; i--) {
			values(received[i], depth);
			this.labels.remove(this.labels.size() - 1);
			this.code.add(Op.END);
			take(received[i]);
			if (chance(50)) {
				statement(depth + 1);
			}
		}
	}

	/** Writes a switch, in a loop or not. */
	private void cases(int depth) {
		boolean turning = chance(60);
		byte[] none = {};
		this.code.add(Op.BLOCK).add(0x40);
		this.labels.add(none);
		if (turning) {
			this.code.add(Op.LOOP).add(0x40);
			this.labels.add(none);
			burn();
		}
		int count = 2 + this.random.nextInt(chance(20) ? 40 : 11);
		for (int i = 0; i < count; i++) {
			this.code.add(Op.BLOCK).add(0x40);
			this.labels.add(none);
			if (chance(10)) {
				// Not all that a nest has stands at its heart
				assign(depth);
				leaveOnCondition(depth);
			}
		}
		int[] table = new int[count + 1];
		boolean inOrder = chance(50);
		for (int i = 0; i <= count; i++) {
			table[i] = inOrder ? i : this.random.nextInt(count + 1);
		}
		if (chance(30)) {
			value(Types.I32, depth + 1);
			this.code.add(Op.IF).add(0x40);
			this.labels.add(none);
			boolean same = chance(50);
			selector(depth, count + 1);
			this.code.add(Op.BR_TABLE).unsigned(count);
			for (int i = 0; i <= count; i++) {
				this.code.unsigned(1 + (same ? table[i] : this.random.nextInt(count + 1)));
			}
			this.labels.remove(this.labels.size() - 1);
			this.code.add(Op.END);
		}
		selector(depth, count + 1);
		this.code.add(Op.BR_TABLE).unsigned(count);
		for (int label : table) {
			this.code.unsigned(label);
		}
		for (int i = 0; i < count; i++) {
			this.labels.remove(this.labels.size() - 1);
			this.code.add(Op.END);
			statement(depth + 2);
			if (chance(15)) {
				leaveOnCondition(depth);
			}
			if (chance(70)) {
				// To the loop, or out, or on with a case that comes later
				int label = count - 1 - i + ((turning && chance(40)) ? 1 : 0);
				this.code.add(Op.BR).unsigned(chance(80) ? label : this.random.nextInt(count - i));
			}
		}
		for (int i = turning ? 2 : 1; i > 0; i--) {
			this.labels.remove(this.labels.size() - 1);
			this.code.add(Op.END);
		}
	}

	private void values(byte[] types, int depth) {
		for (byte type : types) {
			value(type, depth + 1);
		}
	}

	private void address(int depth) {
		value(Types.I32, depth + 2);
		this.code.add(Op.I32_CONST).signed(chance(2) ? -1 : 0x7ff).add(0x71);
	}

	/** Writes something that leaves a value. */
	private void value(byte type, int depth) {
		if (depth > 7 || this.left < 0 || chance(35)) {
			int local = localOf(type);
			if (local >= 0 && chance(70)) {
				this.code.add(Op.LOCAL_GET).unsigned(local);
			}
			else {
				constant(type, this.code);
			}
			return;
		}
		this.left--;
		switch (this.random.nextInt(12)) {
			case 0 -> {
				value(type, depth + 1);
				value(type, depth + 1);
				value(Types.I32, depth + 1);
				this.code.add(Op.SELECT);
			}
			case 1 -> {
				value(Types.I32, depth + 1);
				this.code.add(Op.IF).add(type);
				this.labels.add(new byte[] { type });
				value(type, depth + 1);
				this.code.add(Op.ELSE);
				sequence(new byte[] { type }, depth + 2);
				this.labels.remove(this.labels.size() - 1);
				this.code.add(Op.END);
			}
			case 2 -> {
				this.code.add(Op.BLOCK).add(type);
				this.labels.add(new byte[] { type });
				sequence(new byte[] { type }, depth + 2);
				this.labels.remove(this.labels.size() - 1);
				this.code.add(Op.END);
			}
			case 3 -> {
				int global = 1 + this.random.nextInt(GLOBALS - 1);
				if (global(global) == type) {
					this.code.add(Op.GLOBAL_GET).unsigned(global);
				}
				else {
					value(type, depth + 1);
				}
			}
			case 4 -> {
				int local = localOf(type);
				value(type, depth + 1);
				if (local >= 0) {
					this.code.add(Op.LOCAL_TEE).unsigned(local);
				}
			}
			default -> operation(type, depth);
		}
	}

	private void operation(byte type, int depth) {
		while (true) {
			int code = this.random.nextInt(Op.ATOMIC);
			String signature = Op.signature(code);
			if (signature == null || code == 0x40 || code >= 0x36 && code <= 0x3e) {
				continue;
			}
			int comma = signature.indexOf(',');
			if (comma == 0 || signature.length() != comma + 2 || Types.ofLetter(signature.charAt(comma + 1)) != type) {
				continue;
			}
			boolean load = code >= 0x28 && code <= 0x35;
			if (load) {
				address(depth);
				this.code.add(code).unsigned(0).unsigned(this.random.nextInt(300));
				return;
			}
			for (int i = 0; i < comma; i++) {
				value(Types.ofLetter(signature.charAt(i)), depth + 1);
			}
			if (code >= Op.MISCELLANEOUS) {
				this.code.add(0xfc).unsigned(code - Op.MISCELLANEOUS);
			}
			else {
				this.code.add(code);
			}
			return;
		}
	}

	private void constant(byte type, Bytes to) {
		switch (type) {
			case Types.I32 ->
				to.add(Op.I32_CONST).signed(chance(70) ? this.random.nextInt(20) - 3 : this.random.nextInt());
			case Types.I64 ->
				to.add(Op.I64_CONST).signed(chance(70) ? this.random.nextInt(20) - 3 : this.random.nextLong());
			case Types.F32 ->
				floating(to.add(Op.F32_CONST), Float.floatToIntBits(this.random.nextInt(100) / 4f - 3), 4);
			default -> floating(to.add(Op.F64_CONST), Double.doubleToLongBits(this.random.nextInt(100) / 8d - 3), 8);
		}
	}

	private static void floating(Bytes to, long bits, int count) {
		for (int i = 0; i < count; i++) {
			to.add((int) (bits >>> (8 * i)) & 0xff);
		}
	}

}
