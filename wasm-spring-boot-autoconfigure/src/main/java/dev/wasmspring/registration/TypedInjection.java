package dev.wasmspring.registration;

import java.lang.reflect.Array;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

import dev.wasmspring.conversion.FunctionConversion;
import dev.wasmspring.conversion.UnsuitableTypeException;
import dev.wasmspring.function.FunctionDefinition;
import dev.wasmspring.function.WasmFunction;
import dev.wasmspring.function.WasmFunctionException;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.config.BeanDefinitionHolder;
import org.springframework.beans.factory.config.DependencyDescriptor;
import org.springframework.beans.factory.support.AutowireCandidateResolver;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.context.annotation.ContextAnnotationAutowireCandidateResolver;
import org.springframework.core.ResolvableType;

/**
 * The resolver that injects functions with the types that are declared where they are
 * injected. All functions are beans of one type; what is injected converts between that
 * and the declared one, and is made for the one place. Everything else is left to the
 * resolver that was there before. Lives as long as the bean factory, shared by all
 * threads.
 */
public final class TypedInjection extends ContextAnnotationAutowireCandidateResolver {

	private final AutowireCandidateResolver others;

	private final Supplier<FunctionConversion> conversion;

	/** What is being resolved as it would be without this. */
	private final ThreadLocal<Set<DependencyDescriptor>> ordinary = ThreadLocal
		.withInitial(() -> Collections.newSetFromMap(new IdentityHashMap<>()));

	private @Nullable DefaultListableBeanFactory beanFactory;

	private TypedInjection(AutowireCandidateResolver others, Supplier<FunctionConversion> conversion) {
		this.others = others;
		this.conversion = conversion;
	}

	/**
	 * Takes care of the injections of a bean factory.
	 * @param beanFactory the bean factory, before its beans are made
	 * @param conversion converts between types
	 */
	public static void install(DefaultListableBeanFactory beanFactory, Supplier<FunctionConversion> conversion) {
		beanFactory
			.setAutowireCandidateResolver(new TypedInjection(beanFactory.getAutowireCandidateResolver(), conversion));
	}

	@Override
	public void setBeanFactory(BeanFactory beanFactory) {
		super.setBeanFactory(beanFactory);
		this.beanFactory = (beanFactory instanceof DefaultListableBeanFactory listable) ? listable : null;
	}

	@Override
	public @Nullable Object getLazyResolutionProxyIfNecessary(DependencyDescriptor descriptor,
			@Nullable String beanName) {
		Object lazy = this.others.getLazyResolutionProxyIfNecessary(descriptor, beanName);
		if (lazy != null || this.others.getSuggestedValue(descriptor) != null) {
			return lazy;
		}
		return typed(descriptor, beanName);
	}

	@Override
	public @Nullable Object getSuggestedValue(DependencyDescriptor descriptor) {
		Object suggested = this.others.getSuggestedValue(descriptor);
		return (suggested != null) ? suggested : typed(descriptor, null);
	}

	private @Nullable Object typed(DependencyDescriptor descriptor, @Nullable String requester) {
		DefaultListableBeanFactory factory = this.beanFactory;
		InjectedType type = InjectedType.of(descriptor.getResolvableType());
		if (factory == null || type == null || type.isOfBean() || this.ordinary.get().contains(descriptor)) {
			return null;
		}
		Set<String> functions = FunctionBeans.allNames(factory);
		if (functions.isEmpty()) {
			return null;
		}
		if (type.rawType() != Function.class) {
			String name = named(descriptor, type, functions, factory);
			return (name != null) ? inject(name, descriptor, type, requester, factory) : null;
		}
		if (type.single() && functions.stream()
			.noneMatch((name) -> factory.isAutowireCandidate(name, descriptor.forFallbackMatch()))) {
			return null;
		}
		Set<String> found = new LinkedHashSet<>();
		Object resolved = asIfNotThere(descriptor, requester, found, factory);
		if (resolved == null) {
			return null;
		}
		if (!type.single() || resolved instanceof Stream) {
			return all(resolved, new Elements(descriptor, type, requester, functions, factory));
		}
		String name = found.iterator().hasNext() ? found.iterator().next() : "";
		return (found.size() == 1 && functions.contains(name)) ? inject(name, descriptor, type, requester, factory)
				: null;
	}

	/**
	 * What would be injected without this resolver.
	 */
	private @Nullable Object asIfNotThere(DependencyDescriptor descriptor, @Nullable String requester,
			Set<String> found, DefaultListableBeanFactory factory) {
		this.ordinary.get().add(descriptor);
		try {
			return factory.doResolveDependency(descriptor, requester, found, null);
		}
		finally {
			this.ordinary.get().remove(descriptor);
		}
	}

	/**
	 * The function that is meant where something else than a function is declared: by its
	 * qualifier, or by the name of what it is injected into, unless there is a bean of
	 * the declared type.
	 */
	private @Nullable String named(DependencyDescriptor descriptor, InjectedType type, Set<String> functions,
			DefaultListableBeanFactory factory) {
		DependencyDescriptor fallback = descriptor.forFallbackMatch();
		for (String other : BeanFactoryUtils.beanNamesForTypeIncludingAncestors(factory, type.rawType(), true, false)) {
			if (factory.isAutowireCandidate(other, fallback)) {
				return null;
			}
		}
		boolean qualified = hasQualifier(descriptor);
		DependencyDescriptor asFunction = new FunctionDescriptor(descriptor);
		List<String> meant = functions.stream()
			.filter((name) -> factory.isAutowireCandidate(name, asFunction))
			.filter((name) -> qualified || name.equals(descriptor.getDependencyName()))
			.toList();
		return (meant.size() == 1) ? meant.get(0) : null;
	}

	@SuppressWarnings("unchecked")
	private Object inject(String name, DependencyDescriptor descriptor, InjectedType type, @Nullable String requester,
			DefaultListableBeanFactory factory) {
		if (requester != null) {
			factory.registerDependentBean(name, requester);
		}
		Function<Object, Object> bean = factory.getBean(name, Function.class);
		return type.inject(name, bean, definition(FunctionBeans.find(name, factory)), this.conversion.get(),
				elementType(descriptor.getResolvableType(), type));
	}

	private static ResolvableType elementType(ResolvableType declared, InjectedType type) {
		return type.single() ? declared
				: ResolvableType.forClassWithGenerics(Function.class, type.input(), type.output());
	}

	private static @Nullable FunctionDefinition definition(@Nullable WasmFunction function) {
		try {
			return (function != null) ? function.definition() : null;
		}
		catch (WasmFunctionException ex) {
			// Its module is not there at the moment: nothing is known of it
			return null;
		}
	}

	/**
	 * All functions that fit. A function that cannot have the declared type does not.
	 */
	private Object all(Object resolved, Elements elements) {
		if (resolved instanceof Map<?, ?> map) {
			Map<Object, Object> typed = new LinkedHashMap<>();
			map.forEach(
					(name, bean) -> elements.add(String.valueOf(name), bean, (element) -> typed.put(name, element)));
			return elements.require(typed, typed.isEmpty());
		}
		List<?> beans = (resolved instanceof Object[] array) ? Arrays.asList(array)
				: (resolved instanceof Stream<?> stream) ? stream.toList() : new ArrayList<>((Collection<?>) resolved);
		Map<Object, String> names = new IdentityHashMap<>();
		elements.functions().forEach((name) -> names.put(elements.factory().getBean(name), name));
		Collection<Object> typed = (resolved instanceof Set) ? new LinkedHashSet<>() : new ArrayList<>();
		beans.forEach((bean) -> elements.add(names.getOrDefault(bean, ""), bean, typed::add));
		Object all = elements.require(typed, typed.isEmpty());
		if (resolved instanceof Stream) {
			return asStream(typed);
		}
		return (resolved instanceof Object[])
				? typed.toArray((Object[]) Array.newInstance(resolved.getClass().getComponentType(), 0)) : all;
	}

	/**
	 * A stream that is of the declared type as well, which is asked of what is suggested.
	 */
	private static Object asStream(Collection<Object> elements) {
		Stream<Object> stream = elements.stream();
		return Proxy.newProxyInstance(TypedInjection.class.getClassLoader(),
				new Class<?>[] { Stream.class, Function.class },
				(proxy, method, arguments) -> method.invoke(stream, arguments));
	}

	@Override
	public boolean isAutowireCandidate(BeanDefinitionHolder bdHolder, DependencyDescriptor descriptor) {
		return this.others.isAutowireCandidate(bdHolder, descriptor)
				&& !(isOfSpring(descriptor) && isFunction(bdHolder.getBeanName()));
	}

	/**
	 * Whether Spring asks for a function, for one that has a name of its threads for
	 * example. It means a bean that somebody made for that.
	 */
	private static boolean isOfSpring(DependencyDescriptor descriptor) {
		return descriptor.getMember().getDeclaringClass().getName().startsWith("org.springframework.")
				&& InjectedType.of(descriptor.getResolvableType()) != null;
	}

	private boolean isFunction(String name) {
		return this.beanFactory != null && FunctionBeans.allNames(this.beanFactory).contains(name);
	}

	@Override
	public boolean isRequired(DependencyDescriptor descriptor) {
		return this.others.isRequired(descriptor);
	}

	@Override
	public boolean hasQualifier(DependencyDescriptor descriptor) {
		return this.others.hasQualifier(descriptor);
	}

	@Override
	public @Nullable String getSuggestedName(DependencyDescriptor descriptor) {
		return this.others.getSuggestedName(descriptor);
	}

	@Override
	public @Nullable Class<?> getLazyResolutionProxyClass(DependencyDescriptor descriptor, @Nullable String beanName) {
		return this.others.getLazyResolutionProxyClass(descriptor, beanName);
	}

	@Override
	public void addQualifierType(Class<? extends java.lang.annotation.Annotation> qualifierType) {
		super.addQualifierType(qualifierType);
		if (this.others instanceof ContextAnnotationAutowireCandidateResolver resolver) {
			resolver.addQualifierType(qualifierType);
		}
	}

	@Override
	public AutowireCandidateResolver cloneIfNecessary() {
		return new TypedInjection(this.others.cloneIfNecessary(), this.conversion);
	}

	/**
	 * The same dependency as one on a function of whatever types. Lives for one
	 * injection.
	 */
	private static final class FunctionDescriptor extends DependencyDescriptor {

		FunctionDescriptor(DependencyDescriptor original) {
			super(original);
		}

		@Override
		public Class<?> getDependencyType() {
			return Function.class;
		}

		@Override
		public ResolvableType getResolvableType() {
			return ResolvableType.forClass(Function.class);
		}

	}

	/**
	 * The functions of one injection of several. Lives for it.
	 */
	private final class Elements {

		private final DependencyDescriptor descriptor;

		private final InjectedType type;

		private final @Nullable String requester;

		private final Set<String> functions;

		private final DefaultListableBeanFactory factory;

		private @Nullable UnsuitableTypeException first;

		Elements(DependencyDescriptor descriptor, InjectedType type, @Nullable String requester, Set<String> functions,
				DefaultListableBeanFactory factory) {
			this.descriptor = descriptor;
			this.type = type;
			this.requester = requester;
			this.functions = functions;
			this.factory = factory;
		}

		Set<String> functions() {
			return this.functions;
		}

		DefaultListableBeanFactory factory() {
			return this.factory;
		}

		void add(String name, Object bean, java.util.function.Consumer<Object> fitting) {
			try {
				fitting.accept(this.functions.contains(name)
						? inject(name, this.descriptor, this.type, this.requester, this.factory) : bean);
			}
			catch (UnsuitableTypeException ex) {
				this.first = (this.first != null) ? this.first : ex;
			}
		}

		Object require(Object elements, boolean empty) {
			if (empty && this.first != null) {
				throw this.first;
			}
			return elements;
		}

	}

}
