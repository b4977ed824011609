/* CPython as a runtime of scripts: see runtimes/abi.h for what it exports. One script to an instance. */
#define Py_BUILD_CORE 1
#include <Python.h>
#undef Py_BUILD_CORE
#include "abi.h"
#include "arena.h"
#include <unistd.h>

static const unsigned char frozen_code[] = {
#embed "frozen.bin"
};
#include "frozen.h"

extern PyObject *_PyRandom_default;
extern int _PyRandom_stale;

static PyObject *load_function, *call_function;

static void *py_alloc(void *c, size_t n) { return arena_alloc(n ? n : 1); }
static void *py_calloc(void *c, size_t a, size_t b) {
  if (b && a > 0x7fffffff / b) return NULL;
  size_t n = a * b ? a * b : 1;
  void *p = arena_alloc(n);
  if (p) memset(p, 0, n);
  return p;
}
static void *py_realloc(void *c, void *p, size_t n) { return p ? arena_resize(p, n ? n : 1) : arena_alloc(n ? n : 1); }
static void py_free(void *c, void *p) { if (p) arena_release(p); }

static void die(const char *what) {
  if (PyErr_Occurred()) PyErr_Print();
  fprintf(stderr, "%s\n", what);
  fflush(stderr);
  abort();
}

/* What the snapshot holds keeps its counts of references for ever, so that no call writes into it for that. */
static int immortal(PyObject *o, void *unused) {
  if (o) o->ob_refcnt = _Py_IMMORTAL_REFCNT;
  return 0;
}

static void immortal_code(PyCodeObject *c) {
  PyObject *parts[] = { (PyObject *)c, c->co_consts, c->co_names, c->co_localsplusnames, c->co_name, c->co_qualname, c->co_filename, c->co_linetable, c->co_exceptiontable };
  for (unsigned i = 0; i < sizeof parts / sizeof *parts; i++) immortal(parts[i], NULL);
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(c->co_consts); i++) {
    PyObject *o = PyTuple_GET_ITEM(c->co_consts, i);
    immortal(o, NULL);
    if (PyCode_Check(o)) immortal_code((PyCodeObject *)o);
  }
}

/* All that the collector tracks and has not frozen yet, and what that refers to; then it is frozen. */
static int seal(void) {
  PyObject *gc = PyImport_ImportModule("gc"), *r = gc ? PyObject_CallMethod(gc, "collect", NULL) : NULL;
  PyObject *all = r ? PyObject_CallMethod(gc, "get_objects", NULL) : NULL;
  if (!all) return -1;
  Py_ssize_t n = PyList_GET_SIZE(all);
  for (Py_ssize_t i = 0; i < n; i++) {
    PyObject *o = PyList_GET_ITEM(all, i);
    if (o == all) continue;
    traverseproc traverse = Py_TYPE(o)->tp_traverse;
    if (traverse) traverse(o, immortal, NULL);
    if (PyFunction_Check(o)) immortal_code((PyCodeObject *)PyFunction_GET_CODE(o));
  }
  for (Py_ssize_t i = 0; i < n; i++) if (PyList_GET_ITEM(all, i) != all) immortal(PyList_GET_ITEM(all, i), NULL);
  immortal(all, NULL);
  return PyObject_CallMethod(gc, "freeze", NULL) ? 0 : -1;
}

/* A report when Python cannot make one itself. */
static int report_bare(void) {
  PyObject *e = PyErr_GetRaisedException();
  const char *type = e ? Py_TYPE(e)->tp_name : "SystemError";
  report_begin(e && PyErr_GivenExceptionMatches(e, PyExc_MemoryError) ? "memory" : "exception", text_of(type), text_of(""));
  report_end();
  return 1;
}

static int report_from(PyObject *o) {
  char *p;
  Py_ssize_t n;
  if (PyUnicode_Check(o)) p = (char *)PyUnicode_AsUTF8AndSize(o, &n);
  else if (PyBytes_AsStringAndSize(o, &p, &n)) p = NULL;
  if (!p) return report_bare();
  if ((size_t)n > sizeof report) return report_simple("exception", "The report is too long");
  memcpy(report, p, n), report_length = n;
  return 1;
}

EXPORT(_alloc) void *abi_alloc(size_t n) { return arena_alloc(n + 1); }

EXPORT(_load) int abi_load(const char *p, uint32_t n) {
  if (!read_files(p, n)) return report_simple("host", "The files of the script cannot be read");
  PyObject *list = PyList_New(0);
  for (unsigned i = 0; list && i < file_count; i++) {
    PyObject *pair = Py_BuildValue("(s#y#)", files[i].name.p, (Py_ssize_t)files[i].name.n, files[i].text.p, (Py_ssize_t)files[i].text.n);
    if (!pair || PyList_Append(list, pair)) return report_bare();
  }
  PyObject *r = list ? PyObject_CallOneArg(load_function, list) : NULL;
  if (!r) return report_bare();
  if (r != Py_None) return report_from(r);
  if (seal()) return report_bare();
  arena_seal();
  return 0;
}

EXPORT(_call) uint64_t abi_call(char *p, uint32_t n) {
  uint32_t kind = number_at(p), meta = number_at(p + 4), at = 8 + meta;
  _PyRandom_stale = 1;
  PyObject *content = Py_None, *metadata = Py_None;
  if (kind == JSON || kind == TEXT) {
    content = PyUnicode_DecodeUTF8(p + at, n - at, NULL);
    if (!content && PyErr_ExceptionMatches(PyExc_UnicodeDecodeError)) return report_simple("invalid-input", "The input is not UTF-8"), result_of(report, INVALID, report_length);
  } else if (kind == BYTES) content = PyBytes_FromStringAndSize(p + at, n - at);
  if (meta) metadata = PyUnicode_DecodeUTF8(p + 8, meta, NULL);
  PyObject *number = PyLong_FromUnsignedLong(kind), *arguments[] = { number, content, metadata };
  PyObject *r = content && metadata && number ? PyObject_Vectorcall(call_function, arguments, 3, NULL) : NULL;
  if (!r) return report_bare(), result_of(report, FAILED, report_length);
  long result = PyLong_AsLong(PyTuple_GET_ITEM(r, 0));
  PyObject *o = PyTuple_GET_ITEM(r, 1);
  Py_ssize_t length;
  const char *out = PyUnicode_Check(o) ? PyUnicode_AsUTF8AndSize(o, &length) : (length = PyBytes_GET_SIZE(o), PyBytes_AS_STRING(o));
  if (!out) return report_bare(), result_of(report, FAILED, report_length);
  if ((size_t)length > LONGEST_RESULT) return report_simple("exception", "The result is too long"), result_of(report, FAILED, report_length);
  return result_of(out, (enum kind)result, (size_t)length);
}

/* Called by _initialize. */
__attribute__((constructor)) static void start(void) {
  PyMemAllocatorEx allocator = { NULL, py_alloc, py_calloc, py_realloc, py_free };
  PyPreConfig pre;
  PyPreConfig_InitIsolatedConfig(&pre);
  pre.utf8_mode = 1;
  if (PyStatus_Exception(Py_PreInitialize(&pre))) die("Python cannot be started");
  PyMem_SetAllocator(PYMEM_DOMAIN_RAW, &allocator);
  PyMem_SetAllocator(PYMEM_DOMAIN_MEM, &allocator);
  PyMem_SetAllocator(PYMEM_DOMAIN_OBJ, &allocator);
  PyImport_FrozenModules = frozen;
  PyConfig c;
  PyConfig_InitIsolatedConfig(&c);
  c.site_import = 0, c.write_bytecode = 0, c.buffered_stdio = 1, c.install_signal_handlers = 0, c.pathconfig_warnings = 0;
  c.module_search_paths_set = 1;
  wchar_t *empty = L"";
  PyConfig_SetString(&c, &c.home, L"/");
  PyConfig_SetString(&c, &c.program_name, L"python");
  PyConfig_SetString(&c, &c.executable, empty);
  PyConfig_SetString(&c, &c.prefix, empty), PyConfig_SetString(&c, &c.base_prefix, empty);
  PyConfig_SetString(&c, &c.exec_prefix, empty), PyConfig_SetString(&c, &c.base_exec_prefix, empty);
  PyStatus s = Py_InitializeFromConfig(&c);
  if (PyStatus_Exception(s)) die(s.err_msg ? s.err_msg : "Python cannot be started");
  PyObject *prelude = PyImport_ImportModule("_prelude");
  if (!prelude) die("The prelude failed");
  load_function = PyObject_GetAttrString(prelude, "_load");
  call_function = PyObject_GetAttrString(prelude, "_call");
  PyObject *random = PyImport_ImportModule("random");
  _PyRandom_default = PyObject_GetAttrString(random, "_inst");
  if (!load_function || !call_function || !_PyRandom_default || seal()) die("The prelude is not complete");
  PyRun_SimpleString("import gc\ngc.set_threshold(100000, 20, 100)");
  arena_seal();
}
