/* .NET on Mono's interpreter as a runtime of scripts: see runtimes/abi.h for what it exports. One script, which is an
   assembly, to an instance. Runtime.cs is the half of it that is managed code. Nothing is ever collected, so objects
   stay where they are. */
#include "abi.h"
#include <config.h>
#include <unistd.h>
#include <mono/mini/jit.h>
#include <mono/mini/interp/interp-internals.h>
#include <mono/metadata/assembly-internals.h>
#include <mono/metadata/class-internals.h>
#include <mono/metadata/appdomain.h>
#include <mono/metadata/domain-internals.h>
#include <mono/metadata/mono-config.h>
#include <mono/metadata/mono-debug.h>
#include <mono/metadata/object-internals.h>
#include <mono/metadata/exception-internals.h>
#include <mono/utils/mono-dl-fallback.h>
#include "libraries.h"
#include "native.h"

void mono_icall_table_init(void);
void mono_marshal_ilgen_init(void);
void mono_method_builder_ilgen_init(void);
void mono_sgen_mono_ilgen_init(void);

#define JSON_DEPTH 512

/* How many methods are made ready when a script is loaded: its own, and those of the libraries that it may reach. */
#define PREPARED_WITHIN 1500
#define PREPARED_OTHERS 80

static MonoDomain *domain;
static MonoClass *runtime_class;
static MonoMethod *find, *handle_of, *parameters_of, *arguments_of, *takes_bytes, *give, *describe;
static MonoMethod *handler;
static int wants_metadata, takes_all_as_bytes, loaded;

/* Memory that objects do not get. Without it the exception that says that there is none left would find none. */
#define RESERVE (512u * 1024)

static void *reserve;

void mono_reactor_free_reserve(void) { free(reserve); reserve = NULL; }

/* Whether an image is none of those that the runtime brings, which lie in the module's data. */
gboolean mono_reactor_is_script(MonoImage *image) {
  extern char __heap_base;
  return image->raw_data >= &__heap_base;
}

/* --- text --- */

/* The code point at p, which ends at e; what is no UTF-8 is -1. */
static int decode(const unsigned char **at, const unsigned char *e) {
  const unsigned char *p = *at;
  unsigned c = *p++, k = c < 0x80 ? 0 : c >= 0xc2 && c < 0xe0 ? 1 : c >= 0xe0 && c < 0xf0 ? 2 : c >= 0xf0 && c < 0xf5 ? 3 : 4;
  if (k == 4 || (unsigned)(e - p) < k) return -1;
  unsigned v = k ? c & (0x3f >> k) : c;
  for (unsigned i = 0; i < k; i++) {
    if ((p[i] & 0xc0) != 0x80) return -1;
    v = v << 6 | (p[i] & 0x3f);
  }
  if ((k == 2 && (v < 0x800 || (v >= 0xd800 && v < 0xe000))) || (k == 3 && (v < 0x10000 || v > 0x10ffff))) return -1;
  *at = p + k;
  return (int)v;
}

static int is_utf8(const char *p, size_t n) {
  const unsigned char *s = (const unsigned char *)p, *e = s + n;
  while (s < e) {
    if (*s < 0x80) s++;
    else if (decode(&s, e) < 0) return 0;
  }
  return 1;
}

static MonoString *out_of_memory(void) {
  mono_set_pending_exception(domain->out_of_memory_ex);
  return NULL;
}

static int hex(const char *p) {
  int n = 0;
  for (int i = 0; i < 4; i++) {
    int c = p[i];
    n = n << 4 | (c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
  }
  return n;
}

/* A string of UTF-8, with JSON's escapes or without. */
static MonoString *string_of(const char *p, size_t n, int escaped) {
  ERROR_DECL(error);
  const unsigned char *s = (const unsigned char *)p, *e = s + n;
  size_t units = 0;
  while (s < e) {
    if (escaped && *s == '\\') { s += s[1] == 'u' ? 6 : 2; units++; }
    else if (*s < 0x80) { s++; units++; }
    else { units += decode(&s, e) >= 0x10000 ? 2 : 1; }
  }
  MonoString *made = mono_string_new_size_checked(domain, (gint32)units, error);
  if (!made) { mono_error_cleanup(error); return out_of_memory(); }
  uint16_t *to = mono_string_chars_internal(made);
  for (s = (const unsigned char *)p; s < e;) {
    if (escaped && *s == '\\') {
      static const char from[] = "\"\\/bfnrt", is[] = "\"\\/\b\f\n\r\t";
      if (s[1] == 'u') { *to++ = (uint16_t)hex((const char *)s + 2); s += 6; }
      else { *to++ = (uint16_t)is[strchr(from, s[1]) - from]; s += 2; }
    }
    else if (*s < 0x80) *to++ = *s++;
    else {
      int c = decode(&s, e);
      if (c >= 0x10000) { *to++ = (uint16_t)(0xd800 + ((c - 0x10000) >> 10)); *to++ = (uint16_t)(0xdc00 + ((c - 0x10000) & 0x3ff)); }
      else *to++ = (uint16_t)c;
    }
  }
  return made;
}

static char *out;
static size_t out_length, out_size;

static char *room(size_t n) {
  if (out_size - out_length < n) {
    size_t size = out_size * 2 > out_length + n ? out_size * 2 : out_length + n + 1024;
    char *p = realloc(out, size);
    if (!p && !(p = realloc(out, size = out_length + n))) { out_of_memory(); return NULL; }
    out = p, out_size = size;
  }
  return out + out_length;
}

/* UTF-16 to UTF-8. Of a pair of surrogates that is none, the half becomes an escape in JSON, or else a question mark. */
static char *encode(char *to, const uint16_t *p, size_t n, int json) {
  static const char digits[] = "0123456789abcdef";
  for (size_t i = 0; i < n; i++) {
    unsigned c = p[i];
    if (c < 0x80) {
      if (json && (c < 0x20 || c == '"' || c == '\\')) {
        *to++ = '\\';
        switch (c) {
          case '"': case '\\': *to++ = (char)c; break;
          case '\n': *to++ = 'n'; break;
          case '\r': *to++ = 'r'; break;
          case '\t': *to++ = 't'; break;
          default: memcpy(to, "u00", 3); to[3] = digits[c >> 4]; to[4] = digits[c & 15]; to += 5;
        }
      }
      else *to++ = (char)c;
    }
    else if (c < 0x800) { *to++ = (char)(0xc0 | c >> 6); *to++ = (char)(0x80 | (c & 0x3f)); }
    else if (c >= 0xd800 && c < 0xe000) {
      if (c < 0xdc00 && i + 1 < n && p[i + 1] >= 0xdc00 && p[i + 1] < 0xe000) {
        c = 0x10000 + ((c & 0x3ff) << 10) + (p[++i] & 0x3ff);
        *to++ = (char)(0xf0 | c >> 18); *to++ = (char)(0x80 | (c >> 12 & 0x3f)); *to++ = (char)(0x80 | (c >> 6 & 0x3f)); *to++ = (char)(0x80 | (c & 0x3f));
      }
      else if (json) { *to++ = '\\'; *to++ = 'u'; for (int k = 12; k >= 0; k -= 4) *to++ = digits[c >> k & 15]; }
      else *to++ = '?';
    }
    else { *to++ = (char)(0xe0 | c >> 12); *to++ = (char)(0x80 | (c >> 6 & 0x3f)); *to++ = (char)(0x80 | (c & 0x3f)); }
  }
  return to;
}

/* --- JSON: tokens of three numbers, which Runtime.cs makes values of --- */

enum { T_NULL, T_TRUE, T_FALSE, T_INTEGER, T_FRACTION, T_STRING, T_ESCAPED, T_OBJECT, T_ARRAY };

static int32_t *tokens;
static uint32_t token_count, token_room;
static const char *json, *json_at, *json_end, *json_wrong;

static int32_t *token(int kind, int32_t a, int32_t b) {
  if (token_count == token_room) {
    uint32_t more = token_room ? token_room * 2 : 256;
    int32_t *p = realloc(tokens, (size_t)more * 12);
    if (!p) { json_wrong = "There is no memory left for it"; return NULL; }
    tokens = p, token_room = more;
  }
  int32_t *t = tokens + token_count++ * 3;
  t[0] = kind, t[1] = a, t[2] = b;
  return t;
}

static void space(void) { while (json_at < json_end && (*json_at == ' ' || *json_at == '\n' || *json_at == '\r' || *json_at == '\t')) json_at++; }

static int wrong(const char *what) { if (!json_wrong) json_wrong = what; return 0; }

static int read_text(void) {
  const char *begin = ++json_at;
  int escaped = 0;
  for (;; json_at++) {
    if (json_at == json_end) return wrong("A string has no end");
    unsigned char c = (unsigned char)*json_at;
    if (c == '"') break;
    if (c < 32) return wrong("A string contains a control character");
    if (c == '\\') {
      escaped = 1;
      if (++json_at == json_end) return wrong("A string has no end");
      if (*json_at == 'u') {
        for (int i = 1; i <= 4; i++)
          if (json_at + i >= json_end || !((json_at[i] >= '0' && json_at[i] <= '9') || ((json_at[i] | 32) >= 'a' && (json_at[i] | 32) <= 'f')))
            return wrong("\\u has to be followed by four digits");
        json_at += 4;
      }
      else if (!*json_at || !strchr("\"\\/bfnrt", *json_at)) return wrong("A string contains an escape that JSON does not have");
    }
  }
  int32_t *t = token(escaped ? T_ESCAPED : T_STRING, (int32_t)(intptr_t)begin, (int32_t)(json_at - begin));
  json_at++;
  return t != NULL;
}

static int read_number(void) {
  const char *begin = json_at, *digits;
  int fraction = 0;
  if (*json_at == '-') json_at++;
  digits = json_at;
  while (json_at < json_end && *json_at >= '0' && *json_at <= '9') json_at++;
  if (json_at == digits || (*digits == '0' && json_at - digits > 1)) return wrong("This is no number");
  int whole = (int)(json_at - digits);
  if (json_at < json_end && *json_at == '.') {
    fraction = 1, digits = ++json_at;
    while (json_at < json_end && *json_at >= '0' && *json_at <= '9') json_at++;
    if (json_at == digits) return wrong("This is no number");
  }
  if (json_at < json_end && (*json_at | 32) == 'e') {
    fraction = 1;
    if (++json_at < json_end && (*json_at == '+' || *json_at == '-')) json_at++;
    digits = json_at;
    while (json_at < json_end && *json_at >= '0' && *json_at <= '9') json_at++;
    if (json_at == digits) return wrong("This is no number");
  }
  if (!fraction && whole <= 19) {
    uint64_t n = 0;
    for (const char *p = begin + (*begin == '-'); p < json_at; p++) n = n * 10 + (uint64_t)(*p - '0');
    if (n <= INT64_MAX || (*begin == '-' && n == (uint64_t)INT64_MAX + 1)) {
      if (*begin == '-') n = 0 - n;
      /* -0 is a number of its own */
      if (n || *begin != '-') return token(T_INTEGER, (int32_t)n, (int32_t)(n >> 32)) != NULL;
    }
  }
  return token(T_FRACTION, (int32_t)(intptr_t)begin, (int32_t)(json_at - begin)) != NULL;
}

static int read_value(void) {
  static uint32_t open[JSON_DEPTH];
  int depth = 0;
  for (;;) {
    space();
    if (json_at == json_end) return wrong("It ends too early");
    char c = *json_at;
    if (c == '{' || c == '[') {
      if (depth == JSON_DEPTH) return wrong("It is nested more than 512 deep");
      open[depth++] = token_count;
      if (!token(c == '{' ? T_OBJECT : T_ARRAY, 0, 0)) return 0;
      json_at++;
      space();
      if (json_at < json_end && *json_at == (c == '{' ? '}' : ']')) goto close;
      if (c == '[') { tokens[open[depth - 1] * 3 + 1]++; continue; }
      goto name;
    }
    if (c == '"') { if (!read_text()) return 0; }
    else if (c == '-' || (c >= '0' && c <= '9')) { if (!read_number()) return 0; }
    else {
      static const char *const words[] = { "null", "true", "false" };
      int i = 0;
      for (; i < 3; i++) {
        size_t n = strlen(words[i]);
        if ((size_t)(json_end - json_at) >= n && !memcmp(json_at, words[i], n)) { json_at += n; break; }
      }
      if (i == 3) return wrong("This is no value");
      if (!token(i, 0, 0)) return 0;
    }
  next:
    if (!depth) { space(); return json_at == json_end || wrong("Something follows the value"); }
    space();
    if (json_at == json_end) return wrong("It ends too early");
    int object = tokens[open[depth - 1] * 3] == T_OBJECT;
    if (*json_at == ',') {
      json_at++;
      if (!object) { tokens[open[depth - 1] * 3 + 1]++; continue; }
      space();
      goto name;
    }
    if (*json_at != (object ? '}' : ']')) return wrong(object ? "A comma or a } has to follow" : "A comma or a ] has to follow");
  close:
    json_at++;
    depth--;
    tokens[open[depth] * 3 + 2] = (int32_t)(token_count - open[depth]);
    goto next;
  name:
    if (json_at == json_end || *json_at != '"') return wrong("A name in quotes has to follow");
    if (!read_text()) return 0;
    space();
    if (json_at == json_end || *json_at != ':') return wrong("A colon has to follow");
    json_at++;
    tokens[open[depth - 1] * 3 + 1]++;
  }
}

/* The tokens of a text; none: json_wrong says why. */
static int read_json(const char *p, size_t n) {
  json = json_at = p, json_end = p + n, json_wrong = NULL;
  return read_value();
}

static void place_of(const char *at, char *to, size_t size) {
  long line = 1;
  const char *begin = json;
  for (const char *p = json; p < at; p++) if (*p == '\n') line++, begin = p + 1;
  snprintf(to, size, "%s, at line %ld, column %ld", json_wrong, line, (long)(at - begin) + 1);
}

/* --- what Runtime.cs calls --- */

static void icall_log(MonoString *text) {
  size_t n = (size_t)mono_string_length_internal(text);
  char *p = malloc(n * 3 + 1);
  if (!p) { out_of_memory(); return; }
  fwrite(p, 1, (size_t)(encode(p, mono_string_chars_internal(text), n, 0) - p), stderr);
  free(p);
}

static MonoString *icall_text(int32_t *t) {
  if (t[0] == T_INTEGER) {
    char b[24];
    int n = snprintf(b, sizeof b, "%lld", (long long)((uint64_t)(uint32_t)t[1] | (uint64_t)(uint32_t)t[2] << 32));
    return string_of(b, (size_t)n, 0);
  }
  return string_of((const char *)(intptr_t)t[1], (size_t)t[2], t[0] == T_ESCAPED);
}

static void icall_number(int32_t *t, double *result) {
  if (t[0] == T_INTEGER) *result = (double)(int64_t)((uint64_t)(uint32_t)t[1] | (uint64_t)(uint32_t)t[2] << 32);
  else {
    /* What follows a number is no part of it, and the block ends with a zero */
    *result = strtod((const char *)(intptr_t)t[1], NULL);
  }
}

static void icall_put(MonoString *text) {
  size_t n = (size_t)mono_string_length_internal(text);
  if (room(n * 3)) out_length = (size_t)(encode(out + out_length, mono_string_chars_internal(text), n, 0) - out);
}

static void icall_put_char(int c) { if (room(1)) out[out_length++] = (char)c; }

static void icall_put_string(MonoString *text) {
  size_t n = (size_t)mono_string_length_internal(text);
  if (!room(n * 6 + 2)) return;
  out[out_length++] = '"';
  out_length = (size_t)(encode(out + out_length, mono_string_chars_internal(text), n, 1) - out);
  out[out_length++] = '"';
}

static void icall_put_long(int64_t *value) {
  if (room(24)) out_length += (size_t)snprintf(out + out_length, 24, "%lld", (long long)*value);
}

/* The shortest number that is read as the same; 0: it is none. */
static int icall_put_double(double *value) {
  double d = *value;
  if (d != d || d - d != 0) return 0;
  if (!room(40)) return 1;
  char *to = out + out_length;
  int n = 0;
  if (d == (double)(int64_t)d && d < 1e15 && d > -1e15 && (d != 0 || !__builtin_signbit(d))) n = snprintf(to, 40, "%lld", (long long)d);
  else for (int digits = 15; digits <= 17; digits++) {
    n = snprintf(to, 40, "%.*g", digits, d);
    if (strtod(to, NULL) == d) break;
  }
  out_length += (size_t)n;
  return 1;
}

static void icall_give_text(MonoString *text) {
  out_length = 0;
  icall_put(text);
}

static void icall_give_bytes(MonoArray *bytes, int from, int count) {
  out_length = 0;
  if (!room((size_t)count)) return;
  memcpy(out, mono_array_addr_internal(bytes, char, from), (size_t)count);
  out_length = (size_t)count;
}

/* Generators that were made while the script was loaded draw new seeds in each call. */
static MonoObject **generators;
static unsigned generator_count;
static MonoClassField *random_array, *random_next, *random_nextp;

static void seed(MonoObject *random) {
  MonoArray *numbers = NULL;
  mono_field_get_value_internal(random, random_array, &numbers);
  int32_t *to = mono_array_addr_internal(numbers, int32_t, 0), next = 0, nextp = 21;
  getentropy(to, 56 * sizeof *to);
  for (int i = 0; i < 56; i++) to[i] = (to[i] & 0x7fffffff) % 0x7fffffff;
  to[0] = 0;
  mono_field_set_value_internal(random, random_next, &next);
  mono_field_set_value_internal(random, random_nextp, &nextp);
}

static void icall_seed(MonoObject *random) {
  ERROR_DECL(error);
  MonoArray *numbers = mono_array_new_checked(domain, mono_get_int32_class(), 56, error);
  if (!numbers) { mono_error_cleanup(error); out_of_memory(); return; }
  mono_field_set_value_internal(random, random_array, numbers);
  seed(random);
  if (loaded) return;
  MonoObject **p = realloc(generators, (generator_count + 1) * sizeof *p);
  if (p) generators = p, generators[generator_count++] = random;
}

static void icall_set_field(MonoObject *target, MonoClassField *field, MonoObject *value) {
  MonoClass *type = mono_class_from_mono_type_internal(field->type);
  if (!m_class_is_valuetype(type)) mono_field_set_value_internal(target, field, value);
  else if (mono_class_is_nullable(type)) mono_nullable_init((guint8 *)target + field->offset, value, type);
  else mono_field_set_value_internal(target, field, mono_object_unbox_internal(value));
}

static MonoObject *icall_get_field(MonoObject *target, MonoClassField *field) {
  ERROR_DECL(error);
  MonoObject *value = mono_field_get_value_object_checked(domain, field, target, error);
  if (!is_ok(error)) mono_error_set_pending_exception(error);
  return value;
}

static void icall_warm(void) {
  static const char order[] = "{\"customer\":\"x\",\"Date\":\"2026-01-02\",\"lines\":[{\"sku\":\"a\",\"quantity\":2,\"price\":1.25,\"weight\":0.5}],\"more\":[{\"sku\":\"b\"}],\"counts\":{\"a\":1},\"maybe\":null,\"other\":[{}]}";
  MonoObject *thrown = NULL;
  token_count = 0;
  if (!read_json(order, sizeof order - 1)) abort();
  void *args[] = { tokens };
  mono_runtime_invoke(mono_class_get_method_from_name(runtime_class, "WarmRead", 1), NULL, args, &thrown);
  if (thrown) mono_set_pending_exception((MonoException *)thrown);
}

/* --- reports --- */

static struct text text_of_string(MonoString *s) {
  if (!s) return (struct text){ "", 0 };
  size_t n = (size_t)mono_string_length_internal(s);
  if (n > 8000) n = 8000;
  char *p = malloc(n * 3 + 1);
  if (!p) return (struct text){ "", 0 };
  return (struct text){ p, (uint32_t)(encode(p, mono_string_chars_internal(s), n, 0) - p) };
}

/* The name of a file in the folder of the script, by what the compiler called it. */
static struct text source_named(struct text base) {
  for (unsigned i = 0; i < file_count; i++) {
    struct text name = files[i].name;
    if (name.n > base.n && name.p[name.n - base.n - 1] == '/' && !memcmp(name.p + name.n - base.n, base.p, base.n)) return name;
  }
  return base;
}

/* How many words a frame has in the trace of an exception, and how many frames are looked at. */
#define TRACE_WORDS 3
#define TRACE_FRAMES 60

/* Of what recursed without end, the innermost frames are enough. */
static void shorten_trace(MonoObject *thrown) {
  ERROR_DECL(error);
  for (int depth = 0; thrown && depth < 10; depth++) {
    MonoException *e = (MonoException *)thrown;
    MonoArray *all = e->trace_ips;
    if (all && mono_array_length_internal(all) > TRACE_WORDS * TRACE_FRAMES) {
      MonoArray *few = mono_array_new_checked(domain, mono_get_intptr_class(), TRACE_WORDS * TRACE_FRAMES, error);
      if (!few) { mono_error_cleanup(error); e->trace_ips = NULL; return; }
      memcpy(mono_array_addr_internal(few, gpointer, 0), mono_array_addr_internal(all, gpointer, 0), TRACE_WORDS * TRACE_FRAMES * sizeof(gpointer));
      e->trace_ips = few;
    }
    thrown = e->inner_ex;
  }
}

static int report_exception(const char *kind, MonoObject *thrown) {
  MonoObject *failed = NULL;
  shorten_trace(thrown);
  void *args[] = { thrown };
  MonoArray *said = (MonoArray *)mono_runtime_invoke(describe, NULL, args, &failed);
  if (failed || !said) {
    report_begin(kind, text_of(m_class_get_name(mono_object_class(thrown))), text_of("The exception cannot say more"));
    report_end();
    return 1;
  }
  unsigned n = (unsigned)mono_array_length_internal(said);
  report_begin(kind, text_of_string(mono_array_get_internal(said, MonoString *, 0)), text_of_string(mono_array_get_internal(said, MonoString *, 1)));
  for (unsigned i = 2; i + 2 < n; i += 3) {
    struct text file = text_of_string(mono_array_get_internal(said, MonoString *, i + 1));
    long line = *(int32_t *)mono_object_unbox_internal(mono_array_get_internal(said, MonoObject *, i + 2));
    if (i == 2) {
      report_text("file", file, 300);
      report_number("line", line);
      report_text("source", line_of(source_named(file), line), 320);
    }
    report_frame(text_of_string(mono_array_get_internal(said, MonoString *, i)), file, line, 0);
  }
  report_end();
  return 1;
}

/* --- the script --- */

static int ends_with(struct text name, const char *end) {
  size_t n = strlen(end);
  return name.n > n && !memcmp(name.p + name.n - n, end, n);
}

static struct text base_of(struct text name) {
  for (uint32_t i = name.n; i > 0; i--)
    if (name.p[i - 1] == '/') return (struct text){ name.p + i, name.n - i };
  return name;
}

static char *copied(struct text t) {
  char *p = malloc(t.n + 1);
  memcpy(p, t.p, t.n);
  p[t.n] = 0;
  return p;
}

static MonoAssembly *open_file(struct file *f, MonoImageOpenStatus *status) {
  char *name = copied(f->name), *bytes = aligned_alloc(16, (f->text.n + 15) & ~15u);
  if (!bytes) { *status = MONO_IMAGE_ERROR_ERRNO; return NULL; }
  /* Parts of an image are found by rounding their addresses up */
  memcpy(bytes, f->text.p, f->text.n);
  MonoImage *image = mono_image_open_from_data_with_name(bytes, f->text.n, FALSE, status, FALSE, name);
  return image ? mono_assembly_load_from_full(image, name, status, FALSE) : NULL;
}

/* The script's own libraries, by the name of their assembly, which is that of their file. */
static MonoAssembly *find_library(MonoAssemblyName *wanted, char **paths, void *data) {
  size_t n = strlen(wanted->name);
  for (unsigned i = 1; i < file_count; i++) {
    struct text base = base_of(files[i].name);
    if (base.n == n + 4 && !memcmp(base.p, wanted->name, n) && ends_with(base, ".dll")) {
      MonoImageOpenStatus status = MONO_IMAGE_OK;
      return open_file(&files[i], &status);
    }
  }
  return NULL;
}

/* Symbols of a compiler: x.dll.mdb and x.pdb are those of x.dll. */
static void find_symbols(void) {
  for (unsigned i = 1; i < file_count; i++) {
    struct text base = base_of(files[i].name);
    int mdb = ends_with(base, ".dll.mdb");
    if (!mdb && !(ends_with(base, ".pdb") && files[i].text.n > 4 && !memcmp(files[i].text.p, "BSJB", 4))) continue;
    char *name = malloc(base.n + 1);
    memcpy(name, base.p, base.n);
    memcpy(name + base.n - 4, mdb ? "" : ".dll", mdb ? 1 : 5);
    mono_register_symfile_for_assembly(name, (const mono_byte *)files[i].text.p, (int)files[i].text.n);
  }
}

static int no_assembly(const char *why) {
  char message[400];
  snprintf(message, sizeof message, "It is no assembly of .NET Framework 4.x: %s", why);
  return report_simple("format", message);
}

static int missing_reference(MonoImage *image) {
  int n = mono_image_get_table_rows(image, MONO_TABLE_ASSEMBLYREF);
  for (int i = 0; i < n; i++) {
    mono_assembly_load_reference(image, i);
    if (image->references[i] && image->references[i] != (MonoAssembly *)-1) continue;
    MonoAssemblyName name;
    char why[300];
    mono_assembly_get_assemblyref(image, i, &name);
    snprintf(why, sizeof why, "it refers to '%.100s' %d.%d, which is not here. If that is a library, put it into the folder of the script's name", name.name, name.major, name.minor);
    return no_assembly(why);
  }
  return 0;
}

/* An assembly may come as text: in Base64. */
static void decode_base64(struct file *f) {
  if (f->text.n < 4 || memcmp(f->text.p, "TVq", 3)) return;
  char *to = malloc(f->text.n), *at = to;
  uint32_t bits = 0;
  int count = 0;
  if (!to) return;
  for (uint32_t i = 0; i < f->text.n && f->text.p[i] != '='; i++) {
    int c = f->text.p[i], v = c >= 'A' && c <= 'Z' ? c - 'A' : c >= 'a' && c <= 'z' ? c - 'a' + 26 : c >= '0' && c <= '9' ? c - '0' + 52 : c == '+' ? 62 : c == '/' ? 63 : -1;
    if (v < 0) continue;
    bits = bits << 6 | (uint32_t)v;
    if ((count += 6) >= 8) { count -= 8; *at++ = (char)(bits >> count); }
  }
  f->text = (struct text){ to, (uint32_t)(at - to) };
}

static int load(void) {
  decode_base64(&files[0]);
  MonoImageOpenStatus status = MONO_IMAGE_OK;
  MonoObject *thrown = NULL;
  find_symbols();
  if (files[0].text.n < 2 || memcmp(files[0].text.p, "MZ", 2)) return no_assembly("it does not begin as one");
  MonoAssembly *assembly = open_file(&files[0], &status);
  if (!assembly) return no_assembly(status == MONO_IMAGE_MISSING_ASSEMBLYREF ? "an assembly that it refers to is missing" : "it cannot be read as one");
  MonoImage *image = mono_assembly_get_image_internal(assembly);
  if (missing_reference(image)) return 1;
  ERROR_DECL(error);
  struct text base = base_of(files[0].name);
  void *args[] = { mono_assembly_get_object(domain, assembly), string_of(base.p, base.n > 4 ? base.n - 4 : base.n, 0) };
  MonoObject *found = mono_runtime_invoke(find, NULL, args, &thrown);
  if (thrown) return report_exception("exception", thrown);
  if (mono_object_class(found) == mono_get_string_class()) {
    report_begin("handler", text_of(""), text_of_string((MonoString *)found));
    report_end();
    return 1;
  }
  args[0] = found;
  handler = *(MonoMethod **)mono_object_unbox_internal(mono_runtime_invoke(handle_of, NULL, args, &thrown));
  int parameters = *(int32_t *)mono_object_unbox_internal(mono_runtime_invoke(parameters_of, NULL, NULL, &thrown));
  wants_metadata = parameters > 1;
  takes_all_as_bytes = *(MonoBoolean *)mono_object_unbox_internal(mono_runtime_invoke(takes_bytes, NULL, NULL, &thrown));
  MonoVTable *vtable = mono_class_vtable_checked(domain, handler->klass, error);
  if (vtable) mono_runtime_class_init_full(vtable, error);
  if (!is_ok(error)) return report_exception("exception", (MonoObject *)mono_error_convert_to_exception(error));
  mono_interp_prepare(handler, PREPARED_WITHIN, PREPARED_OTHERS);
  return 0;
}

/* --- what the host calls --- */

EXPORT(_alloc) void *abi_alloc(uint32_t n) {
  /* With a zero behind it, where numbers end */
  char *p = n < 0x7ffffff0 ? malloc(n + 1) : NULL;
  if (p) p[n] = 0;
  return p;
}

EXPORT(_load) int abi_load(const char *p, uint32_t n) {
  if (!read_files(p, n)) return report_simple("host", "The files of the script cannot be read");
  int failed = load();
  fflush(stderr);
  loaded = !failed;
  return failed;
}

static uint64_t failed_with(enum kind kind) { fflush(stderr); return result_of(report, kind, report_length); }

static uint64_t failed_by(MonoObject *thrown) {
  int invalid = m_class_get_image(mono_object_class(thrown)) == m_class_get_image(runtime_class) && !strcmp(m_class_get_name(mono_object_class(thrown)), "InputException");
  if (!invalid) { report_exception("exception", thrown); return failed_with(FAILED); }
  report_begin("invalid-input", text_of(""), text_of_string(((MonoException *)thrown)->message));
  report_end();
  return failed_with(INVALID);
}

EXPORT(_call) uint64_t abi_call(char *p, uint32_t n) {
  ERROR_DECL(error);
  int32_t kind = (int32_t)number_at(p);
  uint32_t meta = number_at(p + 4), at = 8 + meta;
  MonoObject *thrown = NULL, *text = NULL, *bytes = NULL;
  int32_t metadata_at = -1;
  for (unsigned i = 0; i < generator_count; i++) seed(generators[i]);
  if (kind == BYTES || (takes_all_as_bytes && kind != NOTHING)) {
    MonoArray *array = mono_array_new_checked(domain, mono_get_byte_class(), n - at, error);
    if (!array) { report_exception("exception", (MonoObject *)domain->out_of_memory_ex); mono_error_cleanup(error); return failed_with(FAILED); }
    memcpy(mono_array_addr_internal(array, char, 0), p + at, n - at);
    bytes = (MonoObject *)array;
  }
  if (kind == JSON || kind == TEXT) {
    if (!is_utf8(p + at, n - at)) { report_simple("invalid-input", "The input is not UTF-8"); return failed_with(INVALID); }
    if (kind == TEXT && !bytes) text = (MonoObject *)string_of(p + at, n - at, 0);
  }
  token_count = 0;
  if (kind == JSON && !read_json(p + at, n - at)) {
    char message[200];
    place_of(json_at, message, sizeof message);
    report_simple("invalid-input", message);
    return failed_with(INVALID);
  }
  if (wants_metadata && meta) {
    metadata_at = (int32_t)token_count;
    /* Numbers end with what follows them */
    if (!read_json(p + 8, meta)) metadata_at = -1, json_wrong = NULL;
  }
  int32_t *content = tokens, *headers = metadata_at >= 0 ? tokens + metadata_at * 3 : NULL;
  void *args[] = { &kind, content, text, bytes, headers };
  MonoObject *arguments = mono_runtime_invoke(arguments_of, NULL, args, &thrown);
  if (thrown) return failed_by(thrown);
  MonoObject *returned = mono_runtime_invoke_array(handler, NULL, (MonoArray *)arguments, &thrown);
  if (thrown) { report_exception("exception", thrown); return failed_with(FAILED); }
  fflush(stderr);
  out_length = 0;
  if (!returned) return result_of(NULL, NOTHING, 0);
  args[0] = returned;
  MonoObject *given = mono_runtime_invoke(give, NULL, args, &thrown);
  fflush(stderr);
  if (thrown) { report_exception("exception", thrown); return failed_with(FAILED); }
  kind = *(int32_t *)mono_object_unbox_internal(given);
  if (out_length > LONGEST_RESULT) { report_simple("exception", "The result is too long"); return failed_with(FAILED); }
  return result_of(out, (enum kind)kind, kind == NOTHING ? 0 : out_length);
}

/* --- the start --- */

static MonoMethod *method(const char *name, int parameters) {
  MonoMethod *m = mono_class_get_method_from_name(runtime_class, name, parameters);
  if (!m) { fprintf(stderr, "Runtime.cs has no %s\n", name); abort(); }
  return m;
}

static void must(MonoMethod *m, void **args) {
  MonoObject *thrown = NULL;
  mono_runtime_invoke(m, NULL, args, &thrown);
  if (!thrown) return;
  report_exception("exception", thrown);
  fwrite(report, 1, report_length, stderr);
  MonoObject *failed = NULL;
  MonoString *all = mono_object_to_string(thrown, &failed);
  if (all) icall_log(all);
  fflush(stderr);
  abort();
}

/* Each way through the reactor once, so that its methods are ready. */
static void warm_up(void) {
  static char block[] = "\x01\0\0\0\x13\0\0\0{\"name\":\"value \\n\"}{\"a\":[1,2.5,\"text\\u00e9\",true,false,null,{\"b\":12345678901}],\"c\":{}}";
  must(method("WarmUp", 0), NULL);
  void *args[] = { mono_assembly_get_object(domain, m_class_get_image(runtime_class)->assembly), string_of("Sample", 6, 0) };
  MonoObject *thrown = NULL, *found = mono_runtime_invoke(find, NULL, args, &thrown);
  if (thrown) { report_exception("exception", thrown); fwrite(report, 1, report_length, stderr); abort(); }
  args[0] = found;
  handler = *(MonoMethod **)mono_object_unbox_internal(mono_runtime_invoke(handle_of, NULL, args, &thrown));
  mono_runtime_invoke(parameters_of, NULL, NULL, &thrown);
  takes_all_as_bytes = *(MonoBoolean *)mono_object_unbox_internal(mono_runtime_invoke(takes_bytes, NULL, NULL, &thrown));
  wants_metadata = 1;
  uint64_t result = abi_call(block, sizeof block - 1);
  if ((result >> 28 & 15) != JSON) {
    fprintf(stderr, "The warm-up failed: %.*s\n", (int)(result & 0xfffffff), (char *)(uintptr_t)(result >> 32));
    fflush(stderr);
    abort();
  }
  mono_interp_prepare(arguments_of, 1000, 1000);
  mono_interp_prepare(give, 1000, 1000);
  mono_interp_prepare(describe, 1000, 1000);
}

/* Called by _initialize. */
__attribute__((constructor)) static void start(void) {
  static char log_buffer[4096];
  setvbuf(stderr, log_buffer, _IOLBF, sizeof log_buffer);
  setenv("MONO_GC_PARAMS", "nursery-size=8m", 1);
  setenv("TZ", "UTC", 1);
  mono_set_dirs("/", "/");
  mono_jit_set_aot_mode(MONO_AOT_MODE_INTERP_LLVMONLY);
  mono_icall_table_init();
  mono_marshal_ilgen_init();
  mono_method_builder_ilgen_init();
  mono_sgen_mono_ilgen_init();
  mono_config_parse_memory("<configuration></configuration>");
  mono_register_bundled_assemblies(libraries);
  mono_dl_fallback_register(native_library, native_function, NULL, NULL);
  mono_debug_init(MONO_DEBUG_FORMAT_MONO);
  domain = mono_jit_init_version("script", "v4.0.30319");
  mono_install_assembly_preload_hook(find_library, NULL);
#define CALL(name, f) mono_add_internal_call("Scripts.Native::" name, (const void *)f)
  CALL("Log", icall_log);
  CALL("Text", icall_text);
  CALL("Number", icall_number);
  CALL("Put", icall_put);
  CALL("PutChar", icall_put_char);
  CALL("PutString", icall_put_string);
  CALL("PutLong", icall_put_long);
  CALL("PutDouble", icall_put_double);
  CALL("GiveText", icall_give_text);
  CALL("GiveBytes", icall_give_bytes);
  CALL("Warm", icall_warm);
  CALL("Seed", icall_seed);
  CALL("SetField", icall_set_field);
  CALL("GetField", icall_get_field);
  MonoAssembly *scripts = mono_domain_assembly_open(domain, "Scripts.dll");
  if (!scripts) { fputs("Scripts.dll cannot be opened\n", stderr); abort(); }
  runtime_class = mono_class_from_name(mono_assembly_get_image_internal(scripts), "Scripts", "Runtime");
  find = method("Find", 2), handle_of = method("Handle", 1), parameters_of = method("Parameters", 0), arguments_of = method("Arguments", 5);
  takes_bytes = method("TakesBytes", 0), give = method("Give", 1), describe = method("Describe", 1);
  MonoClass *random = mono_class_from_name(mono_get_corlib(), "System", "Random");
  random_array = mono_class_get_field_from_name(random, "_seedArray");
  random_next = mono_class_get_field_from_name(random, "_inext");
  random_nextp = mono_class_get_field_from_name(random, "_inextp");
  mono_reactor_random_ctor = method("NewRandom", 1);
  mono_reactor_stack_overflow = mono_get_exception_stack_overflow();
  must(method("Start", 0), NULL);
  warm_up();
  unsetenv("MONO_GC_PARAMS");
  unsetenv("TZ");
  reserve = malloc(RESERVE);
  generator_count = 0;
  loaded = 0;
}
