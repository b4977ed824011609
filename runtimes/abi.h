/*
 * What the host and every runtime of a script agree on; docs/decisions/0022-runtimes-of-scripts.md says it in words.
 *
 *   _alloc(len) -> ptr             memory for what the host writes
 *   _load(ptr, len) -> i32         a script and its own modules; 0: they are loaded, otherwise _error() says why not
 *   _error() -> ptr << 32 | len    the report of the last _load that failed
 *   _call(ptr, len) -> ptr << 32 | kind << 28 | len
 *
 * Numbers are little-endian; texts are UTF-8. Of _load: for each file the length of its name, the name, the length
 * of its text, the text; the script comes first. Of _call: the kind of the content, the length of the metadata, the
 * metadata (a JSON object, or nothing), the content.
 */
#pragma once
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT(name) __attribute__((export_name(#name), used))

enum kind { NOTHING = 0, JSON = 1, TEXT = 2, BYTES = 3, FAILED = 4, INVALID = 5 };

#define LONGEST_RESULT 0xfffffffu

static inline uint64_t result_of(const void *p, enum kind kind, size_t n) {
  return (uint64_t)(uintptr_t)p << 32 | (uint64_t)kind << 28 | (uint64_t)n;
}

struct text { const char *p; uint32_t n; };

static inline int text_is(struct text t, const char *s) { return strlen(s) == t.n && !memcmp(t.p, s, t.n); }

static inline uint32_t number_at(const char *p) { uint32_t n; memcpy(&n, p, 4); return n; }

/* --- the files of a script; they stay where the host wrote them --- */

struct file { struct text name, text; };

static struct file *files;
static unsigned file_count;

/* Whether the block is one; its texts are kept. */
static int read_files(const char *p, uint32_t n) {
  unsigned count = 0;
  for (int pass = 0; pass < 2; pass++) {
    uint32_t at = 0;
    for (count = 0; at < n; count++) {
      struct text part[2];
      for (int i = 0; i < 2; i++) {
        if (n - at < 4) return 0;
        part[i].n = number_at(p + at), at += 4;
        if (n - at < part[i].n) return 0;
        part[i].p = p + at, at += part[i].n;
      }
      if (pass) files[count] = (struct file){ part[0], part[1] };
    }
    if (!pass && !(files = malloc((count + 1) * sizeof *files))) return 0;
  }
  file_count = count;
  return count > 0;
}

static struct file *file_named(struct text name) {
  for (unsigned i = 0; i < file_count; i++)
    if (files[i].name.n == name.n && !memcmp(files[i].name.p, name.p, name.n)) return &files[i];
  return NULL;
}

/* A line of a file, without its end and at most 300 bytes; none: empty. */
static struct text line_of(struct text name, long line) {
  struct file *f = file_named(name);
  if (!f || line < 1) return (struct text){ "", 0 };
  const char *p = f->text.p, *end = p + f->text.n;
  while (--line > 0 && p < end) { const char *q = memchr(p, '\n', end - p); p = q ? q + 1 : end; }
  const char *q = p < end ? memchr(p, '\n', end - p) : NULL;
  if (!q) q = end;
  while (q > p && q[-1] == '\r') q--;
  if (q - p > 300) { q = p + 300; while (q > p && (*q & 0xc0) == 0x80) q--; }
  return (struct text){ p, (uint32_t)(q - p) };
}

static long lines_of(struct text name) {
  struct file *f = file_named(name);
  long lines = 1;
  if (f) for (uint32_t i = 0; i + 1 < f->text.n; i++) lines += f->text.p[i] == '\n';
  return lines;
}

/* --- reports: JSON in a buffer of its own, so that there is one even if there is no memory left --- */

static char report[16384];
static size_t report_length;

static void put(const char *p, size_t n) {
  if (n > sizeof report - 8 - report_length) n = sizeof report - 8 - report_length;
  memcpy(report + report_length, p, n);
  report_length += n;
}

static void put_s(const char *s) { put(s, strlen(s)); }

/* A JSON string of at most that many bytes; what is not UTF-8 becomes a question mark. */
static void put_string(struct text t, uint32_t most) {
  put_s("\"");
  const unsigned char *p = (const unsigned char *)t.p;
  for (uint32_t i = 0; i < t.n;) {
    unsigned c = p[i], n = c < 0x80 ? 1 : c >= 0xc2 && c < 0xe0 ? 2 : c >= 0xe0 && c < 0xf0 ? 3 : c >= 0xf0 && c < 0xf5 ? 4 : 0;
    if (i + (n ? n : 1) > most || report_length > sizeof report - 64) { put_s("..."); break; }
    int good = n && i + n <= t.n;
    for (unsigned k = 1; good && k < n; k++) good = (p[i + k] & 0xc0) == 0x80;
    if (good && n == 3) good = !(c == 0xe0 && p[i + 1] < 0xa0) && !(c == 0xed && p[i + 1] > 0x9f);
    if (good && n == 4) good = !(c == 0xf0 && p[i + 1] < 0x90) && !(c == 0xf4 && p[i + 1] > 0x8f);
    char b[8];
    if (!good) { put_s("?"); i++; continue; }
    if (c == '"' || c == '\\') { b[0] = '\\'; b[1] = (char)c; put(b, 2); }
    else if (c < 32) put(b, (size_t)snprintf(b, sizeof b, "\\u%04x", c));
    else put((const char *)p + i, n);
    i += n;
  }
  put_s("\"");
}

static void report_text(const char *key, struct text t, uint32_t most) {
  if (!t.n) return;
  put_s(",\""); put_s(key); put_s("\":"); put_string(t, most);
}

static void report_number(const char *key, long n) {
  char b[48];
  if (n > 0) put(b, (size_t)snprintf(b, sizeof b, ",\"%s\":%ld", key, n));
}

static void report_begin(const char *kind, struct text type, struct text message) {
  report_length = 0;
  put_s("{\"kind\":\""); put_s(kind); put_s("\"");
  report_text("type", type, 200);
  put_s(",\"message\":"); put_string(message, 4000);
}

/* Where it happened, with the line itself. */
static void report_place(struct text file, long line, long column) {
  report_text("file", file, 300);
  report_number("line", line);
  report_number("column", column);
  report_text("source", line_of(file, line), 320);
}

static unsigned report_frames;

static void report_frame(struct text function, struct text file, long line, long column) {
  if (report_frames == 20 || report_length > sizeof report - 1000) return;
  put_s(report_frames++ ? ",{\"file\":" : ",\"stack\":[{\"file\":");
  put_string(file, 300);
  report_text("function", function, 200);
  report_number("line", line);
  report_number("column", column);
  put_s("}");
}

static void report_end(void) {
  if (report_frames) put_s("]");
  report_frames = 0;
  put_s("}");
}

static struct text text_of(const char *s) { return (struct text){ s, s ? (uint32_t)strlen(s) : 0 }; }

static int report_simple(const char *kind, const char *message) {
  report_begin(kind, (struct text){ "", 0 }, text_of(message));
  report_end();
  return 1;
}

EXPORT(_error) uint64_t abi_error(void) { return (uint64_t)(uintptr_t)report << 32 | report_length; }
