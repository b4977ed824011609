package dev.wasmspring.autoconfigure;

import java.util.Set;
import java.util.TreeSet;

import dev.wasmspring.function.FunctionDefinition;
import dev.wasmspring.function.WasmFunctions;
import org.jetbrains.annotations.ApiStatus;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.HierarchicalBeanFactory;
import org.springframework.beans.factory.ListableBeanFactory;

/**
 * The functions of the contexts above, where there is a hierarchy of them. Stateless.
 */
@ApiStatus.Internal
public final class FunctionsAbove {

	private FunctionsAbove() {
	}

	/**
	 * The names of the functions of all contexts above.
	 * @param beanFactory the bean factory of a context
	 * @return the names, in their order
	 */
	public static Set<String> names(BeanFactory beanFactory) {
		Set<String> names = new TreeSet<>();
		for (ListableBeanFactory above = nearest(beanFactory); above != null; above = nearest(above)) {
			for (String name : above.getBeanNamesForType(WasmFunctions.class, true, false)) {
				above.getBean(name, WasmFunctions.class)
					.definitions()
					.stream()
					.map(FunctionDefinition::name)
					.forEach(names::add);
			}
		}
		return names;
	}

	/**
	 * The nearest bean factory above that has functions.
	 */
	static @Nullable ListableBeanFactory nearest(@Nullable BeanFactory beanFactory) {
		BeanFactory current = parent(beanFactory);
		while (current != null) {
			if (current instanceof ListableBeanFactory listable
					&& listable.getBeanNamesForType(WasmFunctions.class, true, false).length > 0) {
				return listable;
			}
			current = parent(current);
		}
		return null;
	}

	private static @Nullable BeanFactory parent(@Nullable BeanFactory beanFactory) {
		return (beanFactory instanceof HierarchicalBeanFactory hierarchical) ? hierarchical.getParentBeanFactory()
				: null;
	}

}
