/*
 * What a function needs of its host: bytes come in, bytes go out, an error has a message.
 *
 *   #include "guest.h"
 *
 *   static bytes handle(bytes input) {
 *       if (input.length == 0) return failed("there is nothing to greet");
 *       return text("Hello, %.*s!", (int)input.length, input.data);
 *   }
 *
 *   GUEST(handle)
 *
 * With -DGUEST_COMMAND the same source is a command: standard input to standard output, an error to standard error
 * and exit code 1. Nothing needs to be freed: every call has memory of its own, which is thrown away after it.
 */
#ifndef GUEST_H
#define GUEST_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct bytes {
    const char *data;
    size_t length;
} bytes;

static bytes guest_error;

static inline bytes guest_format(const char *format, va_list arguments) {
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    char *data = length < 0 ? NULL : (char *)malloc((size_t)length + 1);
    if (data == NULL) abort();
    vsnprintf(data, (size_t)length + 1, format, arguments);
    bytes formatted = {data, (size_t)length};
    return formatted;
}

/* An answer in words, as printf writes it. */
__attribute__((format(printf, 1, 2))) static inline bytes text(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    bytes formatted = guest_format(format, arguments);
    va_end(arguments);
    return formatted;
}

/* An error instead of an answer: return failed("no customer %d", id). */
__attribute__((format(printf, 1, 2))) static inline bytes failed(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    guest_error = guest_format(format, arguments);
    va_end(arguments);
    bytes nothing = {guest_error.data, 0};
    return nothing;
}

/* A line of the function's log. Most of printf's code is there only if something is formatted. */
static inline void guest_log(const char *line) {
    fputs(line, stderr);
    fputc('\n', stderr);
}

#ifdef GUEST_COMMAND

static inline int guest_run(bytes (*handle)(bytes)) {
    size_t size = 65536, length = 0, got;
    char *input = (char *)malloc(size);
    while (input != NULL && (got = fread(input + length, 1, size - length, stdin)) > 0) {
        length += got;
        if (length == size) input = (char *)realloc(input, size *= 2);
    }
    if (input == NULL) abort();
    bytes all = {input, length};
    bytes output = handle(all);
    if (guest_error.data != NULL) {
        guest_log(guest_error.data);
        return 1;
    }
    return fwrite(output.data, 1, output.length, stdout) == output.length ? 0 : 1;
}

#define GUEST(handle) \
    int main(void) { return guest_run(handle); }

#elif defined(__wasm__)

#define GUEST_EXPORT(name) __attribute__((export_name(name), used))

static inline uint64_t guest_packed(bytes b) { return (uint64_t)(uintptr_t)b.data << 32 | b.length; }

#define GUEST(handle)                                                                           \
    GUEST_EXPORT("alloc") void *guest_alloc(size_t size) { return malloc(size); }               \
    GUEST_EXPORT("handle") uint64_t guest_handle(const char *data, size_t length) {             \
        bytes input = {data, length};                                                           \
        return guest_packed(handle(input));                                                     \
    }                                                                                           \
    GUEST_EXPORT("_error") uint64_t guest_last_error(void) { return guest_packed(guest_error); }

#else

/* The compiler of the machine, for tests. */
#define GUEST(handle)

#endif

#ifdef __cplusplus
}
#endif

#endif
