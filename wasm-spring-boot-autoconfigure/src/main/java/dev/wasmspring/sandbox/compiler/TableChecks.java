package dev.wasmspring.sandbox.compiler;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.OpCode;
import dev.wasmspring.sandbox.chicory.EngineInternals;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Puts right in compiled classes what the engine gets wrong of {@code table.fill},
 * {@code table.init} and {@code table.copy}: it adds index and length as numbers of 32
 * bits with a sign, so that a sum which overflows is within every bound, and the guest
 * goes on where it should trap. Stateless.
 * <p>
 * All of a module's instructions of a kind end in one method of a class that the compiler
 * adds, and that method traps at a negative length. So it gets a few instructions in
 * front that make the length negative if an index or a sum is. They jump nowhere, so that
 * the class stays valid as it is.
 */
final class TableChecks {

	/**
	 * The methods, and the variables that hold the length and the indices that are added
	 * to it.
	 */
	private static final Map<String, int[]> METHODS = Map.of("tableFill", new int[] { 2, 0 }, "tableInit",
			new int[] { 2, 0, 1 }, "tableCopy", new int[] { 2, 0, 1 });

	private TableChecks() {
	}

	/**
	 * Whether any code of a module has one of these instructions; few have.
	 */
	static boolean isNeededBy(WasmModule module) {
		for (int i = 0; i < module.codeSection().functionBodyCount(); i++) {
			for (var instruction : module.codeSection().getFunctionBody(i).instructions()) {
				OpCode opcode = instruction.opcode();
				if (opcode == OpCode.TABLE_FILL || opcode == OpCode.TABLE_INIT || opcode == OpCode.TABLE_COPY) {
					return true;
				}
			}
		}
		return false;
	}

	/**
	 * Adds the checks.
	 * @param jar the classes, as the compiler hands them out
	 * @return the classes with the checks
	 */
	static byte[] addTo(byte[] jar) throws IOException {
		ByteArrayOutputStream checked = new ByteArrayOutputStream(jar.length + 256);
		Set<String> found = new HashSet<>();
		try (ZipInputStream entries = new ZipInputStream(new ByteArrayInputStream(jar));
				ZipOutputStream copies = new ZipOutputStream(checked)) {
			for (ZipEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
				byte[] content = entries.readAllBytes();
				copies.putNextEntry(new ZipEntry(entry.getName()));
				copies.write(EngineInternals.isHelper(entry.getName()) ? withChecks(content, found) : content);
				copies.closeEntry();
			}
		}
		if (!found.equals(METHODS.keySet())) {
			EngineInternals
				.different("Its compiler has other methods for tables, so that 'table.fill', 'table.init' and"
						+ " 'table.copy' may go on where they should trap.");
		}
		return checked.toByteArray();
	}

	private static byte[] withChecks(byte[] helpers, Set<String> found) {
		ClassReader reader = new ClassReader(helpers);
		ClassWriter writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
		reader.accept(new ClassVisitor(Opcodes.ASM9, writer) {

			@Override
			public MethodVisitor visitMethod(int access, String name, String descriptor, String signature,
					String[] exceptions) {
				MethodVisitor method = super.visitMethod(access, name, descriptor, signature, exceptions);
				int[] variables = METHODS.get(name);
				if (variables == null) {
					return method;
				}
				found.add(name);
				return new Prologue(method, variables);
			}

		}, 0);
		return writer.toByteArray();
	}

	/**
	 * Writes the check in front of a method: the length is combined with the sign of each
	 * index and of the sum of both. Lives for one method.
	 */
	private static final class Prologue extends MethodVisitor {

		private final int[] variables;

		Prologue(MethodVisitor method, int[] variables) {
			super(Opcodes.ASM9, method);
			this.variables = variables;
		}

		@Override
		public void visitCode() {
			super.visitCode();
			int length = this.variables[0];
			for (int i = 1; i < this.variables.length; i++) {
				int index = this.variables[i];
				visitVarInsn(Opcodes.ILOAD, length);
				visitVarInsn(Opcodes.ILOAD, index);
				visitVarInsn(Opcodes.ILOAD, index);
				visitVarInsn(Opcodes.ILOAD, length);
				visitInsn(Opcodes.IADD);
				visitInsn(Opcodes.IOR);
				visitIntInsn(Opcodes.BIPUSH, Integer.SIZE - 1);
				visitInsn(Opcodes.ISHR);
				visitInsn(Opcodes.IOR);
				visitVarInsn(Opcodes.ISTORE, length);
			}
		}

	}

}
