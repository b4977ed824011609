package dev.wasmspring.architecture;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;

/**
 * The packages of the project from top to bottom. A class uses what stands below its own
 * room, and nothing that stands above or beside it. Immutable.
 */
final class Rooms {

	/**
	 * From top to bottom; those of one line do not know each other. A room takes in the
	 * packages below it, unless they are rooms of their own.
	 */
	private static final List<List<String>> FLOORS = List.of(List.of("autoconfigure"),
			List.of("web", "actuate", "observation", "reload", "client"), List.of("versions"), List.of("registration"),
			List.of("discovery", "conversion"), List.of("function"), List.of("script", "schema"), List.of("sandbox"),
			List.of("sandbox.compiler"), List.of("sandbox.symbols", "sandbox.module", "sandbox.split"),
			List.of("sandbox.module.preflight"), List.of("sandbox.wasi"), List.of("sandbox.memory"),
			List.of("sandbox.limit", "sandbox.chicory", "sandbox.binary"));

	private final String root;

	Rooms(String root) {
		this.root = root;
	}

	/**
	 * All rooms.
	 * @return the names of their packages, without the root
	 */
	static Stream<String> names() {
		return FLOORS.stream().flatMap(List::stream);
	}

	ArchCondition<JavaClass> useOnlyWhatStandsBelow() {
		return new ArchCondition<>("use only what stands below") {

			@Override
			public void check(JavaClass javaClass, ConditionEvents events) {
				String room = roomOf(javaClass);
				if (room == null) {
					events.add(SimpleConditionEvent.violated(javaClass, javaClass.getName() + " stands in no room"));
					return;
				}
				for (Dependency dependency : javaClass.getDirectDependenciesFromSelf()) {
					String used = roomOf(dependency.getTargetClass());
					if (used != null && !used.equals(room) && floor(used) <= floor(room)) {
						events.add(SimpleConditionEvent.violated(dependency, dependency.getDescription()));
					}
				}
			}

		};
	}

	private String roomOf(JavaClass javaClass) {
		String name = javaClass.getPackageName() + ".";
		return names().filter((room) -> name.startsWith(this.root + "." + room + "."))
			.max(Comparator.comparing(String::length))
			.orElse(null);
	}

	private static int floor(String room) {
		for (int i = 0; i < FLOORS.size(); i++) {
			if (FLOORS.get(i).contains(room)) {
				return i;
			}
		}
		throw new IllegalArgumentException(room);
	}

}
