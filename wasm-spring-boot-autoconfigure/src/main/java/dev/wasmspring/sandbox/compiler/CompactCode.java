package dev.wasmspring.sandbox.compiler;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.ExternalType;
import dev.wasmspring.sandbox.chicory.EngineInternals;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Lets the functions of compiled classes call
 * {@link dev.wasmspring.sandbox.memory.LinearMemory.GuestAccess} where they called the
 * engine's own methods for memory, globals and interruption. Stateless.
 * <p>
 * HotSpot inlines into a method until all of it has 8,000 bytes of bytecode. A read of
 * memory cost 76 of them and a global 106, so that in large functions most reads were
 * calls; they cost 67 and 18 now. Nothing but the target of calls changes, and for
 * globals the argument before it: the memory, which functions have at hand and which
 * knows the globals, in place of the instance, which follows it among their parameters.
 */
final class CompactCode {

	/**
	 * Changes whenever other classes would be made of the same.
	 */
	static final int VERSION = 1;

	private static final String ACCESS = "dev/wasmspring/sandbox/memory/LinearMemory$GuestAccess";

	private static final String MEMORY = "Lcom/dylibso/chicory/runtime/Memory;";

	private static final String INSTANCE = "Lcom/dylibso/chicory/runtime/Instance;";

	private static final int NOWHERE = -1;

	private CompactCode() {
	}

	/**
	 * Whether a module's memory knows its globals: not where either belongs to another
	 * module.
	 */
	static boolean hasGlobalsBesideMemory(WasmModule module) {
		return module.memorySection().filter((section) -> section.memoryCount() > 0).isPresent()
				&& module.importSection()
					.stream()
					.noneMatch((imported) -> imported.importType() == ExternalType.GLOBAL
							|| imported.importType() == ExternalType.MEMORY);
	}

	/**
	 * Makes classes compact.
	 * @param jar the classes, as the compiler hands them out
	 * @param globals whether the memory knows the globals
	 * @return other classes
	 */
	static byte[] of(byte[] jar, boolean globals) throws IOException {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream(jar.length);
		try (ZipInputStream entries = new ZipInputStream(new ByteArrayInputStream(jar));
				ZipOutputStream copies = new ZipOutputStream(bytes)) {
			// They are packed anew in a moment
			copies.setLevel(Deflater.NO_COMPRESSION);
			for (ZipEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
				byte[] content = entries.readAllBytes();
				boolean code = entry.getName().endsWith(".class") && !EngineInternals.isHelper(entry.getName());
				ZipEntry copy = new ZipEntry(entry.getName());
				copy.setTime(0);
				copies.putNextEntry(copy);
				copies.write(code ? compact(content, globals) : content);
				copies.closeEntry();
			}
		}
		return bytes.toByteArray();
	}

	private static byte[] compact(byte[] type, boolean globals) {
		ClassReader reader = new ClassReader(type);
		ClassWriter writer = new ClassWriter(reader, 0);
		reader.accept(new ClassVisitor(Opcodes.ASM9, writer) {

			@Override
			public MethodVisitor visitMethod(int access, String name, String descriptor, String signature,
					String[] exceptions) {
				MethodVisitor method = super.visitMethod(access, name, descriptor, signature, exceptions);
				if (EngineInternals.functionOf(name).isEmpty()) {
					return method;
				}
				return new CompactMethod(method, globals ? memoryOf(access, descriptor) : NOWHERE);
			}

		}, 0);
		return writer.toByteArray();
	}

	/** The variable that holds the memory, which is the last parameter but one. */
	private static int memoryOf(int access, String descriptor) {
		if (!descriptor.contains(MEMORY + INSTANCE + ")")) {
			return NOWHERE;
		}
		// With one for 'this', which static methods do not have
		int size = Type.getArgumentsAndReturnSizes(descriptor) >> 2;
		return size - 2 - (((access & Opcodes.ACC_STATIC) != 0) ? 1 : 0);
	}

	/**
	 * Writes one method. A reference that is loaded is written with the next instruction,
	 * since that may want another. Lives for the method.
	 */
	private static final class CompactMethod extends MethodVisitor {

		private final int memory;

		private int loaded = NOWHERE;

		CompactMethod(MethodVisitor method, int memory) {
			super(Opcodes.ASM9, method);
			this.memory = memory;
		}

		private void load() {
			if (this.loaded != NOWHERE) {
				super.visitVarInsn(Opcodes.ALOAD, this.loaded);
				this.loaded = NOWHERE;
			}
		}

		@Override
		public void visitVarInsn(int opcode, int variable) {
			load();
			if (opcode == Opcodes.ALOAD) {
				this.loaded = variable;
			}
			else {
				super.visitVarInsn(opcode, variable);
			}
		}

		@Override
		public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
			if (opcode == Opcodes.INVOKESTATIC && EngineInternals.isHelper(owner + ".class")) {
				if (isGlobal(name) && this.memory != NOWHERE && this.loaded == this.memory + 1) {
					this.loaded = this.memory;
					load();
					super.visitMethodInsn(opcode, ACCESS, name, descriptor.replace(INSTANCE, MEMORY), false);
					return;
				}
				if (isAccess(name)) {
					load();
					super.visitMethodInsn(opcode, ACCESS, name, descriptor, false);
					return;
				}
			}
			load();
			super.visitMethodInsn(opcode, owner, name, descriptor, isInterface);
		}

		private static boolean isGlobal(String name) {
			return name.equals("readGlobal") || name.equals("writeGlobal");
		}

		private static boolean isAccess(String name) {
			return name.startsWith("memoryRead") || name.startsWith("memoryWrite") || name.equals("checkInterruption");
		}

		@Override
		public void visitInsn(int opcode) {
			load();
			super.visitInsn(opcode);
		}

		@Override
		public void visitIntInsn(int opcode, int operand) {
			load();
			super.visitIntInsn(opcode, operand);
		}

		@Override
		public void visitTypeInsn(int opcode, String type) {
			load();
			super.visitTypeInsn(opcode, type);
		}

		@Override
		public void visitFieldInsn(int opcode, String owner, String name, String descriptor) {
			load();
			super.visitFieldInsn(opcode, owner, name, descriptor);
		}

		@Override
		public void visitInvokeDynamicInsn(String name, String descriptor, Handle bootstrap, Object... arguments) {
			load();
			super.visitInvokeDynamicInsn(name, descriptor, bootstrap, arguments);
		}

		@Override
		public void visitJumpInsn(int opcode, Label label) {
			load();
			super.visitJumpInsn(opcode, label);
		}

		@Override
		public void visitLabel(Label label) {
			load();
			super.visitLabel(label);
		}

		@Override
		public void visitLdcInsn(Object value) {
			load();
			super.visitLdcInsn(value);
		}

		@Override
		public void visitIincInsn(int variable, int increment) {
			load();
			super.visitIincInsn(variable, increment);
		}

		@Override
		public void visitTableSwitchInsn(int min, int max, Label other, Label... labels) {
			load();
			super.visitTableSwitchInsn(min, max, other, labels);
		}

		@Override
		public void visitLookupSwitchInsn(Label other, int[] keys, Label[] labels) {
			load();
			super.visitLookupSwitchInsn(other, keys, labels);
		}

		@Override
		public void visitMultiANewArrayInsn(String descriptor, int dimensions) {
			load();
			super.visitMultiANewArrayInsn(descriptor, dimensions);
		}

	}

}
