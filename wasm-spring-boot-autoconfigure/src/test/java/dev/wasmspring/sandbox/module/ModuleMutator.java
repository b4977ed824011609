package dev.wasmspring.sandbox.module;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import dev.wasmspring.sandbox.binary.BinaryFormat;

/**
 * Changes modules at random: their bytes, their numbers, their instructions and their
 * sections. Most of what it makes is broken, and a part is a module that nobody would
 * write. Confined to one thread; the same random numbers give the same module.
 */
public final class ModuleMutator {

	private static final int CODE = 10;

	/** Numbers at which something changes, as they are written in a module. */
	private static final byte[][] NUMBERS = { { 0 }, { 1 }, { 2 }, { 0x3f }, { 0x40 }, { 0x7f }, { (byte) 0x80, 1 },
			{ (byte) 0xff, 0x7f }, { (byte) 0x80, (byte) 0x80, 4 },
			{ (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 7 },
			{ (byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, 8 },
			{ (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0xf },
			{ (byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, 0 } };

	/** Instructions in ranges, of which each takes and gives the same. */
	private static final int[][] GROUPS = { { 0x0c, 0x0d }, { 0x2c, 0x2f }, { 0x3a, 0x3b }, { 0x46, 0x4f },
			{ 0x51, 0x5a }, { 0x5b, 0x60 }, { 0x61, 0x66 }, { 0x67, 0x69 }, { 0x6a, 0x78 }, { 0x79, 0x7b },
			{ 0x7c, 0x8a }, { 0x8b, 0x91 }, { 0x92, 0x98 }, { 0x99, 0x9f }, { 0xa0, 0xa6 }, { 0xc0, 0xc1 } };

	/** Instructions whose operand is a number or an index. */
	private static final List<Integer> WITH_OPERAND = List.of(0x02, 0x03, 0x0c, 0x0d, 0x10, 0x20, 0x21, 0x22, 0x23,
			0x24, 0x41, 0x42);

	private final List<byte[]> seeds;

	public ModuleMutator(List<byte[]> seeds) {
		this.seeds = seeds.stream().filter((bytes) -> bytes.length > BinaryFormat.HEADER_SIZE).toList();
	}

	/**
	 * A module that nobody has written.
	 */
	public byte[] next(Random random) {
		byte[] module = seed(random);
		boolean whole = random.nextBoolean();
		for (int change = random.nextInt(3); change >= 0; change--) {
			module = whole ? changedCode(module, random) : changed(module, random);
		}
		return module;
	}

	private byte[] seed(Random random) {
		return this.seeds.get(random.nextInt(this.seeds.size()));
	}

	private byte[] changed(byte[] module, Random random) {
		List<Section> sections = sections(module);
		if (sections.isEmpty() || random.nextInt(6) == 0) {
			return bytes(module, BinaryFormat.HEADER_SIZE, random);
		}
		int at = random.nextInt(sections.size());
		Section section = sections.get(at);
		switch (random.nextInt(12)) {
			case 0 -> sections.remove(at);
			case 1 -> sections.add(random.nextInt(sections.size() + 1), section);
			case 2 -> sections.add(random.nextInt(sections.size()), sections.remove(at));
			case 3, 4 -> splice(sections, at, random);
			case 5 -> sections.set(at, section.with(bytes(section.content(), 0, random)));
			default -> {
				return changedCode(module, random);
			}
		}
		return join(module, sections);
	}

	private static byte[] changedCode(byte[] module, Random random) {
		List<Section> sections = sections(module);
		sections
			.replaceAll((section) -> (section.id() == CODE) ? section.with(code(section.content(), random)) : section);
		return join(module, sections);
	}

	/** Takes a section from another module, in whole or in part. */
	private void splice(List<Section> sections, int at, Random random) {
		Section section = sections.get(at);
		for (Section other : sections(seed(random))) {
			if (other.id() == section.id()) {
				byte[] mine = section.content();
				byte[] theirs = other.content();
				if (random.nextBoolean() || mine.length == 0 || theirs.length == 0) {
					sections.set(at, other);
				}
				else {
					int from = random.nextInt(theirs.length);
					int length = 1 + random.nextInt(theirs.length - from);
					int to = random.nextInt(mine.length);
					sections.set(at, section.with(replaced(mine, to, Math.min(mine.length, to + length),
							Arrays.copyOfRange(theirs, from, from + length))));
				}
				return;
			}
		}
	}

	/** Changes an instruction or its operand and leaves the lengths as they are. */
	private static byte[] code(byte[] content, Random random) {
		byte[] changed = content.clone();
		for (int attempt = 0; attempt < 50 && changed.length > 1; attempt++) {
			int at = random.nextInt(changed.length - 1);
			int instruction = changed[at] & 0xff;
			if (WITH_OPERAND.contains(instruction) && changed[at + 1] >= 0) {
				changed[at + 1] = (byte) ((instruction < 0x40) ? random.nextInt(6) : random.nextInt(0x80));
				return changed;
			}
			for (int[] group : GROUPS) {
				if (instruction >= group[0] && instruction <= group[1]) {
					changed[at] = (byte) (group[0] + random.nextInt(group[1] - group[0] + 1));
					return changed;
				}
			}
		}
		return bytes(content, 0, random);
	}

	private static byte[] bytes(byte[] content, int from, Random random) {
		if (content.length <= from) {
			return content;
		}
		int at = from + random.nextInt(content.length - from);
		int end = Math.min(content.length, at + 1 + random.nextInt(8));
		switch (random.nextInt(6)) {
			case 0 -> {
				byte[] flipped = content.clone();
				flipped[at] ^= (byte) (1 << random.nextInt(8));
				return flipped;
			}
			case 1 -> {
				byte[] replaced = content.clone();
				replaced[at] = (byte) random.nextInt();
				return replaced;
			}
			case 2 -> {
				return replaced(content, at, end, new byte[0]);
			}
			case 3 -> {
				return replaced(content, at, at, Arrays.copyOfRange(content, at, end));
			}
			default -> {
				// A number ends at the first byte without the highest bit
				int last = at;
				while (last < content.length - 1 && content[last] < 0) {
					last++;
				}
				return replaced(content, at, last + 1, NUMBERS[random.nextInt(NUMBERS.length)]);
			}
		}
	}

	private static byte[] replaced(byte[] content, int from, int to, byte[] replacement) {
		ByteArrayOutputStream changed = new ByteArrayOutputStream();
		changed.write(content, 0, from);
		changed.writeBytes(replacement);
		changed.write(content, to, content.length - to);
		return changed.toByteArray();
	}

	/** The sections up to the first that is not whole. */
	private static List<Section> sections(byte[] module) {
		List<Section> sections = new ArrayList<>();
		int at = BinaryFormat.HEADER_SIZE;
		while (at < module.length) {
			int id = module[at++];
			long length = 0;
			int shift = 0;
			while (at < module.length && shift < 35) {
				length |= (long) (module[at] & 0x7f) << shift;
				shift += 7;
				if (module[at++] >= 0) {
					break;
				}
			}
			if (length > module.length - at) {
				return sections;
			}
			sections.add(new Section(id, Arrays.copyOfRange(module, at, at + (int) length)));
			at += (int) length;
		}
		return sections;
	}

	private static byte[] join(byte[] module, List<Section> sections) {
		ByteArrayOutputStream joined = new ByteArrayOutputStream();
		joined.write(module, 0, BinaryFormat.HEADER_SIZE);
		for (Section section : sections) {
			joined.write(section.id());
			int rest = section.content().length;
			for (; rest > 0x7f; rest >>>= 7) {
				joined.write(rest & 0x7f | 0x80);
			}
			joined.write(rest);
			joined.writeBytes(section.content());
		}
		return joined.toByteArray();
	}

	private record Section(int id, byte[] content) {

		Section with(byte[] changed) {
			return new Section(this.id, changed);
		}

	}

}
