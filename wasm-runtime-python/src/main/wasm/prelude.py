"""What a script finds beyond the language itself, and what the reactor calls. Runs once, before the snapshot."""
import os
os.environ["PYTHONTZPATH"] = ""   # else zoneinfo asks how Python was built
import gc, importlib.machinery, importlib.util, io, json, logging, os, sys
import array, ast, base64, bisect, calendar, cmath, collections, collections.abc, configparser, contextlib, copy, csv, dataclasses
import datetime, decimal, difflib, enum, fractions, functools, graphlib, hashlib, heapq, hmac, html, html.parser, inspect, ipaddress
import itertools, math, numbers, operator, pickle, pprint, random, re, secrets, statistics, string, struct, textwrap, threading, time
import tomllib, traceback, types, typing, unicodedata, urllib.parse, uuid, warnings, weakref, zoneinfo, zoneinfo._common
import _tzdata, _strptime, encodings.idna, encodings.latin_1, encodings.cp1252, encodings.utf_16, xml.etree.ElementTree

del os.environ["PYTHONTZPATH"]

# --- the data of the time zones ---

def _load_tzdata(key):
    try:
        return io.BytesIO(_tzdata.zones[key])
    except KeyError:
        raise zoneinfo.ZoneInfoNotFoundError(f"No time zone found with key {key}") from None

zoneinfo._common.load_tzdata = _load_tzdata
zoneinfo.available_timezones = lambda: set(_tzdata.zones)
zoneinfo.reset_tzpath(to=())

# --- what is printed goes to the log ---

sys.stderr.reconfigure(line_buffering=True, errors="backslashreplace")
sys.stdout = sys.__stdout__ = sys.stderr
logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
_log_handler = logging.root.handlers[0]

def _configure_logging(**options):
    """The first time, what a script configures takes the place of what is configured here."""
    logging.basicConfig = _basic_config
    if logging.root.handlers == [_log_handler]:
        logging.root.removeHandler(_log_handler)
    _basic_config(**options)

_basic_config, logging.basicConfig = logging.basicConfig, _configure_logging
logging.logThreads = logging.logProcesses = logging.logMultiprocessing = logging.logAsyncioTasks = False

# --- the script and its own modules ---

_files = {}
_handle = None
_arguments = 1   # how many handle gets: nothing, the input, or the metadata too

class _ScriptImporter:
    """Finds a/b.py, a/b/__init__.py or the folder a/b of the script's own files, as on disk."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        base = name.replace(".", "/")
        for file, package in ((base + "/__init__.py", True), (base + ".py", False)):
            if file in _files and file != _script:
                spec = importlib.machinery.ModuleSpec(name, _ScriptLoader(file), origin=file, is_package=package)
                spec.has_location = True
                return spec
        if any(file.startswith(base + "/") for file in _files):
            spec = importlib.machinery.ModuleSpec(name, None, is_package=True)
            spec.submodule_search_locations = [base]
            return spec
        return None

class _ScriptLoader:
    def __init__(self, file):
        self.file = file

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        exec(compile(_files[self.file], self.file, "exec", dont_inherit=True, optimize=0), module.__dict__)

    def get_source(self, name):
        return _files[self.file].decode()

sys.meta_path[:] = [f for f in sys.meta_path if f is not importlib.machinery.PathFinder] + [_ScriptImporter]
sys.path[:] = []
sys.path_hooks[:] = []
sys.argv = [""]

_script = None

def _load(files):
    """files: pairs of a name and bytes, the script first. Returns None or a report."""
    global _script, _handle, _arguments
    _files.update(files)
    _script, source = files[0]
    module = types.ModuleType("__script__")
    module.__file__ = _script
    sys.modules["__script__"] = module
    try:
        try:
            code = compile(source, _script, "exec", dont_inherit=True, optimize=0)
        except (ValueError, RecursionError, MemoryError) as e:   # null bytes, or nested too deep to be parsed
            return _report(e, "syntax")
        exec(code, module.__dict__)
    except BaseException as e:
        return _report(e, "syntax" if isinstance(e, SyntaxError) else "exception")
    _handle = module.__dict__.get("handle")
    if not callable(_handle):
        return _json({"kind": "handler", "message": "The script defines no function 'handle': write def handle(input): ..."})
    try:
        parameters = list(inspect.signature(_handle).parameters.values())
    except (TypeError, ValueError):
        _arguments = 1
        return None
    positional = [p for p in parameters if p.kind <= p.POSITIONAL_OR_KEYWORD]
    more = [p.name for p in positional[2:] + [p for p in parameters if p.kind is p.KEYWORD_ONLY] if p.default is p.empty]
    if more:
        return _json({"kind": "handler", "message": f"handle gets the input and the metadata, and cannot be called without '{more[0]}'"})
    _arguments = 2 if any(p.kind is p.VAR_POSITIONAL for p in parameters) else min(len(positional), 2)
    return None

# --- a call ---

def _other(value):
    """What JSON has no form for and has an obvious one."""
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, (uuid.UUID, decimal.Decimal)):
        return str(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
    if isinstance(value, (set, frozenset)):
        return list(value)
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, collections.abc.Mapping):
        return dict(value)
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")

def _no_constant(name):
    raise ValueError(f"{name} is not JSON")

_json = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, allow_nan=False, default=_other).encode
_parse = json.JSONDecoder(parse_constant=_no_constant).decode

def _run(coroutine):
    try:
        coroutine.send(None)
    except StopIteration as e:
        return e.value
    coroutine.close()
    raise RuntimeError("handle awaits something that nothing in a sandbox completes")

def _call(kind, content, metadata):
    """kind: as in abi.h; content: None, str or bytes. Returns the kind of the result and its str or bytes."""
    if kind == 1:
        try:
            content = _parse(content)
        except (ValueError, RecursionError) as e:
            return 5, _json({"kind": "invalid-input", "type": type(e).__name__, "message": str(e)})
    try:
        if _arguments == 1:
            result = _handle(content)
        elif _arguments:
            result = _handle(content, _parse(metadata) if metadata else {})
        else:
            result = _handle()
        if result is None:
            return 0, b""
        if type(result) is types.CoroutineType:
            result = _run(result)
            if result is None:
                return 0, b""
        if isinstance(result, str):
            return 2, result.encode("utf-8", "replace")
        if isinstance(result, (bytes, bytearray, memoryview)):
            return 3, bytes(result)
        return 1, _json(result).encode("utf-8", "replace")
    except BaseException as e:
        # The parser says so when a text is nested too deep for it
        return 4, _report(e, "memory" if isinstance(e, MemoryError) and not e.args else "exception")

def _line(file, line):
    source = _files.get(file)
    if source is None or not line or line < 1:
        return ""
    lines = source.decode("utf-8", "replace").splitlines()
    return lines[line - 1][:300] if line <= len(lines) else ""

def _report(e, kind):
    name = type(e).__qualname__ if type(e).__module__ in ("builtins", "__script__") else f"{type(e).__module__}.{type(e).__qualname__}"
    try:
        message = str(e)
    except BaseException:
        message = ""
    if isinstance(e, SyntaxError):
        message = e.msg or message
    report = {"kind": kind, "type": name, "message": message[:4000]}
    stack = []
    tb = e.__traceback__
    while tb is not None:
        code = tb.tb_frame.f_code
        if code.co_filename in _files:
            column = None
            positions = next(itertools.islice(code.co_positions(), tb.tb_lasti // 2, None), None)
            if positions and positions[2] is not None:
                column = len(_line(code.co_filename, positions[0]).encode()[:positions[2]].decode("utf-8", "replace")) + 1
            stack.append((code.co_filename, code.co_qualname, tb.tb_lineno, column))
        tb = tb.tb_next
    if isinstance(e, SyntaxError) and e.filename in _files:
        stack.append((e.filename, "<module>", e.lineno, e.offset))
    if stack:
        file, _, line, column = stack[-1]
        report |= {"file": file, "line": line}
        if column:
            report["column"] = column
        report["source"] = _line(file, line)
        report["stack"] = [{"file": f, "line": n} | ({"function": q} if q != "<module>" else {}) | ({"column": c} if c else {})
                           for f, q, n, c in reversed(stack[-20:])]
    return _json(report).encode("utf-8", "replace")

# --- what first uses change is changed before the snapshot ---

def _warm_up():
    global _handle
    class Line(typing.NamedTuple):
        sku: str
        cents: int
    def handle(input):
        day = datetime.datetime.fromisoformat("2026-01-02T03:04:05+00:00") + datetime.timedelta(days=14)
        m = re.fullmatch(r"([A-Z]{2,4})-(\d{2,5})(?:-([a-z]))?", "KB-100-b")
        lines = sorted((Line(str(x), i) for i, x in enumerate(input["lines"])), key=lambda l: (-l.cents, l.sku))
        try:
            raise ValueError("none")
        except ValueError as e:
            text = f"{e!r:>20} {3.14159:.2f}"
        return {"day": day.strftime("%Y-%m-%d"), "match": m[1], "lines": [l._asdict() for l in lines], "text": re.sub(r"\s+", " ", text),
                "total": str(decimal.Decimal("1.10") * 3), "name": input["name"].strip().upper(), "sum": sum(l.cents for l in lines)}
    _handle = handle
    for _ in range(3):
        assert _call(1, '{"name":"Ada","lines":[1,2.5,true,null,"x"]}', None)[0] == 1
    _handle = None

_warm_up()
gc.collect()
