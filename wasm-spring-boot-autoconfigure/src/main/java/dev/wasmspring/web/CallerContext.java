package dev.wasmspring.web;

import java.util.concurrent.Callable;

import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import reactor.util.context.ContextView;

import org.springframework.util.ClassUtils;

/**
 * What a reactive caller has with it, such as its trace and who it is, for the thread
 * that runs its call. Lives for one call.
 */
abstract class CallerContext {

	private static final boolean PROPAGATED = ClassUtils.isPresent("io.micrometer.context.ContextSnapshotFactory",
			CallerContext.class.getClassLoader());

	/**
	 * The context of a subscriber, if there is a library that can hand it on.
	 */
	static CallerContext of(ContextView context) {
		return PROPAGATED ? new Propagated(context) : new None();
	}

	/**
	 * The call with this context around it.
	 */
	abstract <T> Callable<T> wrap(Callable<T> call);

	/**
	 * No context.
	 */
	private static final class None extends CallerContext {

		@Override
		<T> Callable<T> wrap(Callable<T> call) {
			return call;
		}

	}

	/**
	 * What the library for it finds in the subscriber's context.
	 */
	private static final class Propagated extends CallerContext {

		private final ContextSnapshot snapshot;

		Propagated(ContextView context) {
			this.snapshot = Factory.FACTORY.captureFrom(context);
		}

		@Override
		<T> Callable<T> wrap(Callable<T> call) {
			return this.snapshot.wrap(call);
		}

	}

	/**
	 * Made when it is first used.
	 */
	private static final class Factory {

		private static final ContextSnapshotFactory FACTORY = ContextSnapshotFactory.builder().build();

	}

}
