/* PHP as a runtime of scripts: see runtimes/abi.h for what it exports. One script to an instance. */
#define _GNU_SOURCE
#include "abi.h"
#include "arena.h"
#include <sapi/embed/php_embed.h>
#include <ext/json/php_json.h>
#include <ext/random/php_random.h>
#include <ext/spl/spl_exceptions.h>
#include <Zend/zend_builtin_functions.h>
#include <Zend/zend_closures.h>
#include <Zend/zend_exceptions.h>
#include <Zend/zend_interfaces.h>
#include <Zend/zend_language_scanner.h>
#include <Zend/zend_smart_str.h>

/* How much of the stack in linear memory may be used: the host's ends with it. */
#ifndef STACK_LIMIT
#define STACK_LIMIT (64u * 1024)
#endif

#define JSON_DEPTH 512

int php_reactor_guarded(void (*f)(void));
_Noreturn void php_reactor_bailout(void);

/* Whether the script seeded mt_rand itself; set by mt_srand. */
int php_reactor_seeded;

static zend_fcall_info handler;
static zend_fcall_info_cache handler_cache;
static int wants_metadata, loaded;
static void (*log_error)(int, zend_string *, const uint32_t, zend_string *);

/* --- memory --- */

_Noreturn void php_reactor_out_of_memory(void) {
  report_begin("memory", text_of("Fatal error"), text_of("Out of memory"));
  report_end();
  php_reactor_bailout();
}

void *php_reactor_malloc(size_t n) {
  void *p = arena_alloc(n);
  if (!p) php_reactor_out_of_memory();
  return p;
}

void php_reactor_free(void *p) { if (p) arena_release(p); }

void *php_reactor_realloc(void *p, size_t n) {
  void *q = p ? arena_resize(p, n ? n : 1) : arena_alloc(n);
  if (!q) php_reactor_out_of_memory();
  return q;
}

/* --- reports --- */

static struct text string_text(zend_string *s) { return s ? (struct text){ ZSTR_VAL(s), (uint32_t)ZSTR_LEN(s) } : (struct text){ "", 0 }; }

static struct text zval_text(zval *v) { return v && Z_TYPE_P(v) == IS_STRING ? string_text(Z_STR_P(v)) : (struct text){ "", 0 }; }

/* Where the parser stopped: what it had read last begins there. */
static zend_object *parse_error;
static long parse_error_column;

static void on_throw(zend_object *o) {
  if (!o || o->ce != zend_ce_parse_error || !CG(in_compilation)) return;
  const unsigned char *p = LANG_SCNG(yy_text), *q = p;
  if (!p || p > LANG_SCNG(yy_limit)) return;
  while (q > LANG_SCNG(yy_start) && q[-1] != '\n') q--;
  parse_error = o, parse_error_column = (long)(p - q) + 1;
}

/* The frames of an exception: each of the trace says who called, and whom. */
static void report_trace(struct text file, long line, zval *trace) {
  char name[300];
  zval *entry;
  if (trace && Z_TYPE_P(trace) == IS_ARRAY) ZEND_HASH_FOREACH_VAL(Z_ARRVAL_P(trace), entry) {
    if (Z_TYPE_P(entry) != IS_ARRAY) continue;
    HashTable *h = Z_ARRVAL_P(entry);
    struct text c = zval_text(zend_hash_find_known_hash(h, ZSTR_KNOWN(ZEND_STR_CLASS))), t = zval_text(zend_hash_find_known_hash(h, ZSTR_KNOWN(ZEND_STR_TYPE)));
    struct text f = zval_text(zend_hash_find_known_hash(h, ZSTR_KNOWN(ZEND_STR_FUNCTION)));
    int n = snprintf(name, sizeof name, "%.*s%.*s%.*s", (int)c.n, c.p, (int)t.n, t.p, (int)f.n, f.p);
    if (file_named(file)) report_frame((struct text){ name, (uint32_t)(n < (int)sizeof name ? n : (int)sizeof name - 1) }, file, line, 0);
    zval *l = zend_hash_find_known_hash(h, ZSTR_KNOWN(ZEND_STR_LINE));
    file = zval_text(zend_hash_find_known_hash(h, ZSTR_KNOWN(ZEND_STR_FILE))), line = l && Z_TYPE_P(l) == IS_LONG ? Z_LVAL_P(l) : 0;
  } ZEND_HASH_FOREACH_END();
  if (file_named(file)) report_frame((struct text){ "", 0 }, file, line, 0);
}

/* The first place of the script's own files. */
static void report_first_place(struct text file, long line, long column, zval *trace) {
  zval *entry;
  if (!file_named(file) && trace && Z_TYPE_P(trace) == IS_ARRAY) ZEND_HASH_FOREACH_VAL(Z_ARRVAL_P(trace), entry) {
    if (Z_TYPE_P(entry) != IS_ARRAY) continue;
    struct text f = zval_text(zend_hash_find_known_hash(Z_ARRVAL_P(entry), ZSTR_KNOWN(ZEND_STR_FILE)));
    zval *l = zend_hash_find_known_hash(Z_ARRVAL_P(entry), ZSTR_KNOWN(ZEND_STR_LINE));
    if (file_named(f)) { file = f, line = l && Z_TYPE_P(l) == IS_LONG ? Z_LVAL_P(l) : 0, column = 0; break; }
  } ZEND_HASH_FOREACH_END();
  if (file_named(file)) report_place(file, line, column);
}

static zval *property(zend_object *o, const char *name, zval *rv) {
  return zend_read_property(zend_get_exception_base(o), o, name, strlen(name), 1, rv);
}

/* Reports what EG(exception) says, and forgets it. */
static int report_exception(const char *kind) {
  zend_object *o = EG(exception);
  zval rv[4];
  if (!o) return report_simple(kind, "The script failed");
  EG(exception) = NULL;
  if (zend_is_unwind_exit(o) || zend_is_graceful_exit(o)) {
    report_begin(kind, text_of("exit"), text_of("The script called exit"));
    report_end();
    return 1;
  }
  int parse = o->ce == zend_ce_parse_error || o->ce == zend_ce_compile_error;
  zval *line = property(o, "line", &rv[0]), *trace = property(o, "trace", &rv[1]);
  struct text file = zval_text(property(o, "file", &rv[2])), message = zval_text(property(o, "message", &rv[3]));
  long n = Z_TYPE_P(line) == IS_LONG ? Z_LVAL_P(line) : 0;
  report_begin(parse && !loaded ? "syntax" : kind, string_text(o->ce->name), message);
  report_first_place(file, n, o == parse_error ? parse_error_column : 0, trace);
  report_trace(file, n, trace);
  report_end();
  return 1;
}

/* A fatal error is reported, and ends what runs; all others are PHP's to log. */
static void on_error(int type, zend_string *file, const uint32_t line, zend_string *message) {
  int kind = type & E_ALL;
  if (type & E_DONT_BAIL || !(kind & (E_ERROR | E_CORE_ERROR | E_COMPILE_ERROR | E_PARSE | E_RECOVERABLE_ERROR | E_USER_ERROR))) {
    log_error(type, file, line, message);
    return;
  }
  zval trace;
  ZVAL_UNDEF(&trace);
  if (!(kind & (E_COMPILE_ERROR | E_PARSE)) && EG(current_execute_data)) zend_fetch_debug_backtrace(&trace, 0, DEBUG_BACKTRACE_IGNORE_ARGS, 20);
  report_begin(kind & (E_COMPILE_ERROR | E_PARSE) && !loaded ? "syntax" : "exception", text_of("Fatal error"), string_text(message));
  report_first_place(string_text(file), line, 0, &trace);
  report_trace(string_text(file), line, &trace);
  report_end();
  php_reactor_bailout();
}

/* --- the script's own files --- */

/* A name as the host wrote it, from a path below the script's folder; NULL: there is no such file. */
static struct file *find(struct text base, struct text name) {
  static char path[1024];
  size_t m = 0;
  if (base.n + name.n + 2 > sizeof path) return NULL;
  for (int i = 0; i < 2; i++) {
    struct text t = i ? name : base;
    for (uint32_t at = 0; at < t.n;) {
      uint32_t k = 0;
      while (at + k < t.n && t.p[at + k] != '/') k++;
      if (k == 2 && !memcmp(t.p + at, "..", 2)) { while (m && path[--m] != '/'); }
      else if (k && !(k == 1 && t.p[at] == '.')) { if (m) path[m++] = '/'; memcpy(path + m, t.p + at, k); m += k; }
      at += k + 1;
    }
  }
  return file_named((struct text){ path, (uint32_t)m });
}

static struct file *find_from_here(zend_string *name) {
  struct file *f = find((struct text){ "", 0 }, string_text(name));
  if (f || !EG(current_execute_data)) return f;
  const char *here = zend_get_executed_filename(), *slash = strrchr(here, '/');
  return slash ? find((struct text){ here, (uint32_t)(slash - here) }, string_text(name)) : NULL;
}

static zend_string *resolve_path(zend_string *name) {
  struct file *f = find_from_here(name);
  return f ? zend_string_init(f->name.p, f->name.n, 0) : NULL;
}

static uint32_t read_so_far;

static size_t file_size(void *handle) { return ((struct file *)handle)->text.n; }

static ssize_t file_read(void *handle, char *p, size_t n) {
  struct file *f = handle;
  if (n > f->text.n - read_so_far) n = f->text.n - read_so_far;
  memcpy(p, f->text.p + read_so_far, n);
  read_so_far += n;
  return (ssize_t)n;
}

static zend_result open_file(zend_file_handle *h) {
  struct file *f = find_from_here(h->filename);
  if (!f) return FAILURE;
  h->type = ZEND_HANDLE_STREAM;
  h->handle.stream = (zend_stream){ f, 0, file_read, file_size, NULL };
  h->opened_path = zend_string_init(f->name.p, f->name.n, 0);
  read_so_far = 0;
  return SUCCESS;
}

/* --- what is printed goes to the log --- */

static size_t write_log(const char *p, size_t n) { return fwrite(p, 1, n, stderr); }

static void log_message(const char *message, int level) { fprintf(stderr, "%s\n", message); }

static void flush_log(void *context) { }

/* --- the exports --- */

EXPORT(_alloc) void *abi_alloc(size_t n) { return arena_alloc(n + 1); }

/* What PHP takes for the function that calls the script's: exceptions stop here. */
static zend_function outermost = { ZEND_INTERNAL_FUNCTION };
static zend_execute_data outermost_data;

static void begin(void) {
  memset(&outermost_data, 0, sizeof outermost_data);
  outermost_data.func = &outermost;
  EG(current_execute_data) = &outermost_data;
}

static int load_result;

static zval *script_handler(zval *returned) {
  static zval name;
  zend_function *f = zend_hash_str_find_ptr(EG(function_table), "handle", 6), *each;
  if (!f || f->type != ZEND_USER_FUNCTION) {
    f = NULL;
    ZEND_HASH_FOREACH_PTR(EG(function_table), each) {   /* in a namespace */
      struct text n = each->type == ZEND_USER_FUNCTION ? string_text(each->common.function_name) : (struct text){ "", 0 };
      if (n.n > 7 && !strcasecmp(n.p + n.n - 7, "\\handle") && file_named(string_text(each->op_array.filename)) == &files[0]) f = each;
    } ZEND_HASH_FOREACH_END();
  }
  if (!f) return zend_is_callable(returned, 0, NULL) ? returned : NULL;
  ZVAL_STR_COPY(&name, f->common.function_name);
  return &name;
}

static void load(void) {
  static zval returned;
  zend_file_handle h;
  zend_string *name = zend_string_init(files[0].name.p, files[0].name.n, 0);
  load_result = 1;
  begin();
  zend_stream_init_filename_ex(&h, name);
  zend_op_array *code = zend_compile_file(&h, ZEND_REQUIRE);
  EG(current_execute_data) = NULL;
  if (!code) { report_exception("exception"); return; }
  zend_hash_add_empty_element(&EG(included_files), name);
  ZVAL_NULL(&returned);
  zend_execute(code, &returned);
  if (EG(exception)) { report_exception("exception"); return; }
  begin();
  zval *callable = script_handler(&returned);
  char *error = NULL;
  if (!callable || zend_fcall_info_init(callable, 0, &handler, &handler_cache, NULL, &error) == FAILURE) {
    report_simple("handler", memmem(files[0].text.p, files[0].text.n, "<?", 2) ? "The script defines no function 'handle': write function handle($input) { ... }"
      : "The script has no PHP in it, which begins with <?php");
    return;
  }
  zend_function *f = handler_cache.function_handler;
  if (f->common.required_num_args > 2) {
    report_simple("handler", "handle gets the input and the metadata, and cannot be called with these two alone");
    return;
  }
  wants_metadata = f->common.num_args >= 2 || f->common.fn_flags & ZEND_ACC_VARIADIC;
  php_output_end_all();
  load_result = 0;
}

EXPORT(_load) int abi_load(const char *p, uint32_t n) {
  if (!read_files(p, n)) return report_simple("host", "The files of the script cannot be read");
  int failed = php_reactor_guarded(load) || load_result;
  fflush(stderr);
  if (failed) return 1;
  loaded = 1;
  gc_collect_cycles();
  arena_seal();
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

static char *input;
static uint32_t input_length;
static uint64_t call_result;

static void fail(enum kind kind) { call_result = result_of(report, kind, report_length); }

static const char *json_error(php_json_error_code e) {
  switch (e) {
    case PHP_JSON_ERROR_DEPTH: return "Maximum stack depth exceeded";
    case PHP_JSON_ERROR_UTF8: return "Malformed UTF-8 characters, possibly incorrectly encoded";
    case PHP_JSON_ERROR_RECURSION: return "Recursion detected";
    case PHP_JSON_ERROR_INF_OR_NAN: return "Inf and NaN cannot be JSON encoded";
    case PHP_JSON_ERROR_UNSUPPORTED_TYPE: return "Type is not supported";
    case PHP_JSON_ERROR_NON_BACKED_ENUM: return "Non-backed enums have no default serialization";
    default: return "The result cannot be written as JSON";
  }
}

/* A result in a form that the host takes. */
static void give(zval *v) {
  smart_str json = { 0 };
  zend_string *s;
  enum kind kind = JSON;
  ZVAL_DEREF(v);
  if (Z_TYPE_P(v) == IS_NULL || Z_TYPE_P(v) == IS_UNDEF) { call_result = result_of(NULL, NOTHING, 0); return; }
  if (Z_TYPE_P(v) == IS_STRING) s = Z_STR_P(v), kind = is_utf8(Z_STRVAL_P(v), Z_STRLEN_P(v)) ? TEXT : BYTES;
  else {
    JSON_G(error_code) = PHP_JSON_ERROR_NONE;
    int failed = php_json_encode_ex(&json, v, PHP_JSON_UNESCAPED_UNICODE | PHP_JSON_UNESCAPED_SLASHES | PHP_JSON_PRESERVE_ZERO_FRACTION, JSON_DEPTH) != SUCCESS;
    if (EG(exception)) { report_exception("exception"); fail(FAILED); return; }
    if (failed || JSON_G(error_code) != PHP_JSON_ERROR_NONE || !json.s) {
      report_begin("exception", text_of("JsonException"), text_of(json_error(JSON_G(error_code))));
      report_end();
      fail(FAILED);
      return;
    }
    s = json.s;
  }
  if (ZSTR_LEN(s) > LONGEST_RESULT) { report_simple("exception", "The result is too long"); fail(FAILED); return; }
  call_result = result_of(ZSTR_VAL(s), kind, ZSTR_LEN(s));
}

static void call(void) {
  char *p = input;
  uint32_t n = input_length, kind = number_at(p), meta = number_at(p + 4), at = 8 + meta;
  zval arguments[2], returned;
  begin();
  ZVAL_NULL(&arguments[0]);
  ZVAL_NULL(&arguments[1]);
  ZVAL_UNDEF(&returned);
  if (kind == JSON) {
    p[n] = 0;
    if (php_json_decode_ex(&arguments[0], p + at, n - at, PHP_JSON_OBJECT_AS_ARRAY | PHP_JSON_THROW_ON_ERROR, JSON_DEPTH) != SUCCESS) {
      report_exception("invalid-input");
      fail(INVALID);
      return;
    }
  } else if (kind == TEXT || kind == BYTES) {
    if (kind == TEXT && !is_utf8(p + at, n - at)) { report_simple("invalid-input", "The input is not UTF-8"); fail(INVALID); return; }
    ZVAL_STRINGL(&arguments[0], p + at, n - at);
  }
  if (wants_metadata) {
    zend_string *text = meta ? zend_string_init(p + 8, meta, 0) : NULL;
    if (!text || php_json_decode_ex(&arguments[1], ZSTR_VAL(text), meta, PHP_JSON_OBJECT_AS_ARRAY, JSON_DEPTH) != SUCCESS) ZVAL_EMPTY_ARRAY(&arguments[1]);
  }
  handler.retval = &returned, handler.params = arguments, handler.param_count = wants_metadata ? 2 : 1;
  zend_call_function(&handler, &handler_cache);
  if (EG(exception)) { report_exception("exception"); fail(FAILED); }
  else give(&returned);
  php_output_end_all();
}

EXPORT(_call) uint64_t abi_call(char *p, uint32_t n) {
  input = p, input_length = n;
  RANDOM_G(combined_lcg_seeded) = false;
  if (!php_reactor_seeded) RANDOM_G(mt19937_seeded) = false;
  SG(global_request_time) = 0;
  if (php_reactor_guarded(call)) fail(FAILED);
  fflush(stderr);
  return call_result;
}

static const char warm_up[] = {
#embed "warm-up.php"
  , 0 };

static void start_php(void) {
  static char log_buffer[4096], *arguments[] = { "php", NULL };
  setvbuf(stderr, log_buffer, _IOLBF, sizeof log_buffer);
  php_embed_module.ub_write = write_log;
  php_embed_module.flush = flush_log;
  php_embed_module.log_message = log_message;
  php_embed_module.php_ini_ignore = 1;
  load_result = 1;
  if (php_embed_init(1, arguments) == FAILURE) return;
  PG(display_errors) = 0, PG(log_errors) = 1, PG(during_request_startup) = 0;
  EG(stack_base) = __builtin_frame_address(0);
  EG(stack_limit) = (char *)EG(stack_base) - STACK_LIMIT;
  log_error = zend_error_cb, zend_error_cb = on_error;
  zend_throw_exception_hook = on_throw;
  zend_stream_open_function = open_file;
  zend_resolve_path = resolve_path;
  files = &(struct file){ { "warm-up.php", 11 }, { warm_up, sizeof warm_up - 1 } };
  file_count = 1;
  zend_string *source = zend_string_init(warm_up + 5, sizeof warm_up - 6, 0);
  zend_op_array *code = zend_compile_string(source, "warm-up.php", ZEND_COMPILE_POSITION_AFTER_OPEN_TAG);
  if (code) zend_execute(code, NULL);
  if (EG(exception)) { report_exception("exception"); return; }
  load_result = 0;
}

/* Called by _initialize. */
__attribute__((constructor)) static void start(void) {
  if (php_reactor_guarded(start_php) || load_result) {
    fwrite(report, 1, report_length, stderr);
    fputs("PHP cannot be started\n", stderr);
    fflush(stderr);
    abort();
  }
  report_length = 0, file_count = 0;
  php_reactor_seeded = 0;
  gc_collect_cycles();
  arena_seal();
}
