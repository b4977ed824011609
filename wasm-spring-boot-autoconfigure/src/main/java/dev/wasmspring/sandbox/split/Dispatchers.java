package dev.wasmspring.sandbox.split;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.IntInsnNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.LookupSwitchInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TableSwitchInsnNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * Splits the methods with which the compiler's classes find a function by its index, one
 * case for each function: in a large module they are larger than what HotSpot compiles.
 * Stateless.
 * <p>
 * Such a method puts a function's arguments on the stack, switches, and each case calls a
 * method and returns what it returned. Here the switch becomes a search among methods
 * that have a few hundred cases each. Methods that look otherwise are left as they are.
 */
public final class Dispatchers {

	/**
	 * Changes whenever the same classes would be split otherwise.
	 */
	public static final int VERSION = 1;

	private static final int LIMIT = 8_000;

	/** With twelve bytes a case for the switch and four for the call. */
	private static final int CASES = 400;

	private static final int WRITER_FLAGS = ClassWriter.COMPUTE_FRAMES | ClassWriter.COMPUTE_MAXS;

	private Dispatchers() {
	}

	/**
	 * Splits the methods of compiled classes.
	 * @param jar the classes as the compiler hands them to its cache
	 * @return other classes, or the very same bytes if no method had to be split
	 */
	public static byte[] split(byte[] jar) throws IOException {
		boolean changed = false;
		Map<String, byte[]> entries = new LinkedHashMap<>();
		try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(jar))) {
			for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
				byte[] content = zip.readAllBytes();
				if (entry.getName().endsWith(".class") && content.length > LIMIT
						&& !entry.getName().contains("FuncGroup")) {
					byte[] split = splitClass(content);
					changed |= split != content;
					content = split;
				}
				entries.put(entry.getName(), content);
			}
		}
		if (!changed) {
			return jar;
		}
		ByteArrayOutputStream bytes = new ByteArrayOutputStream(jar.length);
		try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
			for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
				ZipEntry written = new ZipEntry(entry.getKey());
				written.setTime(0);
				zip.putNextEntry(written);
				zip.write(entry.getValue());
				zip.closeEntry();
			}
		}
		return bytes.toByteArray();
	}

	private static byte[] splitClass(byte[] bytes) {
		ClassNode type = new ClassNode();
		new ClassReader(bytes).accept(type, ClassReader.SKIP_FRAMES);
		boolean changed = false;
		for (MethodNode method : List.copyOf(type.methods)) {
			// No instruction takes less than a byte, and most of these take three
			if (method.instructions.size() > LIMIT / 16 && (method.access & Opcodes.ACC_STATIC) != 0) {
				changed |= split(type, method);
			}
		}
		if (!changed) {
			return bytes;
		}
		ClassWriter writer = new ClassWriter(WRITER_FLAGS) {
			@Override
			protected String getCommonSuperClass(String one, String other) {
				return "java/lang/Object";
			}
		};
		type.accept(writer);
		return writer.toByteArray();
	}

	private static boolean split(ClassNode type, MethodNode method) {
		AbstractInsnNode found = null;
		Map<Integer, LabelNode> cases = new TreeMap<>();
		LabelNode otherwise = null;
		for (AbstractInsnNode node : method.instructions) {
			int before = cases.size();
			Map<Integer, LabelNode> own = new TreeMap<>();
			LabelNode ownDefault = null;
			if (node instanceof LookupSwitchInsnNode lookup) {
				for (int i = 0; i < lookup.keys.size(); i++) {
					own.put(lookup.keys.get(i), lookup.labels.get(i));
				}
				ownDefault = lookup.dflt;
			}
			else if (node instanceof TableSwitchInsnNode table) {
				for (int i = 0; i < table.labels.size(); i++) {
					own.put(table.min + i, table.labels.get(i));
				}
				ownDefault = table.dflt;
			}
			if (own.size() > before) {
				found = node;
				cases = own;
				otherwise = ownDefault;
			}
		}
		if (found == null || otherwise == null || cases.size() < CASES) {
			return false;
		}
		Map<Integer, MethodInsnNode> calls = new TreeMap<>();
		Map<Integer, LabelNode> others = new TreeMap<>();
		cases.forEach((key, label) -> {
			MethodInsnNode call = call(label);
			if (call != null) {
				calls.put(key, call);
			}
			else {
				others.put(key, label);
			}
		});
		List<AbstractInsnNode> failure = failure(otherwise);
		if (failure == null || calls.isEmpty() || !alike(calls.values())) {
			return false;
		}
		replace(type, method, found, calls, others, otherwise, failure);
		return true;
	}

	/** The call at a label, if all that follows is to return what it returns. */
	private static @Nullable MethodInsnNode call(LabelNode label) {
		AbstractInsnNode node = real(label);
		if (node instanceof MethodInsnNode call && call.getOpcode() == Opcodes.INVOKESTATIC) {
			AbstractInsnNode next = (call.getNext() != null) ? real(call.getNext()) : null;
			int returning = Type.getReturnType(call.desc).getOpcode(Opcodes.IRETURN);
			return (next != null && next.getOpcode() == returning) ? call : null;
		}
		return null;
	}

	/** The first instruction from a node on that is one. */
	private static @Nullable AbstractInsnNode real(AbstractInsnNode from) {
		AbstractInsnNode node = from;
		while (node != null && node.getOpcode() < 0) {
			node = node.getNext();
		}
		return node;
	}

	/**
	 * What throws an exception, which may name the key that was not found.
	 */
	private static @Nullable List<AbstractInsnNode> failure(LabelNode label) {
		List<AbstractInsnNode> failure = new ArrayList<>();
		for (AbstractInsnNode node = real(label); node != null && failure.size() < 3; node = node.getNext()) {
			if (node.getOpcode() < 0) {
				continue;
			}
			failure.add(node);
			if (node.getOpcode() == Opcodes.ATHROW) {
				return failure;
			}
			if (node.getOpcode() != Opcodes.ILOAD && node.getOpcode() != Opcodes.INVOKESTATIC) {
				return null;
			}
		}
		return null;
	}

	private static boolean alike(Iterable<MethodInsnNode> calls) {
		String description = null;
		for (MethodInsnNode call : calls) {
			if (description != null && !description.equals(call.desc)) {
				return false;
			}
			description = call.desc;
		}
		return true;
	}

	private static void replace(ClassNode type, MethodNode method, AbstractInsnNode found,
			Map<Integer, MethodInsnNode> calls, Map<Integer, LabelNode> others, LabelNode otherwise,
			List<AbstractInsnNode> failure) {
		MethodInsnNode any = calls.values().iterator().next();
		Type returned = Type.getReturnType(any.desc);
		Type[] arguments = Type.getArgumentTypes(any.desc);
		Type[] withKey = new Type[arguments.length + 1];
		System.arraycopy(arguments, 0, withKey, 0, arguments.length);
		withKey[arguments.length] = Type.INT_TYPE;
		String description = Type.getMethodDescriptor(returned, withKey);
		int key = method.maxLocals;
		method.maxLocals++;
		InsnList search = new InsnList();
		search.add(new VarInsnNode(Opcodes.ISTORE, key));
		if (!others.isEmpty()) {
			LabelNode next = new LabelNode();
			search.add(new VarInsnNode(Opcodes.ILOAD, key));
			search.add(new LookupSwitchInsnNode(next, others.keySet().stream().mapToInt(Integer::intValue).toArray(),
					others.values().toArray(LabelNode[]::new)));
			search.add(next);
		}
		List<Map.Entry<Integer, MethodInsnNode>> all = new ArrayList<>(calls.entrySet());
		for (int start = 0; start < all.size(); start += CASES) {
			List<Map.Entry<Integer, MethodInsnNode>> some = all.subList(start, Math.min(all.size(), start + CASES));
			String name = method.name + "_" + start;
			LabelNode next = new LabelNode();
			if (start + CASES < all.size()) {
				search.add(new VarInsnNode(Opcodes.ILOAD, key));
				search.add(constant(some.get(some.size() - 1).getKey()));
				search.add(new JumpInsnNode(Opcodes.IF_ICMPGT, next));
			}
			search.add(new VarInsnNode(Opcodes.ILOAD, key));
			search.add(new MethodInsnNode(Opcodes.INVOKESTATIC, type.name, name, description, false));
			search.add(new InsnNode(returned.getOpcode(Opcodes.IRETURN)));
			search.add(next);
			write(type.visitMethod(Opcodes.ACC_STATIC, name, description, null, null), arguments, some, failure,
					returned);
		}
		for (Map.Entry<Integer, MethodInsnNode> entry : all) {
			AbstractInsnNode call = entry.getValue();
			AbstractInsnNode end = (call.getNext() != null) ? real(call.getNext()) : null;
			if (end != null && method.instructions.contains(call)) {
				method.instructions.remove(end);
				method.instructions.remove(call);
			}
		}
		// Behind the last group nothing is reached, but for what follows the switch
		method.instructions.insert(found, search);
		method.instructions.remove(found);
	}

	private static AbstractInsnNode constant(int value) {
		if (value == (short) value) {
			return new IntInsnNode(Opcodes.SIPUSH, value);
		}
		return new LdcInsnNode(value);
	}

	private static void write(MethodVisitor method, Type[] arguments, List<Map.Entry<Integer, MethodInsnNode>> calls,
			List<AbstractInsnNode> failure, Type returned) {
		method.visitCode();
		int local = 0;
		for (Type argument : arguments) {
			method.visitVarInsn(argument.getOpcode(Opcodes.ILOAD), local);
			local += argument.getSize();
		}
		method.visitVarInsn(Opcodes.ILOAD, local);
		Label otherwise = new Label();
		Label[] labels = new Label[calls.size()];
		int[] keys = new int[labels.length];
		for (int i = 0; i < labels.length; i++) {
			labels[i] = new Label();
			keys[i] = calls.get(i).getKey();
		}
		method.visitLookupSwitchInsn(otherwise, keys, labels);
		for (int i = 0; i < labels.length; i++) {
			MethodInsnNode call = calls.get(i).getValue();
			method.visitLabel(labels[i]);
			method.visitMethodInsn(Opcodes.INVOKESTATIC, call.owner, call.name, call.desc, false);
			method.visitInsn(returned.getOpcode(Opcodes.IRETURN));
		}
		method.visitLabel(otherwise);
		for (AbstractInsnNode node : failure) {
			if (node instanceof VarInsnNode) {
				method.visitVarInsn(Opcodes.ILOAD, local);
			}
			else if (node instanceof MethodInsnNode call) {
				method.visitMethodInsn(Opcodes.INVOKESTATIC, call.owner, call.name, call.desc, false);
			}
			else {
				method.visitInsn(Opcodes.ATHROW);
			}
		}
		method.visitMaxs(0, 0);
		method.visitEnd();
	}

}
