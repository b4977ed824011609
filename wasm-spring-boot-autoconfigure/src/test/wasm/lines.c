// Traps three calls deep, with debug information that says where each function is.

static int divide(int a, int b) {
	return a / b;
}

__attribute__((noinline)) static int inner(int value) {
	volatile int zero = 0;
	return divide(value, zero);
}

__attribute__((noinline)) static int outer(int value) {
	return inner(value + 1) + 1;
}

__attribute__((export_name("run"))) int run(int value) {
	return outer(value) * 2;
}
