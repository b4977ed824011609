/* QuickJS as a runtime of scripts: see runtimes/abi.h for what it exports. One script to an instance. */
#include "quickjs.h"
#include "abi.h"
#include "arena.h"
#include <time.h>
#include <unistd.h>

static JSRuntime *rt;
static JSContext *ctx;
static JSValue handler, run_timers, unhandled, resolve;
static int wants_metadata;

/* The collector of cycles waits for this much: most sandboxes are gone before. */
#define COLLECT_ABOVE (16u * 1024 * 1024)

/* How much of the stack in linear memory, and of what stands for the host's, may be used; see quickjs.patch. */
#ifndef STACK_LIMIT
#define STACK_LIMIT (768u * 1024)
#endif

static void *js_arena_alloc(JSMallocState *s, size_t n) {
  void *p = arena_alloc(n);
  if (p) s->malloc_count++, s->malloc_size += arena_size(p) + 8;
  return p;
}

static void js_arena_free(JSMallocState *s, void *p) {
  if (!p) return;
  s->malloc_count--, s->malloc_size -= arena_size(p) + 8;
  arena_release(p);
}

static void *js_arena_realloc(JSMallocState *s, void *p, size_t n) {
  if (!p) return n ? js_arena_alloc(s, n) : NULL;
  if (!n) { js_arena_free(s, p); return NULL; }
  size_t before = arena_size(p);
  void *q = arena_resize(p, n);
  if (q) s->malloc_size += arena_size(q) - before;
  return q;
}

static const JSMallocFunctions arena_functions = { js_arena_alloc, js_arena_free, js_arena_realloc, arena_size };

/* --- what the prelude is given --- */

static JSValue js_write(JSContext *c, JSValueConst this, int n, JSValueConst *v) {
  size_t len;
  const char *s = JS_ToCStringLen(c, &len, v[0]);
  if (!s) return JS_EXCEPTION;
  for (size_t at = 0; at < len;) {
    ssize_t k = write(2, s + at, len - at);
    if (k <= 0) break;
    at += (size_t)k;
  }
  JS_FreeCString(c, s);
  return JS_UNDEFINED;
}

/* The bytes of an ArrayBuffer or of a view of one; NULL without an exception if it is neither. */
static uint8_t *bytes_of(JSContext *c, JSValueConst v, size_t *n) {
  size_t offset = 0, element, whole;
  int kind = JS_BufferKind(v);
  uint8_t *p;
  JSValue b;
  int32_t numbers[2];
  switch (kind) {
    case 1: b = JS_GetTypedArrayBuffer(c, v, &offset, n, &element); break;
    case 2: b = JS_DupValue(c, v); break;
    case 3:
      b = JS_GetPropertyStr(c, v, "buffer");
      for (int i = 0; i < 2; i++) {
        JSValue number = JS_GetPropertyStr(c, v, i ? "byteLength" : "byteOffset");
        if (JS_IsException(number) || JS_ToInt32(c, &numbers[i], number)) { b = JS_EXCEPTION; break; }
      }
      offset = (size_t)numbers[0], *n = (size_t)numbers[1];
      break;
    default: return NULL;
  }
  p = JS_IsException(b) ? NULL : JS_GetArrayBuffer(c, &whole, b);
  if (kind == 2) *n = p ? whole : 0;
  if (!p) {   /* detached, or empty */
    JS_FreeValue(c, JS_GetException(c));
    *n = 0;
    return (uint8_t *)"";
  }
  JS_FreeValue(c, b);
  return p + offset;
}

static JSValue js_random(JSContext *c, JSValueConst this, int argc, JSValueConst *v) {
  size_t n;
  uint8_t *p = bytes_of(c, v[0], &n);
  if (!p) return JS_ThrowTypeError(c, "not an array of integers");
  for (size_t at = 0; at < n; at += 256)
    if (getentropy(p + at, n - at < 256 ? n - at : 256)) return JS_ThrowInternalError(c, "no random numbers");
  return JS_DupValue(c, v[0]);
}

static JSValue js_sleep(JSContext *c, JSValueConst this, int n, JSValueConst *v) {
  double ms;
  if (JS_ToFloat64(c, &ms, v[0])) return JS_EXCEPTION;
  if (ms > 0) {
    if (ms > 1e9) ms = 1e9;
    struct timespec t = { (time_t)(ms / 1000), (long)((ms - 1000 * (double)(time_t)(ms / 1000)) * 1e6) };
    nanosleep(&t, NULL);
  }
  return JS_UNDEFINED;
}

static JSValue js_now(JSContext *c, JSValueConst this, int n, JSValueConst *v) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return JS_NewFloat64(c, (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6);
}

static JSValue view_of(JSContext *c, JSValue buffer) {
  JSValueConst arguments[] = { buffer, JS_UNDEFINED, JS_UNDEFINED };   /* all are read */
  JSValue v = JS_NewTypedArray(c, 3, arguments, JS_TYPED_ARRAY_UINT8);
  JS_FreeValue(c, buffer);
  return v;
}

static JSValue new_bytes(JSContext *c, const void *p, size_t n) {
  JSValue b = JS_NewArrayBufferCopy(c, p, n);
  return JS_IsException(b) ? b : view_of(c, b);
}

/* How long the UTF-8 sequence at p is; 0: it is none, and *skip bytes are one error of it. */
static unsigned sequence(const uint8_t *p, size_t left, unsigned *skip) {
  unsigned c = p[0], n = c < 0x80 ? 1 : c >= 0xc2 && c < 0xe0 ? 2 : c >= 0xe0 && c < 0xf0 ? 3 : c >= 0xf0 && c < 0xf5 ? 4 : 0;
  *skip = 1;
  for (unsigned k = 1; k < n; k++) {
    unsigned low = 0x80, high = 0xbf;
    if (k == 1) {
      if (c == 0xe0) low = 0xa0;
      if (c == 0xed) high = 0x9f;
      if (c == 0xf0) low = 0x90;
      if (c == 0xf4) high = 0x8f;
    }
    if (k >= left || p[k] < low || p[k] > high) { *skip = k; return 0; }
  }
  return n;
}

static int is_utf8(const uint8_t *p, size_t n) {
  unsigned skip;
  for (size_t i = 0; i < n;) {
    unsigned k = p[i] < 0x80 ? 1 : sequence(p + i, n - i, &skip);
    if (!k) return 0;
    i += k;
  }
  return 1;
}

/* decode(bytes, fatal): a string; what is not UTF-8 is U+FFFD, or undefined if fatal. */
static JSValue js_decode(JSContext *c, JSValueConst this, int argc, JSValueConst *v) {
  size_t n, m = 0;
  const uint8_t *p = bytes_of(c, v[0], &n);
  if (!p) return JS_ThrowTypeError(c, "not a buffer of bytes");
  if (is_utf8(p, n)) return JS_NewStringLen(c, (const char *)p, n);
  if (JS_ToBool(c, v[1])) return JS_UNDEFINED;
  char *out = n < 0x20000000 ? malloc(3 * n + 1) : NULL;
  if (!out) return JS_ThrowOutOfMemory(c);
  for (size_t i = 0; i < n;) {
    unsigned skip, k = sequence(p + i, n - i, &skip);
    if (k) { memcpy(out + m, p + i, k); m += k; i += k; }
    else { memcpy(out + m, "\xef\xbf\xbd", 3); m += 3; i += skip; }
  }
  JSValue r = JS_NewStringLen(c, out, m);
  free(out);
  return r;
}

/* Lone surrogates come out of QuickJS as three bytes each, which are not UTF-8: they become U+FFFD in place. */
static void mend_surrogates(char *p, size_t n) {
  for (size_t i = 0; i + 2 < n; i++)
    if ((uint8_t)p[i] == 0xed && (uint8_t)p[i + 1] >= 0xa0) { memcpy(p + i, "\xef\xbf\xbd", 3); i += 2; }
}

static JSValue js_encode(JSContext *c, JSValueConst this, int argc, JSValueConst *v) {
  size_t n;
  const char *s = JS_ToCStringLen(c, &n, v[0]);
  if (!s) return JS_EXCEPTION;
  JSValue r = JS_NewArrayBufferCopy(c, (const uint8_t *)s, n);
  JS_FreeCString(c, s);
  if (JS_IsException(r)) return r;
  size_t m;
  mend_surrogates((char *)JS_GetArrayBuffer(c, &m, r), n);
  return view_of(c, r);
}

static const JSCFunctionListEntry host_functions[] = {
  JS_CFUNC_DEF("write", 1, js_write), JS_CFUNC_DEF("random", 1, js_random), JS_CFUNC_DEF("sleep", 1, js_sleep),
  JS_CFUNC_DEF("now", 0, js_now), JS_CFUNC_DEF("encode", 1, js_encode), JS_CFUNC_DEF("decode", 2, js_decode),
};

/* --- reports of what went wrong --- */

static struct text string_property(JSValueConst v, const char *name) {
  JSValue p = JS_GetPropertyStr(ctx, v, name);
  struct text t = { "", 0 };
  if (JS_IsException(p)) JS_FreeValue(ctx, JS_GetException(ctx));
  else if (JS_IsString(p)) {
    size_t n;
    const char *s = JS_ToCStringLen(ctx, &n, p);   /* not freed: the sandbox ends here */
    if (s) t = (struct text){ s, (uint32_t)n };
    else JS_FreeValue(ctx, JS_GetException(ctx));
  }
  JS_FreeValue(ctx, p);
  return t;
}

static struct text as_text(JSValueConst v) {
  size_t n;
  const char *s = JS_ToCStringLen(ctx, &n, v);
  if (s) return (struct text){ s, (uint32_t)n };
  JS_FreeValue(ctx, JS_GetException(ctx));
  return text_of("a value that cannot be shown");
}

/* One line of a stack: "    at name (file:line:column)" or "    at file:line:column". */
static int frame_of(const char *p, const char *end, struct text *function, struct text *file, long *line, long *column) {
  while (p < end && *p == ' ') p++;
  if (end - p < 4 || memcmp(p, "at ", 3)) return 0;
  p += 3;
  const char *q = end, *open = NULL;
  if (q[-1] == ')') {
    for (open = q - 1; open > p && *open != '('; open--);
    *function = (struct text){ p, (uint32_t)(open > p ? open - 1 - p : 0) };
    p = open + 1, q--;
  } else *function = (struct text){ "", 0 };
  long numbers[2] = { 0, 0 };
  for (int i = 1; i >= 0; i--) {
    const char *r = q;
    while (r > p && r[-1] >= '0' && r[-1] <= '9') r--;
    if (r == q || r == p || r[-1] != ':') return 0;
    numbers[i] = strtol(r, NULL, 10);
    q = r - 1;
  }
  *file = (struct text){ p, (uint32_t)(q - p) }, *line = numbers[0], *column = numbers[1];
  return file_named(*file) != NULL;
}

static int is_anonymous(struct text t) { return text_is(t, "<anonymous>") || text_is(t, "<eval>"); }

/* Reports the exception x; kind NULL: tells a syntax error from others by its name. */
static int report_exception(JSValue x, const char *kind) {
  JS_SetGCThreshold(rt, (size_t)-1);
  JS_SetMaxStackSize(rt, STACK_LIMIT + STACK_LIMIT / 4);
  struct text type, message, stack = { "", 0 };
  if (JS_IsObject(x)) {
    type = string_property(x, "name"), message = string_property(x, "message"), stack = string_property(x, "stack");
    if (!type.n && !message.n) message = as_text(x);
  } else {
    type = text_of(JS_IsString(x) ? "string" : JS_IsNumber(x) ? "number" : JS_IsBool(x) ? "boolean" : JS_IsNull(x) ? "null" : JS_IsSymbol(x) ? "symbol" : "undefined");
    message = as_text(x);
  }
  if (!kind) kind = text_is(type, "InternalError") && text_is(message, "out of memory") ? "memory" : "exception";
  if (text_is(message, "unexpected token in expression: ''")) message = text_of("unexpected end of the script");
  report_begin(kind, type, message);
  const char *p = stack.p, *end = p + stack.n, *q;
  struct text function, file;
  long line, column;
  for (int pass = 0; pass < 2; pass++)
    for (p = stack.p; p < end; p = q + 1) {
      if (!(q = memchr(p, '\n', end - p))) q = end;
      if (!frame_of(p, q, &function, &file, &line, &column)) continue;
      if (!pass) {
        long last = lines_of(file);
        if (line > last) line = last, column = line_of(file, last).n + 1;
        report_place(file, line, column);
        break;
      }
      report_frame(is_anonymous(function) ? (struct text){ "", 0 } : function, file, line, column);
    }
  report_end();
  JS_FreeValue(ctx, x);
  return 1;
}

static int report_pending(const char *kind) { return report_exception(JS_GetException(ctx), kind); }

/* --- modules --- */

static char *normalize(JSContext *c, const char *base, const char *name, void *opaque) {
  size_t n = strlen(base) + strlen(name) + 8, m = 0;
  char *path = js_malloc(c, n), *out = path;
  if (!path) return NULL;
  const char *slash = strrchr(base, '/');
  if (name[0] == '.' && slash) { memcpy(out, base, m = (size_t)(slash - base) + 1); }
  for (const char *p = name; *p;) {
    const char *q = strchr(p, '/');
    size_t k = q ? (size_t)(q - p) : strlen(p);
    if (k == 2 && !memcmp(p, "..", 2)) { if (m) for (m--; m && out[m - 1] != '/'; m--); }
    else if (k && !(k == 1 && *p == '.')) { memcpy(out + m, p, k); m += k; if (q) out[m++] = '/'; }
    p += k + (q != NULL);
  }
  out[m] = 0;
  return path;
}

static JSModuleDef *load_module(JSContext *c, const char *name, void *opaque) {
  struct file *f = file_named(text_of(name));
  if (!f) { JS_ThrowReferenceError(c, "There is no module '%s' beside the script", name); return NULL; }
  size_t n = f->text.n, k = strlen(name);
  int json = k > 5 && !memcmp(name + k - 5, ".json", 5);
  char *text = js_malloc(c, n + 20);
  if (!text) return NULL;
  size_t at = json ? (size_t)sprintf(text, "export default ") : 0;
  memcpy(text + at, f->text.p, n);
  text[at += n] = 0;
  JSValue v = JS_Eval(c, text, at, name, JS_EVAL_TYPE_MODULE | JS_EVAL_FLAG_COMPILE_ONLY);
  js_free(c, text);
  if (JS_IsException(v)) return NULL;
  JSModuleDef *m = JS_VALUE_GET_PTR(v);
  JSValue meta = JS_GetImportMeta(c, m);
  if (!JS_IsException(meta)) JS_DefinePropertyValueStr(c, meta, "url", JS_NewString(c, name), JS_PROP_C_W_E);
  JS_FreeValue(c, meta);
  JS_FreeValue(c, v);
  return m;
}

/* --- promises --- */

static void on_rejection(JSContext *c, JSValueConst promise, JSValueConst reason, JS_BOOL handled, void *opaque) {
  JSValueConst v[] = { promise, reason, handled ? JS_TRUE : JS_FALSE };
  JS_FreeValue(c, JS_Call(c, unhandled, JS_UNDEFINED, 3, v));
}

/* Runs what waits until the promise is settled, or until nothing waits. 0, or -1 and an exception. */
static int drain(JSValueConst promise) {
  JSContext *c;
  for (;;) {
    int e;
    while ((e = JS_ExecutePendingJob(rt, &c)) > 0);
    if (e < 0) return -1;
    if (!JS_IsObject(promise) || JS_PromiseState(ctx, promise) != JS_PROMISE_PENDING) return 0;
    JSValue ran = JS_Call(ctx, run_timers, JS_UNDEFINED, 0, NULL);
    if (JS_IsException(ran)) return -1;
    int any = JS_ToBool(ctx, ran);
    JS_FreeValue(ctx, ran);
    if (!any) return 0;
  }
}

/* The value of a promise, once it is there; takes v. */
static JSValue settled(JSValue v, const char *what) {
  JSValue r;
  if (JS_IsObject(v) && (int)JS_PromiseState(ctx, v) < 0) {   /* what await takes for a promise is one */
    JSValue then = JS_GetPropertyStr(ctx, v, "then");
    if (JS_IsException(then)) { JS_FreeValue(ctx, v); return then; }
    if (JS_IsFunction(ctx, then)) {
      JSValue made = JS_Call(ctx, resolve, JS_UNDEFINED, 1, (JSValueConst *)&v);
      JS_FreeValue(ctx, v);
      if (JS_IsException(made)) return made;
      v = made;
    }
    JS_FreeValue(ctx, then);
  }
  if (!JS_IsObject(v) || (int)JS_PromiseState(ctx, v) < 0) return drain(JS_UNDEFINED) ? JS_FreeValue(ctx, v), JS_EXCEPTION : v;
  if (drain(v)) r = JS_EXCEPTION;
  else switch (JS_PromiseState(ctx, v)) {
    case JS_PROMISE_FULFILLED: r = JS_PromiseResult(ctx, v); break;
    case JS_PROMISE_REJECTED:
      on_rejection(ctx, v, JS_UNDEFINED, 1, NULL);
      r = JS_Throw(ctx, JS_PromiseResult(ctx, v)); break;
    default: r = JS_ThrowTypeError(ctx, "The promise that %s waits for is never settled", what);
  }
  JS_FreeValue(ctx, v);
  return r;
}

/* --- the exports --- */

EXPORT(_alloc) void *abi_alloc(size_t n) { return arena_alloc(n + 1); }

static int evaluate(JSValue module) {
  JSModuleDef *m = JS_VALUE_GET_PTR(module);
  if (JS_ResolveModule(ctx, module) < 0) return -1;
  JSValue r = settled(JS_EvalFunction(ctx, module), "the script");
  if (JS_IsException(r)) return -1;
  JS_FreeValue(ctx, r);
  JSValue exports = JS_GetModuleNamespace(ctx, m);
  if (JS_IsException(exports)) return -1;
  handler = JS_GetPropertyStr(ctx, exports, "handle");
  if (JS_IsUndefined(handler)) handler = JS_GetPropertyStr(ctx, exports, "default");
  JS_FreeValue(ctx, exports);
  return JS_IsException(handler) ? -1 : 0;
}

EXPORT(_load) int abi_load(const char *p, uint32_t n) {
  JS_UpdateStackTop(rt);
  if (!read_files(p, n)) return report_simple("host", "The files of the script cannot be read");
  struct file *script = &files[0];
  char *text = malloc(script->text.n + 1), *name = malloc(script->name.n + 1);
  if (!text || !name) return report_simple("memory", "out of memory");
  memcpy(text, script->text.p, script->text.n), text[script->text.n] = 0;
  memcpy(name, script->name.p, script->name.n), name[script->name.n] = 0;
  JS_SetImplicitExport(ctx, "handle");
  JSValue module = JS_Eval(ctx, text, script->text.n, name, JS_EVAL_TYPE_MODULE | JS_EVAL_FLAG_COMPILE_ONLY);
  JS_SetImplicitExport(ctx, NULL);
  free(text);
  if (JS_IsException(module)) return report_pending("syntax");
  JSValue meta = JS_GetImportMeta(ctx, JS_VALUE_GET_PTR(module));
  if (!JS_IsException(meta)) JS_DefinePropertyValueStr(ctx, meta, "url", JS_NewString(ctx, name), JS_PROP_C_W_E);
  JS_FreeValue(ctx, meta);
  free(name);
  if (evaluate(module)) {
    JSValue x = JS_GetException(ctx);
    struct text type = JS_IsObject(x) ? string_property(x, "name") : (struct text){ "", 0 };
    return report_exception(x, text_is(type, "SyntaxError") ? "syntax" : NULL);
  }
  if (!JS_IsFunction(ctx, handler))
    return report_simple("handler", "The script declares no function 'handle': write function handle(input) { ... }");
  wants_metadata = JS_CountParameters(handler) != 1 && JS_CountParameters(handler) != 0;
  JS_RunGC(rt);
  arena_seal();
  return 0;
}

/* The result of a handler in a form that the host takes; takes v. */
static uint64_t give(JSValue v) {
  size_t n;
  if (JS_IsUndefined(v) || JS_IsNull(v)) return result_of(NULL, NOTHING, 0);
  if (JS_IsString(v)) {
    const char *s = JS_ToCStringLen(ctx, &n, v);
    if (!s) return 0;
    mend_surrogates((char *)s, n);
    return n > LONGEST_RESULT ? JS_ThrowRangeError(ctx, "The result is too long"), 0 : result_of(s, TEXT, n);
  }
  if (JS_IsObject(v)) {
    uint8_t *p = bytes_of(ctx, v, &n);
    if (p) return n > LONGEST_RESULT ? JS_ThrowRangeError(ctx, "The result is too long"), 0 : result_of(p, BYTES, n);
  }
  JSValue json = JS_JSONStringify(ctx, v, JS_UNDEFINED, JS_UNDEFINED);
  if (JS_IsException(json)) return 0;
  if (JS_IsUndefined(json)) { JS_ThrowTypeError(ctx, "handle returned a %s, which JSON cannot express", JS_IsFunction(ctx, v) ? "function" : "symbol"); return 0; }
  const char *s = JS_ToCStringLen(ctx, &n, json);
  if (!s) return 0;
  return n > LONGEST_RESULT ? JS_ThrowRangeError(ctx, "The result is too long"), 0 : result_of(s, JSON, n);
}

static uint64_t failed(enum kind kind) { return result_of(report, kind, report_length); }

static uint64_t call(char *p, uint32_t n, JSValueConst function, int metadata) {
  uint32_t kind = number_at(p), meta = number_at(p + 4), at = 8 + meta;
  JSValue argument[2] = { JS_NULL, JS_UNDEFINED };
  if (kind == JSON) {
    p[n] = 0;
    if (!is_utf8((uint8_t *)p + at, n - at)) return report_simple("invalid-input", "The input is not UTF-8"), failed(INVALID);
    argument[0] = JS_ParseJSON(ctx, p + at, n - at, "<input>");
    if (JS_IsException(argument[0])) {
      JSValue x = JS_GetException(ctx);
      struct text type = string_property(x, "name");
      int invalid = text_is(type, "SyntaxError") || text_is(type, "RangeError");
      return report_exception(x, invalid ? "invalid-input" : NULL), failed(invalid ? INVALID : FAILED);
    }
  } else if (kind == TEXT) {
    if (!is_utf8((uint8_t *)p + at, n - at)) return report_simple("invalid-input", "The input is not UTF-8"), failed(INVALID);
    argument[0] = JS_NewStringLen(ctx, p + at, n - at);
  } else if (kind == BYTES) argument[0] = new_bytes(ctx, p + at, n - at);
  if (metadata && !JS_IsException(argument[0])) {
    if (meta) {
      char *text = js_malloc(ctx, meta + 1);
      if (!text) argument[1] = JS_EXCEPTION;
      else {
        memcpy(text, p + 8, meta), text[meta] = 0;
        argument[1] = JS_ParseJSON(ctx, text, meta, "<metadata>");
      }
    } else argument[1] = JS_NewObject(ctx);
  }
  uint64_t r = 0;
  if (!JS_IsException(argument[0]) && !JS_IsException(argument[1])) {
    JSValue v = settled(JS_Call(ctx, function, JS_UNDEFINED, metadata ? 2 : 1, (JSValueConst *)argument), "handle");
    if (!JS_IsException(v)) {
      r = give(v);
      if (!r && !JS_HasException(ctx)) return 0;
    }
  }
  JSValue x = JS_HasException(ctx) ? JS_GetException(ctx) : JS_UNINITIALIZED;
  JS_FreeValue(ctx, JS_Call(ctx, unhandled, JS_UNDEFINED, 0, NULL));   /* says which rejections nobody handled */
  if (JS_IsUninitialized(x)) return r;
  return report_exception(x, NULL), failed(FAILED);
}

EXPORT(_call) uint64_t abi_call(char *p, uint32_t n) {
  JS_UpdateStackTop(rt);
  JS_ForgetRandomSeed(ctx);
  return call(p, n, handler, wants_metadata);
}

static const char prelude[] = {
#embed "prelude.js"
  , 0 };

static const char warm_up[] = {
#embed "warm-up.js"
  , 0 };

static void must(JSValueConst v) {
  if (!JS_IsException(v)) return;
  report_pending(NULL);
  fwrite(report, 1, report_length, stderr);
  fputc('\n', stderr);
  abort();
}

/* Called by _initialize. */
__attribute__((constructor)) static void start(void) {
  rt = JS_NewRuntime2(&arena_functions, NULL);
  JS_SetMaxStackSize(rt, STACK_LIMIT);
  JS_SetGCThreshold(rt, COLLECT_ABOVE);
  ctx = JS_NewContext(rt);
  JS_SetModuleLoaderFunc(rt, normalize, load_module, NULL);
  JSValue begin = JS_Eval(ctx, prelude, sizeof prelude - 1, "<prelude>", JS_EVAL_TYPE_GLOBAL);
  must(begin);
  JSValue host = JS_NewObject(ctx);
  JS_SetPropertyFunctionList(ctx, host, host_functions, sizeof host_functions / sizeof *host_functions);
  JSValue r = JS_Call(ctx, begin, JS_UNDEFINED, 1, &host);
  must(r);
  run_timers = JS_GetPropertyStr(ctx, r, "runTimers");
  unhandled = JS_GetPropertyStr(ctx, r, "unhandled");
  resolve = JS_GetPropertyStr(ctx, r, "resolve");
  JS_FreeValue(ctx, r);
  JS_FreeValue(ctx, host);
  JS_FreeValue(ctx, begin);
  JS_SetHostPromiseRejectionTracker(rt, on_rejection, NULL);
  JSValue warm = JS_Eval(ctx, warm_up, sizeof warm_up - 1, "<warm-up>", JS_EVAL_TYPE_GLOBAL);
  must(warm);
  static const char example[] = "{\"name\":\"Ada\",\"lines\":[1,2.5,true,null,\"\\u00e9\"]}";
  for (int i = 0; i < 3; i++) {
    char *p = abi_alloc(8 + sizeof example);
    memset(p, 0, 8), p[0] = JSON, memcpy(p + 8, example, sizeof example);
    if ((call(p, 8 + sizeof example - 1, warm, 0) >> 28 & 15) != JSON) must(JS_EXCEPTION);
    arena_release(p);
  }
  JS_FreeValue(ctx, warm);
  JS_ForgetRandomSeed(ctx);
  handler = JS_UNDEFINED;
  JS_RunGC(rt);
  arena_seal();
}
