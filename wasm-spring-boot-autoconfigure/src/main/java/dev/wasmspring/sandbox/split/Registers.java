package dev.wasmspring.sandbox.split;

import java.util.HashMap;
import java.util.Map;

/**
 * The globals through which parts hand over what is more than one result. They are
 * written right before a part returns and read right behind its call, so that all parts
 * share them. Confined to one thread; lives for one module.
 */
final class Registers {

	private final ModuleWriter writer;

	private final Map<Integer, Integer> globals = new HashMap<>();

	Registers(ModuleWriter writer) {
		this.writer = writer;
	}

	private int global(byte type, int place) {
		return this.globals.computeIfAbsent(place << 8 | type & 0xff, (key) -> this.writer.addGlobal(type));
	}

	Plain get(byte type, int place) {
		Plain get = Plain.of(Op.GLOBAL_GET, global(type, place), 0, 1, 0);
		Costs.global(get, type);
		return get;
	}

	Plain set(byte type, int place) {
		Plain set = Plain.of(Op.GLOBAL_SET, global(type, place), 1, 0, 0);
		Costs.global(set, type);
		return set;
	}

}
