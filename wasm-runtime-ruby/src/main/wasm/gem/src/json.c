/* JSON.parse and JSON.generate: what the reactor uses for input and result, too. */
#include <mruby.h>
#include <mruby/array.h>
#include <mruby/class.h>
#include <mruby/hash.h>
#include <mruby/numeric.h>
#include <mruby/string.h>
#include <mruby/variable.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "json.h"

/* --- reading --- */

struct reader { mrb_state *m; const char *begin, *p, *end; int symbols, depth, most; };

static mrb_value value(struct reader *r);

static void bad(struct reader *r, const char *what) {
  struct RClass *c = mrb_class_get_under(r->m, mrb_module_get(r->m, "JSON"), "ParserError");
  if (r->p >= r->end) mrb_raise(r->m, c, "unexpected end of input");
  mrb_raisef(r->m, c, "%s at character %i", what, (mrb_int)(r->p - r->begin + 1));
}

static void space(struct reader *r) {
  while (r->p < r->end && (*r->p == ' ' || *r->p == '\n' || *r->p == '\t' || *r->p == '\r')) r->p++;
}

static unsigned hex4(struct reader *r) {
  unsigned v = 0;
  for (int i = 0; i < 4; i++, r->p++) {
    int c = r->p < r->end ? *r->p : 0;
    if (!((c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'f'))) bad(r, "bad escape");
    v = v << 4 | (unsigned)(c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
  }
  return v;
}

static void put_utf8(struct reader *r, mrb_value s, unsigned c) {
  char b[4];
  size_t n = c < 0x80 ? (b[0] = (char)c, 1) : c < 0x800 ? (b[0] = (char)(0xc0 | c >> 6), b[1] = (char)(0x80 | (c & 63)), 2)
    : c < 0x10000 ? (b[0] = (char)(0xe0 | c >> 12), b[1] = (char)(0x80 | (c >> 6 & 63)), b[2] = (char)(0x80 | (c & 63)), 3)
    : (b[0] = (char)(0xf0 | c >> 18), b[1] = (char)(0x80 | (c >> 12 & 63)), b[2] = (char)(0x80 | (c >> 6 & 63)), b[3] = (char)(0x80 | (c & 63)), 4);
  mrb_str_cat(r->m, s, b, n);
}

static const char *plain(struct reader *r) {
  const char *p = r->p;
  while (p < r->end && *p != '"' && *p != '\\' && (unsigned char)*p >= 32) p++;
  return p;
}

static mrb_value string(struct reader *r) {
  const char *from = ++r->p;
  r->p = plain(r);
  mrb_value s = mrb_str_new(r->m, from, (size_t)(r->p - from));
  while (r->p < r->end && *r->p != '"') {
    if (*r->p != '\\') bad(r, "a control character in a string");
    if (++r->p >= r->end) bad(r, "");
    char c = *r->p++;
    switch (c) {
      case 'n': c = '\n'; break;
      case 't': c = '\t'; break;
      case 'r': c = '\r'; break;
      case 'b': c = '\b'; break;
      case 'f': c = '\f'; break;
      case '"': case '\\': case '/': break;
      case 'u': {
        unsigned u = hex4(r);
        if (u >= 0xd800 && u < 0xdc00 && r->end - r->p > 5 && r->p[0] == '\\' && r->p[1] == 'u') {
          r->p += 2;
          unsigned low = hex4(r);
          if (low >= 0xdc00 && low < 0xe000) u = 0x10000 + ((u - 0xd800) << 10) + (low - 0xdc00);
          else { put_utf8(r, s, 0xfffd); u = low; }
        }
        put_utf8(r, s, u >= 0xd800 && u < 0xe000 ? 0xfffd : u);
        goto next;
      }
      default: r->p--; bad(r, "bad escape");
    }
    mrb_str_cat(r->m, s, &c, 1);
  next:
    from = r->p, r->p = plain(r);
    mrb_str_cat(r->m, s, from, (size_t)(r->p - from));
  }
  if (r->p >= r->end) bad(r, "");
  r->p++;
  return s;
}

static int digit(struct reader *r) { return r->p < r->end && *r->p >= '0' && *r->p <= '9'; }

static mrb_value number(struct reader *r) {
  const char *from = r->p;
  int is_float = 0;
  if (*r->p == '-') r->p++;
  if (!digit(r)) bad(r, "unexpected character");
  if (*r->p == '0') r->p++;
  else while (digit(r)) r->p++;
  if (r->p < r->end && *r->p == '.') { is_float = 1, r->p++; if (!digit(r)) bad(r, "bad number"); while (digit(r)) r->p++; }
  if (r->p < r->end && (*r->p | 32) == 'e') {
    is_float = 1, r->p++;
    if (r->p < r->end && (*r->p == '+' || *r->p == '-')) r->p++;
    if (!digit(r)) bad(r, "bad number");
    while (digit(r)) r->p++;
  }
  if (!is_float && r->p - from < 19) {
    const char *p = from + (*from == '-');
    mrb_int n = 0;
    while (p < r->p) n = n * 10 + (*p++ - '0');
    return mrb_int_value(r->m, *from == '-' ? -n : n);
  }
  mrb_value text = mrb_str_new(r->m, from, (size_t)(r->p - from));
  if (!is_float) return mrb_str_to_integer(r->m, text, 10, FALSE);
  return mrb_float_value(r->m, strtod(mrb_string_cstr(r->m, text), NULL));
}

static void deeper(struct reader *r) {
  if (++r->depth <= r->most) return;
  mrb_raisef(r->m, mrb_class_get_under(r->m, mrb_module_get(r->m, "JSON"), "NestingError"), "nesting of %d is too deep", r->depth);
}

static mrb_value array(struct reader *r) {
  mrb_value a = mrb_ary_new(r->m);
  deeper(r), r->p++, space(r);
  if (r->p < r->end && *r->p == ']') r->p++;
  else for (;;) {
    int ai = mrb_gc_arena_save(r->m);
    mrb_ary_push(r->m, a, value(r));
    mrb_gc_arena_restore(r->m, ai);
    space(r);
    if (r->p < r->end && *r->p == ',') { r->p++; continue; }
    if (r->p < r->end && *r->p == ']') { r->p++; break; }
    bad(r, "expected , or ]");
  }
  r->depth--;
  return a;
}

static mrb_value object(struct reader *r) {
  mrb_value h = mrb_hash_new(r->m);
  deeper(r), r->p++, space(r);
  if (r->p < r->end && *r->p == '}') r->p++;
  else for (;;) {
    int ai = mrb_gc_arena_save(r->m);
    space(r);
    if (r->p >= r->end || *r->p != '"') bad(r, "expected a name");
    mrb_value k = string(r);
    if (r->symbols) k = mrb_symbol_value(mrb_intern_str(r->m, k));
    space(r);
    if (r->p >= r->end || *r->p != ':') bad(r, "expected :");
    r->p++;
    mrb_hash_set(r->m, h, k, value(r));
    mrb_gc_arena_restore(r->m, ai);
    space(r);
    if (r->p < r->end && *r->p == ',') { r->p++; continue; }
    if (r->p < r->end && *r->p == '}') { r->p++; break; }
    bad(r, "expected , or }");
  }
  r->depth--;
  return h;
}

static mrb_value word(struct reader *r, const char *w, mrb_value v) {
  size_t n = strlen(w);
  if ((size_t)(r->end - r->p) < n || memcmp(r->p, w, n)) bad(r, "unexpected character");
  r->p += n;
  return v;
}

static mrb_value value(struct reader *r) {
  space(r);
  if (r->p >= r->end) bad(r, "");
  switch (*r->p) {
    case '{': return object(r);
    case '[': return array(r);
    case '"': return string(r);
    case 't': return word(r, "true", mrb_true_value());
    case 'f': return word(r, "false", mrb_false_value());
    case 'n': return word(r, "null", mrb_nil_value());
    default: return number(r);
  }
}

mrb_value json_parse(mrb_state *m, const char *p, size_t n, int symbols, int most) {
  struct reader r = { m, p, p, p + n, symbols, 0, most };
  mrb_value v = value(&r);
  space(&r);
  if (r.p < r.end) bad(&r, "unexpected character");
  return v;
}

/* --- writing --- */

struct writer { mrb_state *m; mrb_value out; int depth; const char *indent; int pretty; };

static void put(struct writer *w, const char *p, size_t n) { mrb_str_cat(w->m, w->out, p, n); }

static void put_text(struct writer *w, mrb_value s) {
  const char *p = RSTRING_PTR(s), *end = p + RSTRING_LEN(s), *from = p;
  char b[8];
  put(w, "\"", 1);
  while (p < end) {
    unsigned char c = (unsigned char)*p;
    if (c >= 0x80) {
      unsigned n = c >= 0xc2 && c < 0xe0 ? 2 : c >= 0xe0 && c < 0xf0 ? 3 : c >= 0xf0 && c < 0xf5 ? 4 : 0;
      int good = n && (size_t)(end - p) >= n;
      for (unsigned i = 1; good && i < n; i++) good = ((unsigned char)p[i] & 0xc0) == 0x80;
      if (good && n == 3) good = !(c == 0xe0 && (unsigned char)p[1] < 0xa0) && !(c == 0xed && (unsigned char)p[1] > 0x9f);
      if (good && n == 4) good = !(c == 0xf0 && (unsigned char)p[1] < 0x90) && !(c == 0xf4 && (unsigned char)p[1] > 0x8f);
      if (good) { p += n; continue; }
      put(w, from, (size_t)(p - from)), put(w, "\xef\xbf\xbd", 3), from = ++p;
      continue;
    }
    if (c >= 32 && c != '"' && c != '\\') { p++; continue; }
    put(w, from, (size_t)(p - from));
    const char *name = c == '\n' ? "\\n" : c == '\t' ? "\\t" : c == '\r' ? "\\r" : c == '\b' ? "\\b" : c == '\f' ? "\\f" : NULL;
    if (name) put(w, name, 2);
    else if (c >= 32) b[0] = '\\', b[1] = (char)c, put(w, b, 2);
    else put(w, b, (size_t)snprintf(b, sizeof b, "\\u%04x", c));
    from = ++p;
  }
  put(w, from, (size_t)(p - from)), put(w, "\"", 1);
}

static struct RClass *generator_error(mrb_state *m) { return mrb_class_get_under(m, mrb_module_get(m, "JSON"), "GeneratorError"); }

static void put_float(struct writer *w, double d) {
  char b[40];
  int n = 0;
  if (isnan(d) || isinf(d)) mrb_raisef(w->m, generator_error(w->m), "%s is not JSON", isnan(d) ? "NaN" : d < 0 ? "-Infinity" : "Infinity");
  for (int digits = 15; digits <= 17; digits++) {
    n = snprintf(b, sizeof b, "%.*g", digits, d);
    if (strtod(b, NULL) == d) break;
  }
  if (!strpbrk(b, ".e")) b[n++] = '.', b[n++] = '0';
  put(w, b, (size_t)n);
}

static void put_integer(struct writer *w, mrb_int i) {
  char b[24], *e = b + sizeof b, *q = e;
  uint64_t u = i < 0 ? -(uint64_t)i : (uint64_t)i;
  do *--q = (char)('0' + u % 10); while (u /= 10);
  if (i < 0) *--q = '-';
  put(w, q, (size_t)(e - q));
}

static void line(struct writer *w) {
  if (!w->pretty) return;
  put(w, "\n", 1);
  for (int i = 0; i < w->depth; i++) put(w, "  ", 2);
}

static void put_value(struct writer *w, mrb_value v);

struct pairs { struct writer *w; int any; };

static int put_pair(mrb_state *m, mrb_value k, mrb_value v, void *data) {
  struct pairs *p = data;
  struct writer *w = p->w;
  int ai = mrb_gc_arena_save(m);
  if (p->any++) put(w, ",", 1);
  line(w);
  put_text(w, mrb_string_p(k) ? k : mrb_obj_as_string(m, k));
  put(w, w->pretty ? ": " : ":", w->pretty ? 2 : 1);
  put_value(w, v);
  mrb_gc_arena_restore(m, ai);
  return 0;
}

static void put_value(struct writer *w, mrb_value v) {
  mrb_state *m = w->m;
  switch (mrb_type(v)) {
    case MRB_TT_FALSE: put(w, mrb_nil_p(v) ? "null" : "false", mrb_nil_p(v) ? 4 : 5); return;
    case MRB_TT_TRUE: put(w, "true", 4); return;
    case MRB_TT_INTEGER: put_integer(w, mrb_integer(v)); return;
    case MRB_TT_FLOAT: put_float(w, mrb_float(v)); return;
    case MRB_TT_STRING: put_text(w, v); return;
    case MRB_TT_SYMBOL: put_text(w, mrb_sym_str(m, mrb_symbol(v))); return;
    case MRB_TT_ARRAY:
    case MRB_TT_HASH:
      if (++w->depth > JSON_DEPTH) mrb_raisef(m, mrb_class_get_under(m, mrb_module_get(m, "JSON"), "NestingError"), "nesting of %d is too deep", w->depth);
      if (mrb_array_p(v)) {
        put(w, "[", 1);
        for (mrb_int i = 0; i < RARRAY_LEN(v); i++) { if (i) put(w, ",", 1); line(w); put_value(w, RARRAY_PTR(v)[i]); }
        w->depth--;
        if (RARRAY_LEN(v)) line(w);
        put(w, "]", 1);
      } else {
        struct pairs p = { w, 0 };
        put(w, "{", 1);
        mrb_hash_foreach(m, mrb_hash_ptr(v), put_pair, &p);
        w->depth--;
        if (p.any) line(w);
        put(w, "}", 1);
      }
      return;
    default: {
      /* An Integer that is large says its digits; what says how it is written is asked */
      if (mrb_obj_is_kind_of(m, v, m->integer_class)) { mrb_value s = mrb_obj_as_string(m, v); put(w, RSTRING_PTR(s), (size_t)RSTRING_LEN(s)); return; }
      mrb_value form = mrb_funcall(m, v, "__json", 0);
      if (mrb_object_p(form) && mrb_obj_is_kind_of(m, form, mrb_class_get_under(m, mrb_module_get(m, "JSON"), "Written"))) {
        mrb_value s = mrb_obj_as_string(m, mrb_iv_get(m, form, mrb_intern_lit(m, "@text")));
        put(w, RSTRING_PTR(s), (size_t)RSTRING_LEN(s));
        return;
      }
      if (++w->depth > JSON_DEPTH) mrb_raisef(m, mrb_class_get_under(m, mrb_module_get(m, "JSON"), "NestingError"), "nesting of %d is too deep", w->depth);
      put_value(w, form);
      w->depth--;
    }
  }
}

mrb_value json_generate(mrb_state *m, mrb_value v, int pretty) {
  struct writer w = { m, mrb_str_new_capa(m, 256), 0, "", pretty };
  put_value(&w, v);
  return w.out;
}

/* --- the module JSON; the rest of it is in script.rb --- */

static mrb_value json_m_parse(mrb_state *m, mrb_value self) {
  mrb_value s;
  mrb_int symbols = 0, most = JSON_DEPTH;
  mrb_get_args(m, "S|ii", &s, &symbols, &most);
  return json_parse(m, RSTRING_PTR(s), (size_t)RSTRING_LEN(s), (int)symbols, most > JSON_DEPTH ? JSON_DEPTH : (int)most);
}

static mrb_value json_m_generate(mrb_state *m, mrb_value self) {
  mrb_value v;
  mrb_int pretty = 0;
  mrb_get_args(m, "o|i", &v, &pretty);
  return json_generate(m, v, (int)pretty);
}

void mrb_script_gem_init_json(mrb_state *m) {
  struct RClass *json = mrb_define_module(m, "JSON");
  mrb_define_module_function(m, json, "__parse", json_m_parse, MRB_ARGS_ARG(1, 2));
  mrb_define_module_function(m, json, "__generate", json_m_generate, MRB_ARGS_ARG(1, 1));
}
