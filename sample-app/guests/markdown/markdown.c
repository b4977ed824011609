/*
 * Markdown to HTML, safe for text from strangers. The work is done by MD4C, the C library that
 * Debian packages; this file gives it the shape of a function and closes two doors to scripts:
 * raw HTML is shown as text, and links lead to ordinary addresses only.
 */

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "md4c-html.h"

#define EXPORT(name) __attribute__((export_name(name)))

/* Tables and ~~strikethrough~~ as on GitHub. */
#define FLAGS (MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH | MD_FLAG_NOHTML)

typedef struct {
    char *data;
    size_t size;
    size_t capacity;
} Buffer;

/* MD4C hands over its output in small pieces. */
static void append(const MD_CHAR *text, MD_SIZE size, void *userdata) {
    Buffer *out = userdata;
    if (size > out->capacity - out->size) {
        size_t capacity = 2 * out->capacity + size;
        char *data = realloc(out->data, capacity);
        if (data == NULL) {
            abort(); /* a trap: out of memory */
        }
        out->data = data;
        out->capacity = capacity;
    }
    memcpy(out->data + out->size, text, size);
    out->size += size;
}

/* Memory for the host to write its input to. Never freed: a sandbox serves one call. */
EXPORT("alloc")
void *guest_alloc(int32_t size) {
    void *memory = size < 0 ? NULL : malloc((size_t) size + 1); /* never malloc(0), which may be NULL */
    if (memory == NULL) {
        abort();
    }
    return memory;
}

/* Answers where the HTML lies, as pointer << 32 | length. */
EXPORT("markdown")
uint64_t markdown(const char *text, uint32_t length) {
    Buffer html = {0};
    if (md_html(text, length, append, &html, FLAGS, 0) != 0) {
        abort(); /* MD4C fails only when it gets no memory */
    }
    return (uint64_t) (uintptr_t) html.data << 32 | html.size;
}

/*
 * MD4C does not judge addresses: [click](javascript:...) would become a link that runs a script.
 * So the linker (--wrap=md_parse) puts the function below between MD4C's parser and its HTML
 * renderer, which look up each other by name, and MD4C itself stays as Debian ships it.
 */

/* A list of what is allowed. What MD4C would still decode, such as &#106;avascript:, is not on it. */
static bool is_safe(const MD_ATTRIBUTE *address) {
    static const char *const prefixes[] = {"https://", "http://", "mailto:", "/", "#"};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        size_t length = strlen(prefixes[i]);
        if (address->size >= length && memcmp(address->text, prefixes[i], length) == 0) {
            return true;
        }
    }
    return false;
}

static int (*render_enter_span)(MD_SPANTYPE type, void *detail, void *userdata);

/* What is not safe leads to the page itself. */
static int enter_span(MD_SPANTYPE type, void *detail, void *userdata) {
    static const MD_TEXTTYPE types[] = {MD_TEXT_NORMAL};
    static const MD_OFFSET offsets[] = {0, 1};
    static const MD_ATTRIBUTE nowhere = {"#", 1, types, offsets};

    if (type == MD_SPAN_A) {
        MD_SPAN_A_DETAIL link = *(MD_SPAN_A_DETAIL *) detail;
        if (!is_safe(&link.href)) {
            link.href = nowhere;
        }
        return render_enter_span(type, &link, userdata);
    }
    if (type == MD_SPAN_IMG) {
        MD_SPAN_IMG_DETAIL image = *(MD_SPAN_IMG_DETAIL *) detail;
        if (!is_safe(&image.src)) {
            image.src = nowhere;
        }
        return render_enter_span(type, &image, userdata);
    }
    return render_enter_span(type, detail, userdata);
}

int __real_md_parse(const MD_CHAR *text, MD_SIZE size, const MD_PARSER *parser, void *userdata);

int __wrap_md_parse(const MD_CHAR *text, MD_SIZE size, const MD_PARSER *parser, void *userdata) {
    MD_PARSER guarded = *parser;
    render_enter_span = parser->enter_span;
    guarded.enter_span = enter_span;
    return __real_md_parse(text, size, &guarded, userdata);
}
