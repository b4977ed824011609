/* mruby as a runtime of scripts: see runtimes/abi.h for what it exports. One script to an instance. */
#include <mruby.h>
#include <mruby/array.h>
#include <mruby/class.h>
#include <mruby/compile.h>
#include <mruby/error.h>
#include <mruby/gc.h>
#include <mruby/hash.h>
#include <mruby/irep.h>
#include <mruby/opcode.h>
#include <mruby/proc.h>
#include <mruby/string.h>
#include <mruby/variable.h>
#include "abi.h"
#include "arena.h"
#include "gem/src/json.h"
#include <time.h>
#include <unistd.h>

/* mruby's names for classes of errors call the state so */
#define mrb m

/* So many objects does a call make before the collector looks for garbage: most sandboxes are gone before. */
#define COLLECT_ABOVE 200000

extern int mrb_random_stale, mrb_random_chosen;
extern const char *(*mrb_regexp_check)(mrb_state *, const char *, size_t, const char *);
extern const char *mrb_regexp_wrong;
extern int mrb_regexp_wrong_line;
const char *mrb_regexp_literal_error(mrb_state *m, const char *source, size_t n, const char *options);

static mrb_state *m;
static int arguments_wanted;   /* by handle: nothing, the input, or the metadata too */

static void *allocate(mrb_state *state, void *p, size_t n, void *unused) {
  if (n) return p ? arena_resize(p, n) : arena_alloc(n);
  if (p) arena_release(p);
  return NULL;
}

/* --- what the gem's Ruby is given --- */

static mrb_value write_log(mrb_state *m, mrb_value self) {
  mrb_value s = mrb_get_arg1(m);
  if (mrb_string_p(s)) fwrite(RSTRING_PTR(s), 1, (size_t)RSTRING_LEN(s), stderr);
  return mrb_nil_value();
}

static mrb_value sleep_for(mrb_state *m, mrb_value self) {
  mrb_float s;
  mrb_get_args(m, "f", &s);
  if (s > 0) {
    struct timespec t = { (time_t)(s < 1e6 ? s : 1e6), (long)((s - (double)(time_t)s) * 1e9) };
    nanosleep(&t, NULL);
  }
  return mrb_int_value(m, (mrb_int)(s + 0.5));
}

static mrb_value random_bytes(mrb_state *m, mrb_value self) {
  mrb_int n;
  mrb_get_args(m, "i", &n);
  if (n < 0) mrb_raise(m, E_ARGUMENT_ERROR, "negative string size");
  mrb_value s = mrb_str_new(m, NULL, (size_t)n);
  for (mrb_int at = 0; at < n; at += 256)
    if (getentropy(RSTRING_PTR(s) + at, (size_t)(n - at < 256 ? n - at : 256))) mrb_raise(m, E_RUNTIME_ERROR, "no random numbers");
  return s;
}

/* --- reports --- */

/* Where an error of syntax is: the exception that carries it does not say. */
static struct { struct text file; long line, column; char message[1000]; } wrong;

static int is_wrong(void) { return wrong.line != 0; }

static mrb_value message_of(mrb_state *m, void *e) { return mrb_obj_as_string(m, mrb_funcall(m, *(mrb_value *)e, "message", 0)); }

static struct text string_text(mrb_value s) { return mrb_string_p(s) ? (struct text){ RSTRING_PTR(s), (uint32_t)RSTRING_LEN(s) } : (struct text){ "", 0 }; }

/* One line of a backtrace: file:line, file:line:in name. */
static int frame_of(struct text t, struct text *file, long *line, struct text *function) {
  for (uint32_t i = 0; i + 1 < t.n; i++) {
    if (t.p[i] != ':' || t.p[i + 1] < '0' || t.p[i + 1] > '9') continue;
    *file = (struct text){ t.p, i };
    char *end;
    *line = strtol(t.p + i + 1, &end, 10);
    const char *in = end;
    *function = t.p + t.n - in > 4 && !memcmp(in, ":in ", 4) ? (struct text){ in + 4, (uint32_t)(t.p + t.n - in - 4) } : (struct text){ "", 0 };
    if (function->n > 1 && (function->p[0] == '\'' || function->p[0] == '`')) function->p++, function->n -= 2;
    return file_named(*file) != NULL;
  }
  return 0;
}

static mrb_value backtrace_of(mrb_state *m, void *e) { return mrb_funcall(m, *(mrb_value *)e, "backtrace", 0); }

static int report_exception(mrb_value e, const char *kind) {
  mrb_bool failed = FALSE;
  m->gc.disabled = TRUE;
  if (is_wrong() && mrb_obj_is_kind_of(m, e, mrb_class_get(m, "SyntaxError"))) {
    report_begin("syntax", text_of("SyntaxError"), text_of(wrong.message));
    report_place(wrong.file, wrong.line, wrong.column);
    report_frame((struct text){ "", 0 }, wrong.file, wrong.line, wrong.column);
  } else {
    const char *type = mrb_obj_classname(m, e);
    if (!strcmp(type, "NoMemoryError")) kind = "memory";
    mrb_value message = mrb_protect_error(m, message_of, &e, &failed);
    report_begin(kind, text_of(type), failed ? text_of("") : string_text(message));
  }
  mrb_value trace = mrb_protect_error(m, backtrace_of, &e, &failed);
  int placed = is_wrong();
  if (!failed && mrb_array_p(trace)) for (mrb_int i = 0; i < RARRAY_LEN(trace); i++) {
    struct text file, function;
    long line;
    if (!frame_of(string_text(RARRAY_PTR(trace)[i]), &file, &line, &function)) continue;
    if (!placed++) report_place(file, line, 0);
    if (function.n > 2 && !memcmp(function.p, "__", 2)) continue;   /* of the gem */
    report_frame(function, file, line, 0);
  }
  report_end();
  return 1;
}

/* --- the script's own files --- */

static struct text current;   /* the file that is being loaded */

static struct file *find(struct text base, struct text name) {
  static char path[1024];
  size_t n = 0;
  if (base.n + name.n + 6 > sizeof path) return NULL;
  for (int i = 0; i < 2; i++) {
    struct text t = i ? name : base;
    for (uint32_t at = 0; at < t.n;) {
      uint32_t k = 0;
      while (at + k < t.n && t.p[at + k] != '/') k++;
      if (k == 2 && !memcmp(t.p + at, "..", 2)) { while (n && path[--n] != '/'); }
      else if (k && !(k == 1 && t.p[at] == '.')) { if (n) path[n++] = '/'; memcpy(path + n, t.p + at, k); n += k; }
      at += k + 1;
    }
  }
  struct file *f = file_named((struct text){ path, (uint32_t)n });
  if (f) return f;
  memcpy(path + n, ".rb", 3);
  return file_named((struct text){ path, (uint32_t)n + 3 });
}

/* Runs a file at the top level; raises SyntaxError. */
static void run_file(struct file *f) {
  struct text before = current;
  char *name = mrb_malloc(m, f->name.n + 1);
  memcpy(name, f->name.p, f->name.n), name[f->name.n] = 0;
  mrb_ccontext *c = mrb_ccontext_new(m);
  mrb_ccontext_filename(m, c, name);
  c->capture_errors = TRUE;
  c->lineno = 1;
  struct mrb_parser_state *p = mrb_parse_nstring(m, f->text.p, f->text.n, c);
  if (!p || p->nerr || !p->tree) {
    wrong.file = f->name, wrong.line = p && p->nerr ? p->error_buffer[0].lineno : 1, wrong.column = p && p->nerr ? p->error_buffer[0].column : 0;
    if (p && p->nerr && wrong.column < 1) wrong.column = 1;   /* the parser is behind what it could not take */
    const char *text = p && p->nerr && p->error_buffer[0].message ? p->error_buffer[0].message : "syntax error";
    if (!strncmp(text, "syntax error, ", 14)) text += 14;
    snprintf(wrong.message, sizeof wrong.message, "%s", text);
    mrb_raisef(m, mrb_class_get(m, "SyntaxError"), "%s:%d: %s", name, (int)wrong.line, wrong.message);
  }
  mrb_regexp_wrong = NULL;
  struct RProc *proc = mrb_generate_code(m, p);
  if (!proc) {
    wrong.file = f->name, wrong.line = mrb_regexp_wrong ? mrb_regexp_wrong_line : 1, wrong.column = 0;
    snprintf(wrong.message, sizeof wrong.message, "%s", mrb_regexp_wrong ? mrb_regexp_wrong : "too complex expression");
    mrb_raisef(m, mrb_class_get(m, "SyntaxError"), "%s:%d: %s", name, (int)wrong.line, wrong.message);
  }
  mrb_parser_free(p);
  mrb_ccontext_free(m, c);
  MRB_PROC_SET_TARGET_CLASS(proc, m->object_class);
  current = f->name;
  mrb_yield_with_class(m, mrb_obj_value(proc), 0, NULL, mrb_top_self(m), m->object_class);
  current = before;
}

static mrb_value require(mrb_state *m, mrb_value self) {
  mrb_value name, loaded = mrb_gv_get(m, mrb_intern_lit(m, "$\""));
  mrb_get_args(m, "S", &name);
  uint32_t folder = current.n;
  while (folder && current.p[folder - 1] != '/') folder--;
  struct file *f = find((struct text){ current.p, folder }, string_text(name));
  if (!f) f = find((struct text){ "", 0 }, string_text(name));
  if (!f) mrb_raisef(m, mrb_class_get(m, "LoadError"), "cannot load such file -- %v", name);
  mrb_value key = mrb_str_new(m, f->name.p, f->name.n);
  if (mrb_test(mrb_funcall(m, loaded, "include?", 1, key))) return mrb_false_value();
  mrb_ary_push(m, loaded, key);
  run_file(f);
  return mrb_true_value();
}

/* --- the exports --- */

EXPORT(_alloc) void *abi_alloc(size_t n) { return arena_alloc(n + 1); }

static mrb_value run_script(mrb_state *m, void *unused) {
  mrb_ary_push(m, mrb_gv_get(m, mrb_intern_lit(m, "$\"")), mrb_str_new(m, files[0].name.p, files[0].name.n));
  run_file(&files[0]);
  return mrb_nil_value();
}

static const struct RProc *handler(mrb_sym *name) {
  struct RClass *c = mrb_class(m, mrb_top_self(m));
  *name = mrb_intern_lit(m, "handle");
  mrb_method_t method = mrb_method_search_vm(m, &c, *name);
  return MRB_METHOD_UNDEF_P(method) || !MRB_METHOD_PROC_P(method) ? NULL : MRB_METHOD_PROC(method);
}

/* As many as it declares, at most two; -1 if it cannot be called with two. */
static int declared_arguments(const struct RProc *p) {
  if (MRB_PROC_CFUNC_P(p) || !p->body.irep || p->body.irep->iseq[0] != OP_ENTER) return 1;
  const mrb_code *pc = p->body.irep->iseq + 1;
  mrb_aspec a = (mrb_aspec)PEEK_W(pc);
  int required = MRB_ASPEC_REQ(a) + MRB_ASPEC_POST(a), all = required + MRB_ASPEC_OPT(a);
  return required > 2 ? -1 : MRB_ASPEC_REST(a) || all > 2 ? 2 : all;
}

/* From here on the collector lets what there is alone, and new objects lie apart from it. */
static void seal(void) {
  m->gc.disabled = FALSE;
  mrb_full_gc(m);
  m->gc.free_heaps = NULL;
  m->gc.threshold = m->gc.live + COLLECT_ABOVE;
  arena_seal();
}

EXPORT(_load) int abi_load(const char *p, uint32_t n) {
  if (!read_files(p, n)) return report_simple("host", "The files of the script cannot be read");
  mrb_bool failed = FALSE;
  mrb_sym name;
  current = (struct text){ "", 0 };
  mrb_value e = mrb_protect_error(m, run_script, NULL, &failed);
  fflush(stderr);
  if (failed) return report_exception(e, "exception");
  const struct RProc *h = handler(&name);
  if (!h) return report_simple("handler", "The script defines no method 'handle': write def handle(input) ... end");
  arguments_wanted = declared_arguments(h);
  if (arguments_wanted < 0) return report_simple("handler", "handle gets the input and the metadata, and cannot be called with these two alone");
  current = (struct text){ "", 0 };
  seal();
  return 0;
}

static int is_utf8(const char *p, size_t n) {
  const unsigned char *s = (const unsigned char *)p, *e = s + n;
  while (s < e) {
    unsigned c = *s, k = c < 0x80 ? 1 : c >= 0xc2 && c < 0xe0 ? 2 : c >= 0xe0 && c < 0xf0 ? 3 : c >= 0xf0 && c < 0xf5 ? 4 : 0;
    if (!k || (size_t)(e - s) < k) return 0;
    for (unsigned i = 1; i < k; i++) if ((s[i] & 0xc0) != 0x80) return 0;
    if ((c == 0xe0 && s[1] < 0xa0) || (c == 0xed && s[1] > 0x9f) || (c == 0xf0 && s[1] < 0x90) || (c == 0xf4 && s[1] > 0x8f)) return 0;
    s += k;
  }
  return 1;
}

struct work { const char *p; uint32_t n, kind, metadata; int reading; uint64_t result; };

static uint64_t failed(enum kind kind) { return result_of(report, kind, report_length); }

static mrb_value work(mrb_state *m, void *data) {
  struct work *w = data;
  uint32_t at = 8 + w->metadata;
  mrb_value arguments[2] = { mrb_nil_value(), mrb_nil_value() };
  w->reading = 1;
  if (w->kind == JSON) arguments[0] = json_parse(m, w->p + at, w->n - at, 0, JSON_DEPTH);
  w->reading = 0;
  if (w->kind == TEXT || w->kind == BYTES) arguments[0] = mrb_str_new(m, w->p + at, w->n - at);
  if (arguments_wanted == 2) arguments[1] = w->metadata ? json_parse(m, w->p + 8, w->metadata, 0, JSON_DEPTH) : mrb_hash_new(m);
  mrb_value r = mrb_funcall_argv(m, mrb_top_self(m), mrb_intern_lit(m, "handle"), arguments_wanted, arguments);
  enum kind kind = JSON;
  if (mrb_nil_p(r)) { w->result = result_of(NULL, NOTHING, 0); return r; }
  if (mrb_string_p(r)) kind = is_utf8(RSTRING_PTR(r), (size_t)RSTRING_LEN(r)) ? TEXT : BYTES;
  else r = json_generate(m, r, 0);
  mrb_gc_register(m, r);
  if ((size_t)RSTRING_LEN(r) > LONGEST_RESULT) { report_simple("exception", "The result is too long"); w->result = failed(FAILED); return r; }
  w->result = result_of(RSTRING_PTR(r), kind, (size_t)RSTRING_LEN(r));
  return r;
}

static uint64_t call(char *p, uint32_t n) {
  struct work w = { p, n, number_at(p), number_at(p + 4), 0, 0 };
  uint32_t at = 8 + w.metadata;
  mrb_bool error = FALSE;
  p[n] = 0;
  if ((w.kind == TEXT || w.kind == JSON) && !is_utf8(p + at, n - at)) return report_simple("invalid-input", "The input is not UTF-8"), failed(INVALID);
  mrb_value e = mrb_protect_error(m, work, &w, &error);
  fflush(stderr);
  if (!error) return w.result;
  int invalid = w.reading && mrb_obj_is_kind_of(m, e, mrb_class_get_under(m, mrb_module_get(m, "JSON"), "JSONError"));
  report_exception(e, invalid ? "invalid-input" : "exception");
  return failed(invalid ? INVALID : FAILED);
}

EXPORT(_call) uint64_t abi_call(char *p, uint32_t n) {
  mrb_random_stale = !mrb_random_chosen;
  return call(p, n);
}

static const char warm_up[] = {
#embed "warm-up.rb"
  , 0 };

static void die(mrb_value e) {
  report_exception(e, "exception");
  fwrite(report, 1, report_length, stderr);
  fputs("\nRuby cannot be started\n", stderr);
  fflush(stderr);
  abort();
}

/* Called by _initialize. */
__attribute__((constructor)) static void start(void) {
  static char log_buffer[4096];
  setvbuf(stderr, log_buffer, _IOLBF, sizeof log_buffer);
  m = mrb_open_allocf(allocate, NULL);
  if (!m) abort();
  if (m->exc) die(mrb_obj_value(m->exc));
  mrb_regexp_check = mrb_regexp_literal_error;
  mrb_define_method(m, m->kernel_module, "__log", write_log, MRB_ARGS_REQ(1));
  mrb_define_method(m, m->kernel_module, "__sleep", sleep_for, MRB_ARGS_REQ(1));
  mrb_define_method(m, m->kernel_module, "__require", require, MRB_ARGS_REQ(1));
  mrb_define_class_method(m, mrb_module_get(m, "SecureRandom"), "__bytes", random_bytes, MRB_ARGS_REQ(1));
  mrb_gv_set(m, mrb_intern_lit(m, "$\""), mrb_ary_new(m));
  static struct file warm;
  warm = (struct file){ text_of("warm-up.rb"), { warm_up, sizeof warm_up - 1 } };
  files = &warm, file_count = 1;
  mrb_bool error = FALSE;
  mrb_value e = mrb_protect_error(m, run_script, NULL, &error);
  if (error) die(e);
  static const char example[] = "{\"name\":\"Ada\",\"lines\":[{\"sku\":\"a \",\"quantity\":2,\"price\":150},{\"sku\":\"b\",\"quantity\":1,\"price\":2}]}";
  arguments_wanted = 1;
  for (int i = 0; i < 3; i++) {
    char *p = abi_alloc(8 + sizeof example);
    memset(p, 0, 8), p[0] = JSON, memcpy(p + 8, example, sizeof example);
    if ((call(p, 8 + sizeof example - 1) >> 28 & 15) != JSON) { fwrite(report, 1, report_length, stderr); fputc('\n', stderr); fflush(stderr); abort(); }
    arena_release(p);
  }
  mrb_undef_method(m, m->object_class, "handle");
  mrb_ary_clear(m, mrb_gv_get(m, mrb_intern_lit(m, "$\"")));
  mrb_random_chosen = 0;
  file_count = 0;
  seal();
}
