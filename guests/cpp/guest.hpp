/*
 * What a function needs of its host: bytes come in, bytes go out, an error has a message.
 *
 *   #include "guest.hpp"
 *
 *   static guest::result handle(std::string_view input) {
 *       if (input.empty()) return guest::error("there is nothing to greet");
 *       return "Hello, " + std::string(input) + "!";
 *   }
 *
 *   GUEST(handle)
 *
 * With -DGUEST_COMMAND the same source is a command: standard input to standard output, an error to standard error
 * and exit code 1. There are no exceptions (-fno-exceptions): what may fail returns a guest::result.
 */
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

namespace guest {

/* What is wrong. */
struct error {
    std::string message;

    explicit error(std::string text) : message(std::move(text)) {}
};

/* An answer or an error. */
struct result {
    std::string text;
    bool failed;

    result(std::string answer) : text(std::move(answer)), failed(false) {}
    result(const char *answer) : text(answer), failed(false) {}
    result(error wrong) : text(std::move(wrong.message)), failed(true) {}
};

/* A line of the function's log. */
inline void log(std::string_view line) {
    fwrite(line.data(), 1, line.size(), stderr);
    fputc('\n', stderr);
}

template <typename Handle>
int run(Handle handle) {
    std::string input;
    char part[4096];
    for (size_t got; (got = fread(part, 1, sizeof part, stdin)) > 0;) input.append(part, got);
    result answer = handle(input);
    if (answer.failed) {
        log(answer.text);
        return 1;
    }
    return fwrite(answer.text.data(), 1, answer.text.size(), stdout) == answer.text.size() ? 0 : 1;
}

inline uint64_t packed(const std::string &text) {
    return static_cast<uint64_t>(reinterpret_cast<uintptr_t>(text.data())) << 32 | text.size();
}

/* What the last call gave. It lives as long as the sandbox of the call. */
inline result *last = nullptr;

}  // namespace guest

#if defined(GUEST_COMMAND)

#define GUEST(handle) \
    int main() { return guest::run(handle); }

#elif defined(__wasm__)

#define GUEST_EXPORT(name) extern "C" __attribute__((export_name(name), used))

#define GUEST(handle)                                                                      \
    GUEST_EXPORT("alloc") void *guest_alloc(size_t size) { return malloc(size); }          \
    GUEST_EXPORT("handle") uint64_t guest_handle(const char *data, size_t length) {        \
        guest::last = new guest::result(handle(std::string_view(data, length)));           \
        return guest::packed(guest::last->text);                                           \
    }                                                                                      \
    GUEST_EXPORT("_error") uint64_t guest_error() {                                        \
        return guest::last != nullptr && guest::last->failed ? guest::packed(guest::last->text) : 0; \
    }

#else

/* The compiler of the machine, for tests. */
#define GUEST(handle)

#endif
