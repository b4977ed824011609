package dev.wasmspring.sandbox.split;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What a module declares, as far as the bodies of functions refer to it. Immutable once
 * read; lives while the module is split.
 */
final class Declarations {

	private static final int HEADER = 8;

	/** The sections, in the module's order. */
	final List<Section> sections = new ArrayList<>();

	/** The types of functions; {@code null} stands for what is not understood. */
	final List<@Nullable Signature> types = new ArrayList<>();

	/** For each function its type; imported ones come first. */
	int[] functions = {};

	int importedFunctions;

	byte[] globals = {};

	byte[] tables = {};

	/** For each tag its type. */
	int[] tags = {};

	/** Where each body begins, behind its length, and the end of the last. */
	int[] bodies = {};

	int[] bodyEnds = {};

	Declarations(byte[] module) {
		Cursor cursor = new Cursor(module, HEADER, module.length);
		while (cursor.hasMore()) {
			int start = cursor.position();
			int id = cursor.next();
			Cursor content = cursor.slice(cursor.count());
			this.sections.add(new Section(id, start, content.position(), content.end()));
			switch (id) {
				case 1 -> readTypes(content);
				case 2 -> readImports(content);
				case 3 -> readFunctions(content);
				case 4 -> readTables(content);
				case 6 -> readGlobals(content);
				case 10 -> readBodies(content);
				case 13 -> readTags(content);
				default -> {
				}
			}
		}
	}

	Signature type(int index) {
		Signature type = (index < this.types.size()) ? this.types.get(index) : null;
		if (type == null) {
			throw new NotUnderstood("it refers to a type that is not understood");
		}
		return type;
	}

	private void readTypes(Cursor cursor) {
		for (int count = cursor.count(); count > 0; count--) {
			if (cursor.next() != 0x60) {
				throw new NotUnderstood("the module has types that are no functions");
			}
			byte[] parameters = readValueTypes(cursor);
			byte[] results = readValueTypes(cursor);
			boolean known = true;
			for (byte type : parameters) {
				known &= Types.isKnown(type);
			}
			for (byte type : results) {
				known &= Types.isKnown(type);
			}
			this.types.add(known ? new Signature(parameters, results) : null);
		}
	}

	private static byte[] readValueTypes(Cursor cursor) {
		byte[] types = new byte[Math.min(cursor.count(), 10_000)];
		for (int i = 0; i < types.length; i++) {
			types[i] = readValueType(cursor);
		}
		return types;
	}

	/** Reads a type; what is not understood is left to who meets it. */
	private static byte readValueType(Cursor cursor) {
		byte type = (byte) cursor.next();
		if (type == 0x63 || type == 0x64) {
			cursor.signed();
			return Types.ANY + 1;
		}
		return type;
	}

	private void readImports(Cursor cursor) {
		for (int count = cursor.count(); count > 0; count--) {
			cursor.skip(cursor.count());
			cursor.skip(cursor.count());
			switch (cursor.next()) {
				case 0 -> {
					addFunction(cursor.count());
					this.importedFunctions++;
				}
				case 1 -> {
					this.tables = add(this.tables, readValueType(cursor));
					skipLimits(cursor);
				}
				case 2 -> skipLimits(cursor);
				case 3 -> {
					this.globals = add(this.globals, readValueType(cursor));
					cursor.next();
				}
				case 4 -> {
					cursor.next();
					this.tags = add(this.tags, cursor.count());
				}
				default -> throw new NotUnderstood("the module has imports that are not understood");
			}
		}
	}

	private static void skipLimits(Cursor cursor) {
		boolean maximum = (cursor.next() & 1) != 0;
		cursor.signed();
		if (maximum) {
			cursor.signed();
		}
	}

	private void readFunctions(Cursor cursor) {
		int count = cursor.count();
		int before = this.functions.length;
		this.functions = Arrays.copyOf(this.functions, before + Math.min(count, cursor.end() - cursor.position()));
		for (int i = before; i < this.functions.length; i++) {
			this.functions[i] = cursor.count();
		}
	}

	private void addFunction(int type) {
		this.functions = add(this.functions, type);
	}

	private void readTables(Cursor cursor) {
		for (int count = cursor.count(); count > 0; count--) {
			boolean initialized = cursor.peek() == 0x40;
			if (initialized) {
				cursor.skip(2);
			}
			this.tables = add(this.tables, readValueType(cursor));
			skipLimits(cursor);
			if (initialized) {
				skipConstant(cursor);
			}
		}
	}

	private void readGlobals(Cursor cursor) {
		int count = cursor.count();
		byte[] own = new byte[Math.min(count, cursor.end() - cursor.position())];
		for (int i = 0; i < own.length; i++) {
			own[i] = readValueType(cursor);
			cursor.next();
			skipConstant(cursor);
		}
		byte[] all = Arrays.copyOf(this.globals, this.globals.length + own.length);
		System.arraycopy(own, 0, all, this.globals.length, own.length);
		this.globals = all;
	}

	private static void skipConstant(Cursor cursor) {
		for (int code = cursor.next(); code != Op.END; code = cursor.next()) {
			String immediates = switch (code) {
				case Op.GLOBAL_GET, Op.REF_FUNC -> "u";
				case Op.REF_NULL -> "s";
				default -> Op.immediates(code);
			};
			if (immediates == null) {
				throw new NotUnderstood("the module has constants that are not understood");
			}
			for (int i = 0; i < immediates.length(); i++) {
				switch (immediates.charAt(i)) {
					case 'u', 's' -> cursor.signed();
					case '4' -> cursor.skip(4);
					case '8' -> cursor.skip(8);
					default -> throw new NotUnderstood("the module has constants that are not understood");
				}
			}
		}
	}

	private void readTags(Cursor cursor) {
		for (int count = cursor.count(); count > 0; count--) {
			cursor.next();
			this.tags = add(this.tags, cursor.count());
		}
	}

	private void readBodies(Cursor cursor) {
		int count = cursor.count();
		if (count != this.functions.length - this.importedFunctions) {
			throw new NotUnderstood("the module has functions without bodies");
		}
		this.bodies = new int[count];
		this.bodyEnds = new int[count];
		for (int i = 0; i < count; i++) {
			Cursor body = cursor.slice(cursor.count());
			this.bodies[i] = body.position();
			this.bodyEnds[i] = body.end();
		}
	}

	private static byte[] add(byte[] array, byte value) {
		byte[] longer = Arrays.copyOf(array, array.length + 1);
		longer[array.length] = value;
		return longer;
	}

	private static int[] add(int[] array, int value) {
		int[] longer = Arrays.copyOf(array, array.length + 1);
		longer[array.length] = value;
		return longer;
	}

	/**
	 * A section of the module.
	 *
	 * @param id what it is
	 * @param start where it begins
	 * @param content where its content begins
	 * @param end where it ends
	 */
	record Section(int id, int start, int content, int end) {

	}

}
