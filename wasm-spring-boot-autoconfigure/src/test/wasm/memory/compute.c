/*
 * Compute-bound guests whose results depend on every byte they wrote.
  See build.sh for how it is built.
 */
#define EXPORT(name) __attribute__((export_name(#name)))

typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef struct __attribute__((packed)) { u64 word; } unaligned;

static u8 bytes[1 << 18];
static u32 ints[1 << 15];
static double doubles[3][60 * 60];

EXPORT(sieve) u32 sieve(u32 limit) {
	u32 count = 0;
	__builtin_memset(bytes, 1, limit);
	for (u32 i = 2; i < limit; i++) {
		if (bytes[i]) {
			count++;
			for (u32 j = i * 2; j < limit; j += i) {
				bytes[j] = 0;
			}
		}
	}
	return count;
}

static void quicksort(u32 *values, int low, int high) {
	while (low < high) {
		u32 pivot = values[(low + high) >> 1];
		int i = low, j = high;
		while (i <= j) {
			while (values[i] < pivot) i++;
			while (values[j] > pivot) j--;
			if (i <= j) {
				u32 swap = values[i];
				values[i++] = values[j];
				values[j--] = swap;
			}
		}
		quicksort(values, low, j);
		low = i;
	}
}

EXPORT(sort) u32 sort(u32 seed) {
	u32 hash = 0, count = sizeof ints / sizeof *ints;
	for (u32 i = 0; i < count; i++) {
		ints[i] = seed = seed * 1664525 + 1013904223;
	}
	quicksort(ints, 0, count - 1);
	for (u32 i = 1; i < count; i++) {
		hash = hash * 31 + ints[i] + (ints[i - 1] > ints[i]);
	}
	return hash;
}

EXPORT(matrix) u64 matrix(u32 seed) {
	u64 hash = 0;
	for (u32 i = 0; i < 3600; i++) {
		doubles[0][i] = i + seed;
		doubles[1][i] = i * 0.5;
	}
	for (u32 i = 0; i < 60; i++) {
		for (u32 j = 0; j < 60; j++) {
			double sum = 0;
			for (u32 k = 0; k < 60; k++) {
				sum += doubles[0][i * 60 + k] * doubles[1][k * 60 + j];
			}
			doubles[2][i * 60 + j] = sum;
			hash = hash * 31 + (u64) sum;
		}
	}
	return hash;
}

/* Unaligned words that cross every kind of border, and overlapping moves. */
EXPORT(churn) u64 churn(u32 seed) {
	u64 hash = 0;
	for (u32 i = 0; i < 20000; i++) {
		seed = seed * 1664525 + 1013904223;
		u32 at = (seed >> 8) % (sizeof bytes - 8000);
		((unaligned *) (bytes + at))->word += seed;
		hash = hash * 31 + (u32) ((unaligned *) (bytes + at + 3))->word;
		if ((i & 63) == 0) {
			__builtin_memmove(bytes + at, bytes + at + (seed & 4095), seed % 8000);
			__builtin_memmove(bytes + at + (seed & 1023), bytes + at, seed % 6000);
		}
	}
	return hash;
}
