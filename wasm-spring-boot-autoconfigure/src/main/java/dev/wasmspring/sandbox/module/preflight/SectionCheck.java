package dev.wasmspring.sandbox.module.preflight;

import dev.wasmspring.sandbox.binary.BinaryFormat;
import dev.wasmspring.sandbox.binary.BinaryReader;
import dev.wasmspring.sandbox.binary.MalformedException;
import dev.wasmspring.sandbox.memory.SandboxTable;

/**
 * Checks the sections of a module, each by its grammar, and notes what they declare.
 * Lives for one check and is confined to its thread.
 *
 * @see <a href="https://webassembly.github.io/spec/core/binary/modules.html">Modules</a>
 */
final class SectionCheck {

	private static final int FUNCTION_TYPE = 0x60;

	/** Stands before a table whose elements have a first value. */
	private static final int INITIALIZED_TABLE = 0x40;

	/** Of one table; the parser says of more that they are no table. */
	private static final long MAX_READ_ELEMENTS = 1_000_000;

	private final BinaryReader reader;

	/** Whether to look into the bodies of functions. */
	private final boolean intoBodies;

	private final Declarations declared = new Declarations();

	private final CompileCost cost = new CompileCost();

	private final InstructionCheck instructions;

	SectionCheck(BinaryReader reader, boolean intoBodies) {
		this.reader = reader;
		this.intoBodies = intoBodies;
		this.instructions = new InstructionCheck(reader, this.cost);
	}

	/**
	 * Checks the content of a section.
	 */
	void check(int section) {
		switch (section) {
			case BinaryFormat.CUSTOM_SECTION -> NameCheck.check(this.reader);
			case 1 -> types();
			case 2 -> imports();
			case 3 -> functions();
			case 4 -> tables();
			case 5 -> memories();
			case 6 -> globals();
			case 7 -> exports();
			case 9 -> elements();
			case BinaryFormat.CODE_SECTION -> code();
			case 11 -> data();
			case 13 -> tags();
			default -> {
				// The start function and the number of data segments: a number each
			}
		}
	}

	/**
	 * Checks what only shows when all sections were read.
	 */
	void checkModule() {
		this.declared.requireKnownExports();
		this.cost.dispatch(this.declared);
	}

	private void types() {
		int announced = this.reader.count();
		int count = Math.min(announced, StructureLimit.TYPES.most());
		this.declared.declareTypes(count);
		int total = 0;
		for (int type = 0; type < count; type++) {
			int form = this.reader.next();
			if (form != FUNCTION_TYPE) {
				throw notAFunction(form, type);
			}
			byte[] parameters = valueTypes(type, StructureLimit.PARAMETERS);
			byte[] results = valueTypes(type, StructureLimit.RESULTS);
			this.declared.defineType(type, parameters, results);
			total = StructureLimit.SIGNATURES.check(total + parameters.length + results.length);
		}
		// Only now, since garbage-collected types are many, and their reason is better
		StructureLimit.TYPES.check(announced);
	}

	private static UnusableModuleException notAFunction(int form, int type) {
		return switch (form) {
			case 0x5d -> UnsupportedFeature.STACK_SWITCHING.refusal();
			case 0x65 -> UnsupportedFeature.SHARED_EVERYTHING.refusal();
			default -> (form >= 0x4c && form <= 0x5f) ? UnsupportedFeature.GARBAGE_COLLECTION.refusal()
					: UnusableModuleException.invalid("type " + type + " is no function");
		};
	}

	private byte[] valueTypes(int type, StructureLimit limit) {
		byte[] types = new byte[limit.checkInType(type, this.reader.count())];
		for (int i = 0; i < types.length; i++) {
			types[i] = (byte) ValueTypes.read(this.reader);
		}
		return types;
	}

	private void imports() {
		int count = this.reader.count();
		int[] types = new int[Math.min(count, StructureLimit.IMPORTS.most())];
		int functions = 0;
		ImportCheck check = new ImportCheck();
		for (int i = 0; i < count; i++) {
			String module = this.reader.text(this.reader.count());
			String name = this.reader.text(this.reader.count());
			int kind = this.reader.next();
			switch (kind) {
				case Declarations.FUNCTION -> {
					int type = type();
					if (functions < types.length) {
						types[functions++] = type;
					}
					check.addFunction(module, name, this.declared.textOf(type));
				}
				case Declarations.TABLE -> {
					ValueTypes.skip(this.reader);
					skipLimits();
					check.add(ImportCheck.Kind.TABLE, module, name);
				}
				case Declarations.MEMORY -> check.add(memoryKind(skipLimits()), module, name);
				case Declarations.GLOBAL -> {
					ValueTypes.skip(this.reader);
					this.reader.next();
					check.add(ImportCheck.Kind.GLOBAL, module, name);
				}
				case Declarations.TAG -> {
					this.reader.next();
					this.reader.unsigned();
					check.add(ImportCheck.Kind.TAG, module, name);
				}
				case 0x7e, 0x7f -> throw UnsupportedFeature.COMPACT_IMPORTS.refusal();
				default -> throw UnusableModuleException.invalid("import " + i + " is of an unknown kind");
			}
			if (kind != Declarations.FUNCTION) {
				this.declared.add(kind, 1);
			}
		}
		if (!this.intoBodies) {
			// Before what is too many: only what is offered can be too many in earnest
			check.requireOffered();
		}
		StructureLimit.IMPORTS.check(count);
		this.declared.importFunctions(types, functions);
	}

	private static ImportCheck.Kind memoryKind(int flags) {
		if ((flags & 2) != 0) {
			return ImportCheck.Kind.SHARED_MEMORY;
		}
		return ((flags & 4) != 0) ? ImportCheck.Kind.MEMORY64 : ImportCheck.Kind.MEMORY;
	}

	/**
	 * Skips limits of whatever feature.
	 * @return their flags
	 */
	private int skipLimits() {
		int flags = this.reader.next();
		this.reader.signed64();
		if ((flags & 1) != 0) {
			this.reader.signed64();
		}
		if ((flags & 8) != 0) {
			this.reader.unsigned();
		}
		return flags;
	}

	private void functions() {
		int count = StructureLimit.FUNCTIONS.check(this.reader.count());
		this.declared.declareFunctions(count);
		for (int i = 0; i < count; i++) {
			this.declared.defineFunction(i, type());
		}
	}

	private void tables() {
		int count = StructureLimit.TABLES.check(this.reader.count());
		this.declared.add(Declarations.TABLE, count);
		for (int i = count; i > 0; i--) {
			boolean initialized = this.reader.hasMore() && this.reader.peek() == INITIALIZED_TABLE;
			if (initialized) {
				this.reader.skip(2);
			}
			int type = ValueTypes.read(this.reader);
			if (type >= 0x7b && type <= 0x7f) {
				throw new MalformedException("has a table of numbers");
			}
			long elements = limits(UnsupportedFeature.SHARED_EVERYTHING, UnsupportedFeature.TABLE64);
			if (elements > MAX_READ_ELEMENTS) {
				throw new UnusableModuleException("It declares a table with " + elements + " elements, but only "
						+ SandboxTable.MAX_ELEMENTS + " are allowed.", "Build the module with smaller tables.");
			}
			if (initialized) {
				this.instructions.constantExpression();
			}
		}
	}

	private void memories() {
		int count = StructureLimit.MEMORIES.check(this.reader.count());
		this.declared.add(Declarations.MEMORY, count);
		for (int i = count; i > 0; i--) {
			limits(UnsupportedFeature.SHARED_MEMORY, UnsupportedFeature.MEMORY64);
		}
	}

	/**
	 * Reads the limits of a memory or a table.
	 * @param shared what it means that they are shared
	 * @param wide what it means that they are of 64 bits
	 * @return the least size
	 */
	private long limits(UnsupportedFeature shared, UnsupportedFeature wide) {
		int flags = this.reader.next();
		if ((flags & 0xf0) != 0) {
			throw new MalformedException("has limits of an unknown kind");
		}
		if ((flags & 8) != 0) {
			throw UnsupportedFeature.CUSTOM_PAGE_SIZES.refusal();
		}
		if ((flags & 4) != 0) {
			throw wide.refusal();
		}
		if ((flags & 2) != 0) {
			throw shared.refusal();
		}
		long least = this.reader.unsigned();
		if ((flags & 1) != 0 && this.reader.unsigned() < least) {
			throw new MalformedException("has limits whose minimum is greater than their maximum");
		}
		return least;
	}

	private void globals() {
		int count = StructureLimit.GLOBALS.check(this.reader.count());
		this.declared.add(Declarations.GLOBAL, count);
		for (int i = count; i > 0; i--) {
			ValueTypes.read(this.reader);
			switch (this.reader.next()) {
				case 0, 1 -> this.instructions.constantExpression();
				case 2, 3 -> throw UnsupportedFeature.SHARED_EVERYTHING.refusal();
				default -> throw new MalformedException("has a global of an unknown mutability");
			}
		}
	}

	private void tags() {
		int count = StructureLimit.TAGS.check(this.reader.count());
		this.declared.declareTags(count);
		for (int tag = 0; tag < count; tag++) {
			if (this.reader.next() != 0) {
				throw UnusableModuleException.invalid("tag " + tag + " has an unknown attribute");
			}
			this.declared.defineTag(tag, type());
		}
	}

	private void exports() {
		for (int i = StructureLimit.EXPORTS.check(this.reader.count()); i > 0; i--) {
			this.reader.skip(this.reader.count());
			int kind = this.reader.next();
			if (!Declarations.isExternalKind(kind)) {
				throw UnusableModuleException.invalid("it has an export of an unknown kind");
			}
			this.declared.export(kind, this.reader.unsigned());
		}
	}

	private void elements() {
		int total = 0;
		for (int i = StructureLimit.ELEMENT_SEGMENTS.check(this.reader.count()); i > 0; i--) {
			long flags = this.reader.unsigned();
			boolean active = (flags & 1) == 0;
			boolean expressions = (flags & 4) != 0;
			if (active) {
				if ((flags & 2) != 0) {
					this.reader.unsigned();
				}
				this.instructions.constantExpression();
			}
			if ((flags & 3) != 0) {
				if (expressions) {
					ValueTypes.read(this.reader);
				}
				else {
					this.reader.next();
				}
			}
			int count = this.reader.count();
			total = StructureLimit.ELEMENTS.check((long) total + count);
			for (int j = 0; j < count; j++) {
				if (expressions) {
					this.instructions.constantExpression();
				}
				else {
					this.reader.unsigned();
				}
			}
		}
	}

	private void code() {
		this.cost.beginCode(this.reader.left());
		int imported = this.declared.importedFunctions();
		int functions = this.declared.functionCount();
		if (this.reader.count() != functions - imported) {
			throw UnusableModuleException.invalid("function and code section have inconsistent lengths");
		}
		BodyCheck bodies = new BodyCheck(this.reader, this.declared, this.cost, this.instructions);
		for (int function = imported; function < functions; function++) {
			int length = StructureLimit.BODY.checkInFunction(function, this.reader.count());
			int outer = this.reader.enter(length);
			this.cost.nextFunction(function);
			if (this.intoBodies) {
				bodies.check(function);
			}
			this.reader.leave(outer);
		}
		this.cost.endCode(functions);
	}

	private void data() {
		for (int i = StructureLimit.DATA_SEGMENTS.check(this.reader.count()); i > 0; i--) {
			long mode = this.reader.unsigned();
			if (mode == 2) {
				this.reader.unsigned();
			}
			if (mode != 1) {
				this.instructions.constantExpression();
			}
			this.reader.skip(this.reader.count());
		}
	}

	private int type() {
		return this.declared.requireType(this.reader.unsigned());
	}

}
