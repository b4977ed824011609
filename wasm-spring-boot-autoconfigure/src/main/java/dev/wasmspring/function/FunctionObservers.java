package dev.wasmspring.function;

import java.util.List;

import org.jetbrains.annotations.ApiStatus;

/**
 * What makes one observer of several. Stateless.
 */
@ApiStatus.Internal
public final class FunctionObservers {

	private FunctionObservers() {
	}

	/**
	 * Tells all of several observers.
	 * @param observers the observers, in the order in which they hear that a call begins;
	 * they hear of its end the other way round
	 * @return one observer that stands for all of them
	 */
	public static FunctionObserver all(List<FunctionObserver> observers) {
		FunctionObserver all = FunctionObserver.NONE;
		for (FunctionObserver observer : observers) {
			all = (all == FunctionObserver.NONE) ? observer : new ObserverPair(all, observer);
		}
		return all;
	}

}
