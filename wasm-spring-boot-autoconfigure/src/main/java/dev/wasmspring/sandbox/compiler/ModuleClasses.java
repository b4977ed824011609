package dev.wasmspring.sandbox.compiler;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import dev.wasmspring.sandbox.chicory.EngineInternals;
import dev.wasmspring.sandbox.module.Module;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Opcodes;

/**
 * The classes of one module in the JVM. Lives while the module is loaded, and is confined
 * to the thread that loads it; what {@link #machines()} returns is shared by all threads.
 * The classes are unloaded when nobody holds that any more.
 * <p>
 * Among the classes that the compiler hands out is one that is the same for every module:
 * the helpers that compiled code calls. It is loaded once, which saves a fifth of the
 * work and of the memory of a module of usual size.
 */
final class ModuleClasses {

	private static final String CLASS = ".class";

	private static final String OUTLINE = "outline";

	/** The kind of an extra field of a zip file's entry that holds the entry's size. */
	private static final short SIZE = 0x7773;

	/** In the byte order of zip files. */
	private static final short LENGTH_OF_SIZE = Short.reverseBytes((short) Integer.BYTES);

	private static final int SIZE_FIELD = 2 * Short.BYTES + Integer.BYTES;

	/** By the digest of their class file; while a module uses them. */
	private static final Map<String, WeakReference<Loader>> HELPERS = new ConcurrentHashMap<>();

	private final byte[] outline;

	private final Function<Instance, Machine> machines;

	private final int size;

	private ModuleClasses(byte[] outline, Function<Instance, Machine> machines, int size) {
		this.outline = outline;
		this.machines = machines;
		this.size = size;
	}

	/**
	 * Packs what {@link #load} needs.
	 * @param jar the classes, as the compiler hands them out
	 * @param outline what the classes were compiled from, without code
	 */
	static Packed pack(byte[] jar, byte[] outline) throws IOException {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream(jar.length + outline.length);
		String digest = "";
		try (ZipInputStream entries = new ZipInputStream(new ByteArrayInputStream(jar));
				ZipOutputStream packed = new ZipOutputStream(bytes)) {
			write(OUTLINE, outline, packed);
			byte[] helpers = null;
			String name = "";
			for (ZipEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
				byte[] content = entries.readAllBytes();
				if (EngineInternals.isHelper(entry.getName())) {
					name = entry.getName();
					helpers = withPublicAccess(content);
				}
				else if (entry.getName().endsWith(CLASS)) {
					write(entry.getName(), content, packed);
				}
			}
			if (helpers != null) {
				// The last, so that it need not be read where it is known
				digest = Module.digestOf(helpers);
				write(name, helpers, packed);
			}
		}
		return new Packed(bytes.toByteArray(), 0, digest);
	}

	private static void write(String name, byte[] content, ZipOutputStream zip) throws IOException {
		ZipEntry entry = new ZipEntry(name);
		entry.setTime(0);
		// Such entries are written before their size is known to the format
		entry.setExtra(
				ByteBuffer.allocate(SIZE_FIELD).putShort(SIZE).putShort(LENGTH_OF_SIZE).putInt(content.length).array());
		zip.putNextEntry(entry);
		zip.write(content);
		zip.closeEntry();
	}

	/**
	 * Reads into an array of the right size, without those that grow on the way.
	 */
	private static byte[] read(ZipEntry entry, ZipInputStream zip) throws IOException {
		byte[] extra = entry.getExtra();
		if (extra == null || extra.length < SIZE_FIELD || ByteBuffer.wrap(extra).getShort() != SIZE) {
			return zip.readAllBytes();
		}
		byte[] content = new byte[ByteBuffer.wrap(extra).getInt(SIZE_FIELD - Integer.BYTES)];
		if (zip.readNBytes(content, 0, content.length) != content.length || zip.read() != -1) {
			throw new IOException("A class has another size");
		}
		return content;
	}

	/**
	 * To the JVM, classes of another loader are in another package, whatever its name.
	 */
	private static byte[] withPublicAccess(byte[] helpers) {
		ClassReader reader = new ClassReader(helpers);
		ClassWriter writer = new ClassWriter(reader, 0);
		reader.accept(new ClassVisitor(Opcodes.ASM9, writer) {

			@Override
			public void visit(int version, int access, String name, String signature, String superName,
					String[] interfaces) {
				super.visit(version, access | Opcodes.ACC_PUBLIC, name, signature, superName, interfaces);
			}

		}, 0);
		return writer.toByteArray();
	}

	/**
	 * Loads classes, and lets the JVM verify all of them now.
	 * @throws IOException if they are not what was packed
	 * @throws LinkageError if the JVM does not take them
	 */
	static ModuleClasses load(Packed packed) throws IOException {
		byte[] outline = null;
		Map<String, byte[]> classes = new LinkedHashMap<>();
		Loader helpers = helpers(packed.helpers());
		try (ZipInputStream entries = new ZipInputStream(packed.stream())) {
			for (ZipEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
				if (EngineInternals.isHelper(entry.getName())) {
					if (helpers == null) {
						helpers = helpers(packed.helpers(), className(entry.getName()), read(entry, entries));
					}
					break;
				}
				byte[] content = read(entry, entries);
				if (entry.getName().equals(OUTLINE)) {
					outline = content;
				}
				else {
					classes.put(className(entry.getName()), content);
				}
			}
		}
		if (outline == null) {
			throw new IOException("There is no outline");
		}
		return load(outline, classes, new Loader((helpers != null) ? helpers : Loader.ENGINE));
	}

	private static ModuleClasses load(byte[] outline, Map<String, byte[]> classes, Loader loader) throws IOException {
		int size = 0;
		Class<?> machine = null;
		for (Map.Entry<String, byte[]> entry : classes.entrySet()) {
			Class<?> defined = loader.define(entry.getKey(), entry.getValue());
			size += entry.getValue().length;
			if (Machine.class.isAssignableFrom(defined)) {
				machine = defined;
			}
		}
		if (machine == null) {
			throw new IOException("There is no machine");
		}
		for (String name : classes.keySet()) {
			// Not below the first guest, which may have used up the stack
			loader.verify(name);
		}
		return new ModuleClasses(outline, machines(machine), size);
	}

	private static String className(String entry) {
		return entry.substring(0, Math.max(0, entry.length() - CLASS.length())).replace('/', '.');
	}

	private static Function<Instance, Machine> machines(Class<?> machine) throws IOException {
		try {
			MethodHandle constructor = MethodHandles.publicLookup()
				.findConstructor(machine, MethodType.methodType(void.class, Instance.class))
				.asType(MethodType.methodType(Machine.class, Instance.class));
			return (instance) -> construct(constructor, instance);
		}
		catch (ReflectiveOperationException ex) {
			throw new IOException(ex);
		}
	}

	private static Machine construct(MethodHandle constructor, Instance instance) {
		try {
			return (Machine) constructor.invokeExact(instance);
		}
		catch (RuntimeException | Error ex) {
			throw ex;
		}
		catch (Throwable ex) {
			throw new IllegalStateException("A machine throws what it does not declare", ex);
		}
	}

	private static @Nullable Loader helpers(String digest) {
		WeakReference<Loader> known = HELPERS.get(digest);
		return (known != null) ? known.get() : null;
	}

	/**
	 * Two threads may load the same at the same time, which costs memory and nothing
	 * else.
	 */
	private static Loader helpers(String digest, String name, byte[] bytes) throws IOException {
		if (!Module.digestOf(bytes).equals(digest)) {
			throw new IOException("The helpers are others");
		}
		Loader loader = new Loader(Loader.ENGINE);
		loader.define(name, bytes);
		loader.verify(name);
		HELPERS.put(digest, new WeakReference<>(loader));
		return loader;
	}

	/**
	 * What the classes were compiled from, without code.
	 */
	byte[] outline() {
		return this.outline;
	}

	/**
	 * Makes the machine of an instance.
	 */
	Function<Instance, Machine> machines() {
		return this.machines;
	}

	/**
	 * The size of the class files that are this module's alone.
	 */
	int size() {
		return this.size;
	}

	/**
	 * Classes on their way to the JVM or to the cache.
	 *
	 * @param bytes the classes and the outline, as a jar that goes to the end
	 * @param start where the jar begins
	 * @param helpers the digest of the helpers among them, empty if there are none
	 */
	record Packed(byte[] bytes, int start, String helpers) {

		InputStream stream() {
			return new ByteArrayInputStream(this.bytes, this.start, length());
		}

		int length() {
			return this.bytes.length - this.start;
		}

	}

	/**
	 * The loader of the classes of one module, or of the helpers of all. Lives as long as
	 * they do.
	 */
	private static final class Loader extends ClassLoader {

		/** What sees the engine's classes and ours, which compiled code refers to. */
		private static final ClassLoader ENGINE = ModuleClasses.class.getClassLoader();

		Loader(ClassLoader parent) {
			super(parent);
		}

		Class<?> define(String name, byte[] bytes) {
			return defineClass(name, bytes, 0, bytes.length);
		}

		void verify(String name) {
			try {
				Class.forName(name, true, this);
			}
			catch (ClassNotFoundException ex) {
				throw new IllegalStateException("It was defined a moment ago", ex);
			}
		}

	}

}
