package dev.wasmspring.sandbox.split;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a module with other bodies for some of its functions, and with new functions,
 * types and globals behind those that it has, so that no index changes. Custom sections
 * are left out. Confined to one thread; lives for one module.
 */
final class ModuleWriter {

	static final int HEADER = 8;

	private final byte[] module;

	private final Declarations declarations;

	private final Map<Integer, Bytes> bodies = new HashMap<>();

	private final Map<Signature, Integer> types = new HashMap<>();

	private final List<Signature> newTypes = new ArrayList<>();

	private final List<Integer> newFunctions = new ArrayList<>();

	private final List<Bytes> newBodies = new ArrayList<>();

	private final List<Byte> newGlobals = new ArrayList<>();

	ModuleWriter(byte[] module, Declarations declarations) {
		this.module = module;
		this.declarations = declarations;
		for (int i = 0; i < declarations.types.size(); i++) {
			Signature type = declarations.types.get(i);
			if (type != null) {
				this.types.putIfAbsent(type, i);
			}
		}
	}

	/** Gives a function of the module another body. */
	void replace(int defined, Bytes body) {
		this.bodies.put(defined, body);
	}

	int type(Signature signature) {
		return this.types.computeIfAbsent(signature, (added) -> {
			this.newTypes.add(added);
			return this.declarations.types.size() + this.newTypes.size() - 1;
		});
	}

	/** Adds a function, whose body comes later. */
	int addFunction(Signature signature) {
		this.newFunctions.add(type(signature));
		this.newBodies.add(new Bytes());
		return this.declarations.functions.length + this.newFunctions.size() - 1;
	}

	/** How many functions there are by now. */
	int functions() {
		return this.declarations.functions.length + this.newFunctions.size();
	}

	/** Takes back the functions that were added last. */
	void forget(int functions) {
		int kept = functions - this.declarations.functions.length;
		this.newFunctions.subList(kept, this.newFunctions.size()).clear();
		this.newBodies.subList(kept, this.newBodies.size()).clear();
	}

	void setBody(int function, Bytes body) {
		this.newBodies.set(function - this.declarations.functions.length, body);
	}

	int addGlobal(byte type) {
		this.newGlobals.add(type);
		return this.declarations.globals.length + this.newGlobals.size() - 1;
	}

	byte[] write() {
		Bytes bytes = new Bytes().add(this.module, 0, HEADER);
		boolean globals = this.newGlobals.isEmpty();
		for (Declarations.Section section : this.declarations.sections) {
			if (!globals && comesAfterGlobals(section.id())) {
				bytes.add(6).addSized(writeGlobals(new Bytes().unsigned(this.newGlobals.size())));
				globals = true;
			}
			switch (section.id()) {
				case 0 -> {
				}
				case 1 -> bytes.add(1).addSized(writeTypes(section));
				case 3 -> bytes.add(3).addSized(writeFunctions(section));
				case 6 -> {
					Bytes content = longer(section, this.newGlobals.size());
					bytes.add(6).addSized(globals ? content : writeGlobals(content));
					globals = true;
				}
				case 10 -> bytes.add(10).addSized(writeBodies());
				default -> bytes.add(this.module, section.start(), section.end());
			}
		}
		return bytes.toArray();
	}

	/** Export, start, element, data count, code and data sections. */
	static boolean comesAfterGlobals(int section) {
		return section >= 7 && section <= 12;
	}

	/** The content of a section, with a number of entries that counts some more. */
	private Bytes longer(Declarations.Section section, int more) {
		Cursor cursor = new Cursor(this.module, section.content(), section.end());
		int count = cursor.count();
		return new Bytes().unsigned(count + more).add(this.module, cursor.position(), section.end());
	}

	private Bytes writeTypes(Declarations.Section section) {
		Bytes bytes = longer(section, this.newTypes.size());
		for (Signature type : this.newTypes) {
			bytes.add(0x60).unsigned(type.parameters().length);
			bytes.add(type.parameters(), 0, type.parameters().length);
			bytes.unsigned(type.results().length).add(type.results(), 0, type.results().length);
		}
		return bytes;
	}

	private Bytes writeFunctions(Declarations.Section section) {
		Bytes bytes = longer(section, this.newFunctions.size());
		this.newFunctions.forEach(bytes::unsigned);
		return bytes;
	}

	private Bytes writeGlobals(Bytes bytes) {
		for (byte type : this.newGlobals) {
			bytes.add(type).add(1);
			switch (type) {
				case Types.I32 -> bytes.add(Op.I32_CONST).add(0);
				case Types.I64 -> bytes.add(Op.I64_CONST).add(0);
				case Types.F32 -> bytes.add(Op.F32_CONST).add(new byte[4], 0, 4);
				case Types.F64 -> bytes.add(Op.F64_CONST).add(new byte[8], 0, 8);
				default -> bytes.add(Op.REF_NULL).add(type);
			}
			bytes.add(Op.END);
		}
		return bytes;
	}

	private Bytes writeBodies() {
		int count = this.declarations.bodies.length;
		Bytes bytes = new Bytes().unsigned(count + this.newBodies.size());
		for (int i = 0; i < count; i++) {
			Bytes body = this.bodies.get(i);
			if (body != null) {
				bytes.addSized(body);
			}
			else {
				int start = this.declarations.bodies[i];
				int end = this.declarations.bodyEnds[i];
				bytes.unsigned(end - start).add(this.module, start, end);
			}
		}
		this.newBodies.forEach(bytes::addSized);
		return bytes;
	}

}
