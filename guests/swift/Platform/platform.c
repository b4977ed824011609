#include "platform.h"

#include <stdlib.h>
#include <unistd.h>

long platform_read(int descriptor, void *bytes, unsigned long count) { return read(descriptor, bytes, count); }

long platform_write(int descriptor, const void *bytes, unsigned long count) { return write(descriptor, bytes, count); }

void platform_exit(int code) { _Exit(code); }

/* Swift seeds its hash tables with it. */
void arc4random_buf(void *bytes, size_t count) { getentropy(bytes, count); }
