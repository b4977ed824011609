/* What Swift asks of WASI's C library. */
#pragma once

long platform_read(int descriptor, void *bytes, unsigned long count);
long platform_write(int descriptor, const void *bytes, unsigned long count);
void platform_exit(int code) __attribute__((noreturn));
