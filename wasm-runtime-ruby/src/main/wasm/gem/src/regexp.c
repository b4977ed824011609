/* Regexp and MatchData on Oniguruma, which was made for Ruby; and the methods of String that take one. */
#include <mruby.h>
#include <mruby/array.h>
#include <mruby/class.h>
#include <mruby/data.h>
#include <mruby/error.h>
#include <mruby/hash.h>
#include <mruby/proc.h>
#include <mruby/range.h>
#include <mruby/string.h>
#include <mruby/variable.h>
#include <string.h>
#include <wctype.h>
#include "oniguruma.h"

/* mruby's names for classes of errors call the state so */
#define mrb m

/* How deep a pattern may nest: its parser calls itself on the host's stack. */
#define DEEPEST_PATTERN 200
/* So many steps may a match go back; more is an error that a script can catch. */
#define MOST_RETRIES 5000000
/* So many patterns are kept compiled. */
#define MOST_KEPT 500

static void regexp_free(mrb_state *m, void *p) { if (p) onig_free(p); }
static const struct mrb_data_type regexp_type = { "Regexp", regexp_free };

static void region_free(mrb_state *m, void *p) { if (p) onig_region_free(p, 1); }
static const struct mrb_data_type match_type = { "MatchData", region_free };

static struct RClass *regexp_class(mrb_state *m) { return mrb_class_get(m, "Regexp"); }

#define IV(name) mrb_intern_lit(m, "@" name)

static void fail(mrb_state *m, int code, OnigErrorInfo *info, mrb_value source) {
  UChar text[ONIG_MAX_ERROR_MESSAGE_LEN];
  int n = info ? onig_error_code_to_str(text, code, info) : onig_error_code_to_str(text, code);
  mrb_raisef(m, mrb_class_get(m, "RegexpError"), "%l: /%v/", (const char *)text, (size_t)n, source);
}

static mrb_value regexp_make(mrb_state *m, struct RClass *c, mrb_value source, int options) {
  regex_t *re;
  OnigErrorInfo info;
  struct RData *d = mrb_data_object_alloc(m, c, NULL, &regexp_type);
  mrb_value self = mrb_obj_value(d);
  const UChar *p = (const UChar *)RSTRING_PTR(source);
  int r = onig_new(&re, p, p + RSTRING_LEN(source), (OnigOptionType)options, ONIG_ENCODING_UTF8, ONIG_SYNTAX_RUBY, &info);
  if (r != ONIG_NORMAL) fail(m, r, &info, source);
  d->data = re;
  mrb_iv_set(m, self, IV("source"), mrb_obj_freeze(m, mrb_str_dup(m, source)));
  mrb_iv_set(m, self, IV("options"), mrb_fixnum_value(options));
  return self;
}

/* The same object for the same pattern: literals are evaluated again and again. */
static mrb_value regexp_kept(mrb_state *m, mrb_value source, int options) {
  mrb_value c = mrb_obj_value(regexp_class(m)), kept = mrb_iv_get(m, c, IV("kept")), key;
  if (mrb_nil_p(kept)) mrb_iv_set(m, c, IV("kept"), kept = mrb_hash_new(m));
  key = options ? mrb_str_plus(m, mrb_format(m, "%i/", (mrb_int)options), source) : source;
  mrb_value r = mrb_hash_fetch(m, kept, key, mrb_nil_value());
  if (!mrb_nil_p(r)) return r;
  r = regexp_make(m, regexp_class(m), source, options);
  if (mrb_hash_size(m, kept) >= MOST_KEPT) mrb_hash_clear(m, kept);
  mrb_hash_set(m, kept, mrb_obj_freeze(m, mrb_str_dup(m, key)), r);
  return r;
}

static int options_of(mrb_state *m, mrb_value v) {
  int options = 0;
  if (mrb_nil_p(v) || mrb_false_p(v)) return 0;
  if (mrb_integer_p(v)) return (int)mrb_integer(v) & 7;
  if (!mrb_string_p(v)) return ONIG_OPTION_IGNORECASE;
  for (mrb_int i = 0; i < RSTRING_LEN(v); i++) switch (RSTRING_PTR(v)[i]) {
    case 'i': options |= ONIG_OPTION_IGNORECASE; break;
    case 'x': options |= ONIG_OPTION_EXTEND; break;
    case 'm': options |= ONIG_OPTION_MULTILINE; break;
    case 'o': case 'u': case 'n': break;
    default: mrb_raisef(m, E_ARGUMENT_ERROR, "unknown regexp option: %v", v);
  }
  return options;
}

static int is_regexp(mrb_value v) { return mrb_data_p(v) && DATA_TYPE(v) == &regexp_type; }

/* Regexp.new(pattern or regexp, options = 0) */
static mrb_value regexp_s_new(mrb_state *m, mrb_value c) {
  mrb_value source, options = mrb_nil_value(), encoding;
  mrb_get_args(m, "o|oo", &source, &options, &encoding);
  if (is_regexp(source)) return source;
  source = mrb_ensure_string_type(m, source);
  return regexp_kept(m, source, options_of(m, options));
}

/* What the compiler of mruby asks of each literal, so that a bad one is an error of syntax, and a good one is ready. */
const char *mrb_regexp_literal_error(mrb_state *m, const char *source, size_t n, const char *options) {
  static char text[ONIG_MAX_ERROR_MESSAGE_LEN];
  regex_t *re;
  OnigErrorInfo info;
  int o = 0;
  for (; options && *options; options++) o |= *options == 'i' ? ONIG_OPTION_IGNORECASE : *options == 'x' ? ONIG_OPTION_EXTEND : *options == 'm' ? ONIG_OPTION_MULTILINE : 0;
  int r = onig_new(&re, (const UChar *)source, (const UChar *)source + n, (OnigOptionType)o, ONIG_ENCODING_UTF8, ONIG_SYNTAX_RUBY, &info);
  if (r != ONIG_NORMAL) { text[onig_error_code_to_str((UChar *)text, r, &info)] = 0; return text; }
  onig_free(re);
  int ai = mrb_gc_arena_save(m);
  regexp_kept(m, mrb_str_new(m, source, n), o);
  mrb_gc_arena_restore(m, ai);
  return NULL;
}

/* A regexp for what String's methods take: a string means itself. */
static mrb_value regexp_of(mrb_state *m, mrb_value v) {
  static const char special[] = ".*?+^$|\\()[]{}-/# \t\n\r\f\v";
  if (is_regexp(v)) return v;
  v = mrb_ensure_string_type(m, v);
  mrb_value quoted = mrb_str_new_capa(m, RSTRING_LEN(v) + 8);
  for (mrb_int i = 0; i < RSTRING_LEN(v); i++) {
    char c = RSTRING_PTR(v)[i];
    const char *name = c == '\n' ? "\\n" : c == '\t' ? "\\t" : c == '\r' ? "\\r" : c == '\f' ? "\\f" : c == '\v' ? "\\v" : NULL;
    if (name) { mrb_str_cat_cstr(m, quoted, name); continue; }
    if (c && c != '/' && strchr(special, c)) mrb_str_cat_lit(m, quoted, "\\");
    mrb_str_cat(m, quoted, &c, 1);
  }
  return quoted;
}

static mrb_value to_regexp(mrb_state *m, mrb_value v) { v = regexp_of(m, v); return is_regexp(v) ? v : regexp_kept(m, v, 0); }

static mrb_value regexp_s_escape(mrb_state *m, mrb_value c) {
  mrb_value v;
  mrb_get_args(m, "S", &v);
  return regexp_of(m, v);
}

/* --- matching --- */

static mrb_int chars(const char *p, mrb_int bytes) {
  mrb_int n = 0;
  for (mrb_int i = 0; i < bytes; i++) n += ((unsigned char)p[i] & 0xc0) != 0x80;
  return n;
}

static mrb_int offset_of_char(mrb_value s, mrb_int n) {
  const char *p = RSTRING_PTR(s);
  mrb_int i = 0, length = RSTRING_LEN(s);
  if (n < 0) n += chars(p, length);
  if (n < 0) return -1;
  while (n > 0 && i < length) { i++; while (i < length && ((unsigned char)p[i] & 0xc0) == 0x80) i++; n--; }
  return n ? -1 : i;
}

static mrb_int next_char(mrb_value s, mrb_int i) {
  const char *p = RSTRING_PTR(s);
  mrb_int length = RSTRING_LEN(s);
  for (i++; i < length && ((unsigned char)p[i] & 0xc0) == 0x80; i++);
  return i;
}

static void set_last(mrb_state *m, mrb_value match) { mrb_gv_set(m, mrb_intern_lit(m, "$~"), match); }

static OnigRegion *search(mrb_state *m, mrb_value re, mrb_value s, mrb_int from, int at_start) {
  regex_t *reg = DATA_PTR(re);
  if (from < 0 || from > RSTRING_LEN(s)) return NULL;
  OnigRegion *region = onig_region_new();
  const UChar *p = (const UChar *)RSTRING_PTR(s), *end = p + RSTRING_LEN(s);
  int r = at_start ? onig_match(reg, p, end, p + from, region, ONIG_OPTION_NONE) : onig_search(reg, p, end, p + from, end, region, ONIG_OPTION_NONE);
  if (r >= 0) return region;
  onig_region_free(region, 1);
  if (r != ONIG_MISMATCH) fail(m, r, NULL, mrb_iv_get(m, re, IV("source")));
  return NULL;
}

static mrb_value match_make(mrb_state *m, mrb_value re, mrb_value s, OnigRegion *region) {
  struct RData *d = mrb_data_object_alloc(m, mrb_class_get(m, "MatchData"), region, &match_type);
  mrb_value v = mrb_obj_value(d);
  mrb_iv_set(m, v, IV("regexp"), re);
  mrb_iv_set(m, v, IV("string"), mrb_obj_freeze(m, mrb_str_dup(m, s)));
  return v;
}

/* The match at or after a byte, which becomes $~. */
static mrb_value match_from(mrb_state *m, mrb_value re, mrb_value s, mrb_int from) {
  OnigRegion *region = search(m, re, s, from, 0);
  mrb_value v = region ? match_make(m, re, s, region) : mrb_nil_value();
  set_last(m, v);
  return v;
}

static OnigRegion *region_of(mrb_state *m, mrb_value match) { return DATA_GET_PTR(m, match, &match_type, OnigRegion); }

static mrb_value string_of(mrb_state *m, mrb_value match) { return mrb_iv_get(m, match, IV("string")); }

static mrb_value group(mrb_state *m, mrb_value match, mrb_int i) {
  OnigRegion *r = region_of(m, match);
  if (i < 0) i += r->num_regs;
  if (i < 0 || i >= r->num_regs || r->beg[i] < 0) return mrb_nil_value();
  return mrb_str_new(m, RSTRING_PTR(string_of(m, match)) + r->beg[i], r->end[i] - r->beg[i]);
}

/* The number of a group that is named by a number, a string or a symbol; -1: there is none. */
static mrb_int group_number(mrb_state *m, mrb_value match, mrb_value v, int required) {
  if (mrb_symbol_p(v)) v = mrb_sym_str(m, mrb_symbol(v));
  if (!mrb_string_p(v)) return mrb_as_int(m, v);
  regex_t *re = DATA_PTR(mrb_iv_get(m, match, IV("regexp")));
  const UChar *p = (const UChar *)RSTRING_PTR(v);
  int n = onig_name_to_backref_number(re, p, p + RSTRING_LEN(v), region_of(m, match));
  if (n < 0 && required) mrb_raisef(m, E_INDEX_ERROR, "undefined group name reference: %v", v);
  return n;
}

/* What is asked of a string: a regexp or something that becomes one, and where to begin. */
static mrb_value position_args(mrb_state *m, mrb_value *v, mrb_int *from, mrb_value *block) {
  mrb_int at = 0;
  mrb_get_args(m, "o|i&", v, &at, block);
  *from = at;
  return *v;
}

static mrb_value subject(mrb_state *m, mrb_value v) { return mrb_symbol_p(v) ? mrb_sym_str(m, mrb_symbol(v)) : mrb_ensure_string_type(m, v); }

static mrb_value match_common(mrb_state *m, mrb_value re, mrb_value s, mrb_int at, mrb_value block) {
  mrb_value r = match_from(m, re, s, at ? offset_of_char(s, at) : 0);
  return mrb_nil_p(r) || mrb_nil_p(block) ? r : mrb_yield(m, block, r);
}

static mrb_value regexp_match(mrb_state *m, mrb_value self) {
  mrb_value v, block;
  mrb_int at;
  position_args(m, &v, &at, &block);
  if (mrb_nil_p(v)) { set_last(m, v); return v; }
  return match_common(m, self, subject(m, v), at, block);
}

static mrb_value string_match(mrb_state *m, mrb_value self) {
  mrb_value v, block;
  mrb_int at;
  position_args(m, &v, &at, &block);
  return match_common(m, is_regexp(v) ? v : regexp_kept(m, mrb_ensure_string_type(m, v), 0), self, at, block);
}

static mrb_value matches(mrb_state *m, mrb_value re, mrb_value s, mrb_int at) {
  OnigRegion *r = search(m, re, s, at ? offset_of_char(s, at) : 0, 0);
  if (r) onig_region_free(r, 1);
  return mrb_bool_value(r != NULL);
}

static mrb_value regexp_match_p(mrb_state *m, mrb_value self) {
  mrb_value v, block;
  mrb_int at;
  position_args(m, &v, &at, &block);
  return mrb_nil_p(v) ? mrb_false_value() : matches(m, self, subject(m, v), at);
}

static mrb_value string_match_p(mrb_state *m, mrb_value self) {
  mrb_value v, block;
  mrb_int at;
  position_args(m, &v, &at, &block);
  return matches(m, is_regexp(v) ? v : regexp_kept(m, mrb_ensure_string_type(m, v), 0), self, at);
}

static mrb_value where(mrb_state *m, mrb_value re, mrb_value s) {
  mrb_value r = match_from(m, re, s, 0);
  return mrb_nil_p(r) ? r : mrb_int_value(m, chars(RSTRING_PTR(s), region_of(m, r)->beg[0]));
}

static mrb_value regexp_where(mrb_state *m, mrb_value self) {
  mrb_value v = mrb_get_arg1(m);
  if (mrb_nil_p(v)) { set_last(m, v); return v; }
  return where(m, self, subject(m, v));
}

static mrb_value string_where(mrb_state *m, mrb_value self) {
  mrb_value v = mrb_get_arg1(m);
  if (mrb_string_p(v)) mrb_raise(m, E_TYPE_ERROR, "type mismatch: String given");
  return is_regexp(v) ? where(m, v, self) : mrb_funcall(m, v, "=~", 1, self);
}

static mrb_value regexp_eqq(mrb_state *m, mrb_value self) {
  mrb_value v = mrb_get_arg1(m);
  if (mrb_symbol_p(v)) v = mrb_sym_str(m, mrb_symbol(v));
  if (!mrb_string_p(v)) return mrb_false_value();
  return mrb_bool_value(!mrb_nil_p(match_from(m, self, v, 0)));
}

static int each_name(const UChar *p, const UChar *end, int n, int *groups, regex_t *re, void *arg) {
  void **a = arg;
  mrb_state *m = a[0];
  mrb_ary_push(m, *(mrb_value *)a[1], mrb_str_new(m, (const char *)p, end - p));
  return 0;
}

static mrb_value names(mrb_state *m, mrb_value re) {
  mrb_value a = mrb_ary_new(m);
  void *arg[] = { m, &a };
  onig_foreach_name(DATA_PTR(re), each_name, arg);
  return a;
}

static mrb_value regexp_names(mrb_state *m, mrb_value self) { return names(m, self); }

static mrb_value match_names(mrb_state *m, mrb_value self) { return names(m, mrb_iv_get(m, self, IV("regexp"))); }

/* --- MatchData --- */

static mrb_value match_to_a(mrb_state *m, mrb_value self) {
  OnigRegion *r = region_of(m, self);
  mrb_value a = mrb_ary_new_capa(m, r->num_regs);
  for (int i = 0; i < r->num_regs; i++) mrb_ary_push(m, a, group(m, self, i));
  return a;
}

static mrb_value match_aref(mrb_state *m, mrb_value self) {
  mrb_value v, length = mrb_nil_value();
  mrb_get_args(m, "o|o", &v, &length);
  if (mrb_range_p(v) || !mrb_nil_p(length)) {
    mrb_value a = match_to_a(m, self);
    return mrb_nil_p(length) ? mrb_funcall(m, a, "[]", 1, v) : mrb_funcall(m, a, "[]", 2, v, length);
  }
  return group(m, self, group_number(m, self, v, 1));
}

static mrb_value match_offset(mrb_state *m, mrb_value self, int end) {
  OnigRegion *r = region_of(m, self);
  mrb_int i = group_number(m, self, mrb_get_arg1(m), 1);
  if (i < 0 || i >= r->num_regs) mrb_raisef(m, E_INDEX_ERROR, "index %i out of matches", i);
  return r->beg[i] < 0 ? mrb_nil_value() : mrb_int_value(m, chars(RSTRING_PTR(string_of(m, self)), end ? r->end[i] : r->beg[i]));
}

static mrb_value match_begin(mrb_state *m, mrb_value self) { return match_offset(m, self, 0); }

static mrb_value match_end(mrb_state *m, mrb_value self) { return match_offset(m, self, 1); }

static mrb_value match_pre(mrb_state *m, mrb_value self) { return mrb_str_new(m, RSTRING_PTR(string_of(m, self)), region_of(m, self)->beg[0]); }

static mrb_value match_post(mrb_state *m, mrb_value self) {
  mrb_value s = string_of(m, self);
  OnigRegion *r = region_of(m, self);
  return mrb_str_new(m, RSTRING_PTR(s) + r->end[0], RSTRING_LEN(s) - r->end[0]);
}

static mrb_value match_size(mrb_state *m, mrb_value self) { return mrb_int_value(m, region_of(m, self)->num_regs); }

/* --- String --- */

/* \0 to \9, \&, \`, \', \k<name> and \\ of what is put in */
static void put_replacement(mrb_state *m, mrb_value out, mrb_value with, mrb_value match) {
  const char *p = RSTRING_PTR(with), *end = p + RSTRING_LEN(with);
  while (p < end) {
    const char *q = memchr(p, '\\', (size_t)(end - p));
    if (!q || q + 1 == end) { mrb_str_cat(m, out, p, (size_t)(end - p)); return; }
    mrb_str_cat(m, out, p, (size_t)(q - p));
    char c = q[1];
    mrb_value v = mrb_nil_value();
    p = q + 2;
    if (c >= '0' && c <= '9') v = group(m, match, c - '0');
    else if (c == '&') v = group(m, match, 0);
    else if (c == '`') v = match_pre(m, match);
    else if (c == '\'') v = match_post(m, match);
    else if (c == 'k' && p < end && *p == '<' && memchr(p, '>', (size_t)(end - p))) {
      const char *close = memchr(p, '>', (size_t)(end - p));
      v = group(m, match, group_number(m, match, mrb_str_new(m, p + 1, (size_t)(close - p - 1)), 1));
      p = close + 1;
    }
    else if (c == '\\') mrb_str_cat_lit(m, out, "\\");
    else mrb_str_cat(m, out, q, 2);
    if (!mrb_nil_p(v)) mrb_str_cat_str(m, out, v);
  }
}

/* nil: nothing was there to replace */
static mrb_value replace(mrb_state *m, mrb_value self, int all) {
  mrb_value pattern, with = mrb_undef_value(), block, last = mrb_nil_value();
  mrb_int argc = mrb_get_args(m, "o|o&", &pattern, &with, &block);
  if (argc < 2 && mrb_nil_p(block)) mrb_raise(m, E_ARGUMENT_ERROR, "wrong number of arguments (given 1, expected 2)");
  mrb_value re = to_regexp(m, pattern), out = mrb_nil_value();
  mrb_value s = mrb_obj_freeze(m, mrb_str_dup(m, self));
  int hash = argc == 2 && mrb_hash_p(with);
  if (argc == 2 && !hash) with = mrb_ensure_string_type(m, with);
  mrb_int at = 0, copied = 0;
  int ai = mrb_gc_arena_save(m);
  for (;;) {
    OnigRegion *r = search(m, re, s, at, 0);
    if (!r) break;
    if (mrb_nil_p(out)) { out = mrb_str_new_capa(m, RSTRING_LEN(s)); mrb_gc_arena_restore(m, ai); mrb_gc_protect(m, out); ai = mrb_gc_arena_save(m); }
    mrb_int begin = r->beg[0], end = r->end[0];
    last = match_make(m, re, s, r);
    mrb_str_cat(m, out, RSTRING_PTR(s) + copied, (size_t)(begin - copied));
    if (hash) mrb_str_cat_str(m, out, mrb_obj_as_string(m, mrb_hash_get(m, with, group(m, last, 0))));
    else if (argc == 2) put_replacement(m, out, with, last);
    else {
      set_last(m, last);
      mrb_str_cat_str(m, out, mrb_obj_as_string(m, mrb_yield(m, block, group(m, last, 0))));
    }
    copied = end;
    if (!all) break;
    if (end > begin) at = end;
    else {
      at = next_char(s, end);
      if (end < RSTRING_LEN(s)) mrb_str_cat(m, out, RSTRING_PTR(s) + end, (size_t)(at - end)), copied = at;
      if (end >= RSTRING_LEN(s)) break;
    }
    set_last(m, last);
    mrb_gc_arena_restore(m, ai);
  }
  set_last(m, last);
  if (mrb_nil_p(out)) return out;
  mrb_str_cat(m, out, RSTRING_PTR(s) + copied, (size_t)(RSTRING_LEN(s) - copied));
  return out;
}

static mrb_value string_sub(mrb_state *m, mrb_value self) { mrb_value r = replace(m, self, 0); return mrb_nil_p(r) ? mrb_str_dup(m, self) : r; }

static mrb_value string_gsub(mrb_state *m, mrb_value self) { mrb_value r = replace(m, self, 1); return mrb_nil_p(r) ? mrb_str_dup(m, self) : r; }

static mrb_value in_place(mrb_state *m, mrb_value self, int all) {
  mrb_check_frozen(m, mrb_obj_ptr(self));
  mrb_value r = replace(m, self, all);
  return mrb_nil_p(r) ? r : mrb_funcall(m, self, "replace", 1, r);
}

static mrb_value string_sub_bang(mrb_state *m, mrb_value self) { return in_place(m, self, 0); }

static mrb_value string_gsub_bang(mrb_state *m, mrb_value self) { return in_place(m, self, 1); }

static mrb_value string_scan(mrb_state *m, mrb_value self) {
  mrb_value pattern, block;
  mrb_get_args(m, "o&", &pattern, &block);
  mrb_value re = to_regexp(m, pattern), all = mrb_ary_new(m), last = mrb_nil_value(), s = mrb_obj_freeze(m, mrb_str_dup(m, self));
  mrb_int at = 0;
  int ai = mrb_gc_arena_save(m);
  for (;;) {
    OnigRegion *r = search(m, re, s, at, 0);
    if (!r) break;
    at = r->end[0] > r->beg[0] ? r->end[0] : next_char(s, r->end[0]);
    last = match_make(m, re, s, r);
    mrb_value found;
    if (r->num_regs == 1) found = group(m, last, 0);
    else {
      found = mrb_ary_new_capa(m, r->num_regs - 1);
      for (int i = 1; i < r->num_regs; i++) mrb_ary_push(m, found, group(m, last, i));
    }
    set_last(m, last);
    if (mrb_nil_p(block)) mrb_ary_push(m, all, found);
    else mrb_yield(m, block, found);
    mrb_gc_arena_restore(m, ai);
  }
  set_last(m, last);
  return mrb_nil_p(block) ? all : self;
}

/* split(regexp, limit): without the empty parts at the end if the limit is 0 */
static mrb_value string_split(mrb_state *m, mrb_value self) {
  mrb_value re;
  mrb_int limit = 0, at = 0, from = 0, length = RSTRING_LEN(self);
  mrb_get_args(m, "o|i", &re, &limit);
  mrb_value parts = mrb_ary_new(m), s = mrb_obj_freeze(m, mrb_str_dup(m, self));
  int ai = mrb_gc_arena_save(m);
  if (limit == 1) { if (length) mrb_ary_push(m, parts, mrb_str_dup(m, self)); return parts; }
  while (length && at <= length && !(limit > 0 && RARRAY_LEN(parts) == limit - 1)) {
    OnigRegion *r = search(m, re, s, at, 0);
    if (!r) break;
    mrb_int begin = r->beg[0], end = r->end[0];
    if (end == begin) {
      if (begin >= length) { onig_region_free(r, 1); break; }
      if (begin == from) {   /* a part is at least one character */
        begin = end = next_char(s, begin);
        if (begin >= length) { onig_region_free(r, 1); break; }
        at = begin;
      } else at = end;
    } else at = end;
    mrb_ary_push(m, parts, mrb_str_new(m, RSTRING_PTR(s) + from, (size_t)(begin - from)));
    for (int i = 1; i < r->num_regs; i++)
      if (r->beg[i] >= 0) mrb_ary_push(m, parts, mrb_str_new(m, RSTRING_PTR(s) + r->beg[i], (size_t)(r->end[i] - r->beg[i])));
    from = end;
    onig_region_free(r, 1);
    mrb_gc_arena_restore(m, ai);
  }
  if (length) mrb_ary_push(m, parts, mrb_str_new(m, RSTRING_PTR(s) + from, (size_t)(length - from)));
  if (limit == 0)
    while (RARRAY_LEN(parts) && mrb_string_p(RARRAY_PTR(parts)[RARRAY_LEN(parts) - 1]) && !RSTRING_LEN(RARRAY_PTR(parts)[RARRAY_LEN(parts) - 1])) mrb_ary_pop(m, parts);
  return parts;
}

/* The byte where a match begins at or after a character; and the last that begins at or before one. */
static mrb_value string_index_of(mrb_state *m, mrb_value self) {
  mrb_value re;
  mrb_int at = 0;
  mrb_get_args(m, "o|i", &re, &at);
  mrb_value r = match_from(m, re, self, offset_of_char(self, at));
  return mrb_nil_p(r) ? r : mrb_int_value(m, chars(RSTRING_PTR(self), region_of(m, r)->beg[0]));
}

static mrb_value string_rindex_of(mrb_state *m, mrb_value self) {
  mrb_value re, at = mrb_nil_value();
  mrb_get_args(m, "o|o", &re, &at);
  mrb_int i = mrb_nil_p(at) ? RSTRING_LEN(self) : offset_of_char(self, mrb_as_int(m, at));
  const UChar *p = (const UChar *)RSTRING_PTR(self), *end = p + RSTRING_LEN(self);
  if (i < 0) return mrb_nil_value();
  OnigRegion *region = onig_region_new();
  int r = onig_search(DATA_PTR(re), p, end, p + i, p, region, ONIG_OPTION_NONE);
  if (r < 0) {
    onig_region_free(region, 1);
    if (r != ONIG_MISMATCH) fail(m, r, NULL, mrb_iv_get(m, re, IV("source")));
    set_last(m, mrb_nil_value());
    return mrb_nil_value();
  }
  set_last(m, match_make(m, re, self, region));
  return mrb_int_value(m, chars((const char *)p, r));
}

static mrb_value string_begins(mrb_state *m, mrb_value self) {
  mrb_value re = mrb_get_arg1(m);
  OnigRegion *r = search(m, re, self, 0, 1);
  set_last(m, r ? match_make(m, re, self, r) : mrb_nil_value());
  return mrb_bool_value(r != NULL);
}

/* Letters of all scripts: upcase, downcase, swapcase, capitalize */
static mrb_value string_cased(mrb_state *m, mrb_value self) {
  mrb_int how;
  mrb_get_args(m, "i", &how);
  const unsigned char *p = (const unsigned char *)RSTRING_PTR(self), *end = p + RSTRING_LEN(self);
  mrb_value out = mrb_str_new_capa(m, RSTRING_LEN(self) + 4);
  for (int first = 1; p < end; first = 0) {
    unsigned c = *p, n = c < 0x80 ? 1 : c >= 0xc2 && c < 0xe0 ? 2 : c >= 0xe0 && c < 0xf0 ? 3 : c >= 0xf0 && c < 0xf5 ? 4 : 0;
    int good = n && end - p >= n;
    for (unsigned i = 1; good && i < n; i++) good = (p[i] & 0xc0) == 0x80;
    if (!good) { mrb_str_cat(m, out, (const char *)p++, 1); continue; }
    unsigned u = n == 1 ? c : n == 2 ? (c & 31) << 6 | (p[1] & 63) : n == 3 ? (c & 15) << 12 | (p[1] & 63u) << 6 | (p[2] & 63u)
      : (c & 7) << 18 | (p[1] & 63u) << 12 | (p[2] & 63u) << 6 | (p[3] & 63u);
    int up = how == 0 || (how == 3 && first) || (how == 2 && (u == 0xdf || towupper(u) != u));
    p += n;
    if (u == 0xdf && up) { mrb_str_cat(m, out, how == 3 ? "Ss" : "SS", 2); continue; }
    u = up ? towupper(u) : towlower(u);
    char b[4];
    size_t k = u < 0x80 ? (b[0] = (char)u, 1) : u < 0x800 ? (b[0] = (char)(0xc0 | u >> 6), b[1] = (char)(0x80 | (u & 63)), 2)
      : u < 0x10000 ? (b[0] = (char)(0xe0 | u >> 12), b[1] = (char)(0x80 | (u >> 6 & 63)), b[2] = (char)(0x80 | (u & 63)), 3)
      : (b[0] = (char)(0xf0 | u >> 18), b[1] = (char)(0x80 | (u >> 12 & 63)), b[2] = (char)(0x80 | (u >> 6 & 63)), b[3] = (char)(0x80 | (u & 63)), 4);
    mrb_str_cat(m, out, b, k);
  }
  return out;
}

void mrb_script_gem_init_json(mrb_state *m);

void mrb_script_gem_init(mrb_state *m) {
  OnigEncoding encodings[] = { ONIG_ENCODING_UTF8 };
  onig_initialize(encodings, 1);
  onig_set_parse_depth_limit(DEEPEST_PATTERN);
  onig_set_retry_limit_in_match(MOST_RETRIES);
  onig_set_retry_limit_in_search(MOST_RETRIES);
  struct RClass *re = mrb_define_class(m, "Regexp", m->object_class), *match = mrb_define_class(m, "MatchData", m->object_class), *s = m->string_class;
  MRB_SET_INSTANCE_TT(re, MRB_TT_CDATA);
  MRB_SET_INSTANCE_TT(match, MRB_TT_CDATA);
  mrb_undef_class_method(m, match, "new");
  mrb_define_const(m, re, "IGNORECASE", mrb_fixnum_value(ONIG_OPTION_IGNORECASE));
  mrb_define_const(m, re, "EXTENDED", mrb_fixnum_value(ONIG_OPTION_EXTEND));
  mrb_define_const(m, re, "MULTILINE", mrb_fixnum_value(ONIG_OPTION_MULTILINE));
  mrb_define_class_method(m, re, "new", regexp_s_new, MRB_ARGS_ARG(1, 2));
  mrb_define_class_method(m, re, "compile", regexp_s_new, MRB_ARGS_ARG(1, 2));
  mrb_define_class_method(m, re, "escape", regexp_s_escape, MRB_ARGS_REQ(1));
  mrb_define_class_method(m, re, "quote", regexp_s_escape, MRB_ARGS_REQ(1));
  mrb_define_method(m, re, "match", regexp_match, MRB_ARGS_ARG(1, 1) | MRB_ARGS_BLOCK());
  mrb_define_method(m, re, "match?", regexp_match_p, MRB_ARGS_ARG(1, 1));
  mrb_define_method(m, re, "=~", regexp_where, MRB_ARGS_REQ(1));
  mrb_define_method(m, re, "===", regexp_eqq, MRB_ARGS_REQ(1));
  mrb_define_method(m, re, "names", regexp_names, MRB_ARGS_NONE());
  mrb_define_method(m, match, "to_a", match_to_a, MRB_ARGS_NONE());
  mrb_define_method(m, match, "[]", match_aref, MRB_ARGS_ARG(1, 1));
  mrb_define_method(m, match, "begin", match_begin, MRB_ARGS_REQ(1));
  mrb_define_method(m, match, "end", match_end, MRB_ARGS_REQ(1));
  mrb_define_method(m, match, "pre_match", match_pre, MRB_ARGS_NONE());
  mrb_define_method(m, match, "post_match", match_post, MRB_ARGS_NONE());
  mrb_define_method(m, match, "size", match_size, MRB_ARGS_NONE());
  mrb_define_method(m, match, "length", match_size, MRB_ARGS_NONE());
  mrb_define_method(m, match, "names", match_names, MRB_ARGS_NONE());
  mrb_define_method(m, s, "match", string_match, MRB_ARGS_ARG(1, 1) | MRB_ARGS_BLOCK());
  mrb_define_method(m, s, "match?", string_match_p, MRB_ARGS_ARG(1, 1));
  mrb_define_method(m, s, "=~", string_where, MRB_ARGS_REQ(1));
  mrb_define_method(m, s, "sub", string_sub, MRB_ARGS_ARG(1, 1) | MRB_ARGS_BLOCK());
  mrb_define_method(m, s, "gsub", string_gsub, MRB_ARGS_ARG(1, 1) | MRB_ARGS_BLOCK());
  mrb_define_method(m, s, "sub!", string_sub_bang, MRB_ARGS_ARG(1, 1) | MRB_ARGS_BLOCK());
  mrb_define_method(m, s, "gsub!", string_gsub_bang, MRB_ARGS_ARG(1, 1) | MRB_ARGS_BLOCK());
  mrb_define_method(m, s, "scan", string_scan, MRB_ARGS_REQ(1) | MRB_ARGS_BLOCK());
  mrb_define_method(m, s, "__cased", string_cased, MRB_ARGS_REQ(1));
  mrb_define_method(m, s, "__split", string_split, MRB_ARGS_ARG(1, 1));
  mrb_define_method(m, s, "__index", string_index_of, MRB_ARGS_ARG(1, 1));
  mrb_define_method(m, s, "__rindex", string_rindex_of, MRB_ARGS_ARG(1, 1));
  mrb_define_method(m, s, "__begins", string_begins, MRB_ARGS_REQ(1));
  mrb_script_gem_init_json(m);
}

void mrb_script_gem_final(mrb_state *m) { }
