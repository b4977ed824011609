package dev.wasmspring.autoconfigure;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

import org.jetbrains.annotations.ApiStatus;

/**
 * The distance of names from one that was misspelt. Stateless.
 */
@ApiStatus.Internal
public final class Nearness {

	private Nearness() {
	}

	/**
	 * Sorts names.
	 * @param misspelt what somebody wrote
	 * @param names what there is
	 * @return the names: those first that it is the beginning of, then the nearest, and
	 * those that are as near in alphabetical order
	 */
	public static List<String> sorted(String misspelt, Collection<String> names) {
		String wanted = misspelt.toLowerCase(Locale.ROOT);
		return names.stream()
			.sorted(Comparator.<String, Boolean>comparing((name) -> !name.toLowerCase(Locale.ROOT).startsWith(wanted))
				.thenComparingInt((name) -> distance(wanted, name.toLowerCase(Locale.ROOT)))
				.thenComparing(Comparator.naturalOrder()))
			.toList();
	}

	/**
	 * How many characters have to be added, taken away or replaced.
	 */
	private static int distance(String first, String second) {
		int[] row = new int[second.length() + 1];
		for (int j = 0; j < row.length; j++) {
			row[j] = j;
		}
		for (int i = 1; i <= first.length(); i++) {
			int diagonal = row[0];
			row[0] = i;
			for (int j = 1; j < row.length; j++) {
				int replaced = diagonal + ((first.charAt(i - 1) == second.charAt(j - 1)) ? 0 : 1);
				diagonal = row[j];
				row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
			}
		}
		return row[row.length - 1];
	}

}
