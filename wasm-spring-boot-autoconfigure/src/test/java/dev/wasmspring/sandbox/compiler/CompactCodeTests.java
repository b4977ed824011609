package dev.wasmspring.sandbox.compiler;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

import com.dylibso.chicory.compiler.MachineFactoryCompiler;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.InterpreterMachine;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import dev.wasmspring.sandbox.memory.LinearMemory;
import dev.wasmspring.sandbox.memory.MemoryImage;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;

import static org.assertj.core.api.Assertions.assertThat;

class CompactCodeTests {

	private static final Path DISCOUNT = Path.of("../sample-app/src/main/resources/wasm/discount.wasm");

	private static final int I32 = 0x7f;

	private static final int I64 = 0x7e;

	private static final int F32 = 0x7d;

	private static final int F64 = 0x7c;

	private static final long[] NUMBERS = { 0, 1, -1, 2, 7, Integer.MAX_VALUE, Integer.MIN_VALUE, 0xFFFFFFFFL, 1L << 32,
			Long.MAX_VALUE, Long.MIN_VALUE };

	private static final int[] ADDRESSES = { 0, 1, 4090, 4092, 4093, 4095, 4096, 8189, 65527, 65528, 65532, 65533,
			65535, 65536, 131071, 131072, Integer.MAX_VALUE, Integer.MIN_VALUE, -1, -4, -4096 };

	private static final long[] OFFSETS = { 0, 3, 4093, 65535, 131072, Integer.MAX_VALUE, 0x80000000L, 0xFFFFFFFFL };

	@Test
	void memoryIsReadAndWrittenWhereTheEngineWouldOrNotAtAll() {
		Program program = new Program();
		int[] loads = { I32, I64, F32, F64, I32, I32, I32, I32, I64, I64, I64, I64, I64, I64 };
		int[] stores = { I32, I64, F32, F64, I32, I32, I64, I64, I64 };
		for (long offset : OFFSETS) {
			for (int i = 0; i < stores.length; i++) {
				program.add("20 00 20 01 " + Integer.toHexString(0x36 + i) + " 00 " + unsigned(offset), 0, I32,
						stores[i]);
			}
			for (int i = 0; i < loads.length; i++) {
				program.add("20 00 " + Integer.toHexString(0x28 + i) + " 00 " + unsigned(offset), loads[i], I32);
			}
		}
		Instance expected = program.compiled();
		Instance actual = program.compact();
		long value = 0x8182838485868788L;
		for (int address : ADDRESSES) {
			for (int function = 0; function < program.size(); function++) {
				long[] arguments = (program.parameters.get(function) == 2)
						? new long[] { address, value += 0x0101010101L } : new long[] { address };
				assertThat(outcome(actual, function, arguments)).as("f%d(%d)", function, address)
					.isEqualTo(outcome(expected, function, arguments));
			}
		}
		assertThat(actual.memory().readBytes(0, 2 << 16)).isEqualTo(expected.memory().readBytes(0, 2 << 16));
	}

	@Test
	void globalsOfEachTypeKeepWhatWasWritten() {
		Program program = new Program();
		int[] types = { I32, I64, F32, F64 };
		for (int i = 0; i < types.length; i++) {
			program.add("23 0" + i + " 20 00 24 0" + i, types[i], types[i]);
		}
		Instance expected = program.compiled();
		Instance actual = program.compact();
		for (int round = 0; round < 3; round++) {
			for (int function = 0; function < types.length; function++) {
				for (long number : NUMBERS) {
					assertThat(outcome(actual, function, number)).isEqualTo(outcome(expected, function, number));
					assertThat(actual.global(function).getValue()).isEqualTo(expected.global(function).getValue());
				}
			}
		}
	}

	@Test
	void aModuleWhoseGlobalsAreNotBesideItsMemoryReadsThemFromTheInstance() {
		assertThat(CompactCode.hasGlobalsBesideMemory(Parser.parse(new Program().write()))).isTrue();
		byte[] importing = hex("0061736d01000000 02 08 01 01 61 01 62 03 7f 00 05 03 01 00 01");
		assertThat(CompactCode.hasGlobalsBesideMemory(Parser.parse(importing))).as("an imported global").isFalse();
		byte[] sharing = hex("0061736d01000000 02 08 01 01 61 01 62 02 00 01");
		assertThat(CompactCode.hasGlobalsBesideMemory(Parser.parse(sharing))).as("an imported memory").isFalse();
		byte[] without = hex("0061736d01000000");
		assertThat(CompactCode.hasGlobalsBesideMemory(Parser.parse(without))).as("no memory").isFalse();
	}

	@Test
	void nothingIsLeftOfWhatWouldUseUpTheInlining() throws IOException {
		byte[] jar = CompactMachines.jar(Parser.parse(Files.readAllBytes(DISCOUNT)));
		Map<String, Integer> before = calls(jar);
		Map<String, Integer> after = calls(CompactCode.of(jar, true));
		assertThat(before.keySet()).contains("Shaded.memoryReadInt", "Shaded.memoryWriteLong", "Shaded.readGlobal",
				"Shaded.writeGlobal", "Shaded.checkInterruption");
		assertThat(after.keySet())
			.noneMatch((name) -> name.matches("Shaded\\.(memoryRead.*|memoryWrite.*|.*Global|checkInterruption)"));
		before.forEach((name, count) -> {
			if (name.startsWith("Shaded.")) {
				String access = name.replace("Shaded", "GuestAccess");
				assertThat(after.getOrDefault(name, 0) + after.getOrDefault(access, 0)).as(name).isEqualTo(count);
			}
		});
	}

	/** How often functions call what. */
	private static Map<String, Integer> calls(byte[] jar) throws IOException {
		Map<String, Integer> calls = new TreeMap<>();
		try (ZipInputStream entries = new ZipInputStream(new ByteArrayInputStream(jar))) {
			for (ZipEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
				ClassNode type = new ClassNode();
				if (entry.getName().endsWith(".class")) {
					new ClassReader(entries.readAllBytes()).accept(type, 0);
				}
				for (MethodNode method : type.methods) {
					if (method.name.startsWith("func_")) {
						for (AbstractInsnNode instruction : method.instructions) {
							if (instruction instanceof MethodInsnNode call) {
								calls.merge(call.owner.replaceAll(".*(Shaded|GuestAccess)", "$1") + "." + call.name, 1,
										Integer::sum);
							}
						}
					}
				}
			}
		}
		return calls;
	}

	private static String outcome(Instance instance, int function, long... arguments) {
		try {
			long[] results = instance.export("f" + function).apply(arguments);
			return (results == null || results.length == 0) ? "" : Long.toHexString(results[0]);
		}
		catch (RuntimeException ex) {
			return ex.getClass().getSimpleName() + ": " + ex.getMessage();
		}
	}

	private static byte[] hex(String text) {
		String digits = text.replace(" ", "");
		byte[] bytes = new byte[digits.length() / 2];
		for (int i = 0; i < bytes.length; i++) {
			bytes[i] = (byte) Integer.parseInt(digits.substring(2 * i, 2 * i + 2), 16);
		}
		return bytes;
	}

	private static String unsigned(long number) {
		StringBuilder text = new StringBuilder();
		long rest = number;
		do {
			long next = rest >>> 7;
			text.append("%02x ".formatted((rest & 0x7f) | ((next != 0) ? 0x80 : 0)));
			rest = next;
		}
		while (rest != 0);
		return text.toString();
	}

	/**
	 * A module of functions that are exported as f0, f1 and so on, with a memory of two
	 * pages and a global of each type.
	 */
	private static final class Program {

		private final List<byte[]> types = new ArrayList<>();

		private final List<byte[]> bodies = new ArrayList<>();

		final List<Integer> parameters = new ArrayList<>();

		/** Of a result type of 0 there is no result. */
		void add(String code, int result, int... parameters) {
			ByteArrayOutputStream type = new ByteArrayOutputStream();
			type.write(0x60);
			type.write(parameters.length);
			IntStream.of(parameters).forEach(type::write);
			type.writeBytes((result != 0) ? new byte[] { 1, (byte) result } : new byte[] { 0 });
			this.types.add(type.toByteArray());
			this.bodies.add(hex("00" + code + "0b"));
			this.parameters.add(parameters.length);
		}

		int size() {
			return this.bodies.size();
		}

		byte[] write() {
			ByteArrayOutputStream module = new ByteArrayOutputStream();
			module.writeBytes(hex("0061736d01000000"));
			section(module, 1, this.types);
			section(module, 3, IntStream.range(0, size()).mapToObj((i) -> hex(unsigned(i))).toList());
			section(module, 5, List.of(hex("00 02")));
			section(module, 6, List.of(hex("7f 01 41 05 0b"), hex("7e 01 42 7f 0b"), hex("7d 01 43 0000803f 0b"),
					hex("7c 01 44 000000000000f03f 0b")));
			section(module, 7, IntStream.range(0, size()).mapToObj((i) -> {
				byte[] name = ("f" + i).getBytes(StandardCharsets.US_ASCII);
				return join(new byte[] { (byte) name.length }, name, hex("00" + unsigned(i)));
			}).toList());
			section(module, 10, this.bodies.stream().map((body) -> join(hex(unsigned(body.length)), body)).toList());
			return module.toByteArray();
		}

		private static void section(ByteArrayOutputStream module, int id, List<byte[]> entries) {
			ByteArrayOutputStream content = new ByteArrayOutputStream();
			content.writeBytes(hex(unsigned(entries.size())));
			entries.forEach(content::writeBytes);
			module.write(id);
			module.writeBytes(hex(unsigned(content.size())));
			module.writeBytes(content.toByteArray());
		}

		private static byte[] join(byte[]... parts) {
			ByteArrayOutputStream all = new ByteArrayOutputStream();
			List.of(parts).forEach(all::writeBytes);
			return all.toByteArray();
		}

		Instance interpreted() {
			return Instance.builder(Parser.parse(write())).withMachineFactory(InterpreterMachine::new).build();
		}

		Instance compiled() {
			WasmModule module = Parser.parse(write());
			return Instance.builder(module).withMachineFactory(MachineFactoryCompiler.compile(module)).build();
		}

		Instance compact() {
			WasmModule module = Parser.parse(write());
			return Instance.builder(module)
				.withMachineFactory(CompactMachines.of(module))
				.withMemoryFactory((limits) -> new LinearMemory(MemoryImage.empty(limits), limits.maximumPages()))
				.build();
		}

	}

}
