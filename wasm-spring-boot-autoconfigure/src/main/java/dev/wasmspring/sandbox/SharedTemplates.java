package dev.wasmspring.sandbox;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import dev.wasmspring.sandbox.limit.Limits;
import dev.wasmspring.sandbox.module.Module;
import dev.wasmspring.sandbox.wasi.Capabilities;
import org.jspecify.annotations.Nullable;

/**
 * The templates that modules with the same digest share, while any of them is loaded.
 * Lives as long as its {@link Engine}; shared by all threads.
 * <p>
 * It keeps none of them alive: what nobody else holds is collected. A module that comes
 * back before that gets the one that there still is.
 */
final class SharedTemplates {

	private final Map<Key, Slot> slots = new ConcurrentHashMap<>();

	private final ReferenceQueue<Template> collected = new ReferenceQueue<>();

	/**
	 * The template of a module.
	 * @param key what decides it
	 * @param module the module
	 * @param make makes it where nobody has it; others that ask for the same wait, and
	 * make it themselves if that fails
	 * @return a template of that module, which shares all that is large with those of the
	 * same key
	 */
	Template get(Key key, Module module, Supplier<Template> make) {
		forgetCollected();
		Slot slot = this.slots.computeIfAbsent(key, Slot::new);
		synchronized (slot) {
			Template existing = slot.template();
			if (existing != null) {
				return existing.of(module);
			}
			Template made = make.get();
			slot.template = new SlotReference(made, slot, this.collected);
			return made;
		}
	}

	/**
	 * A thread may be about to fill the slot that is taken away here: what it makes is
	 * not found by others then, which costs memory and nothing else.
	 */
	private void forgetCollected() {
		for (Reference<?> next = this.collected.poll(); next != null; next = this.collected.poll()) {
			Slot slot = ((SlotReference) next).slot;
			synchronized (slot) {
				if (slot.template == next) {
					this.slots.remove(slot.key, slot);
				}
			}
		}
	}

	/**
	 * What a template depends on. Immutable.
	 *
	 * @param digest the module's
	 * @param split whether functions of it may be split
	 * @param snapshot whether it is initialised once
	 * @param limits what initialising it may use; {@code null} if none of its code runs
	 * then, and so for what follows
	 * @param capabilities what it sees while it is initialised
	 * @param name what it sees as its own name
	 */
	record Key(String digest, boolean split, boolean snapshot, @Nullable Limits limits,
			@Nullable Capabilities capabilities, @Nullable String name) {

	}

	/**
	 * The place of one template. Guarded by itself.
	 */
	private static final class Slot {

		private final Key key;

		private @Nullable SlotReference template;

		Slot(Key key) {
			this.key = key;
		}

		@Nullable Template template() {
			return (this.template != null) ? this.template.get() : null;
		}

	}

	/**
	 * A template that is there as long as somebody else holds it.
	 */
	private static final class SlotReference extends WeakReference<Template> {

		private final Slot slot;

		SlotReference(Template template, Slot slot, ReferenceQueue<Template> queue) {
			super(template, queue);
			this.slot = slot;
		}

	}

}
