# Compiles the modules of the standard library that the runtime carries into one table of frozen modules, and the data of
# the time zones into one of them. Arguments: the folder Lib, the folder of compiled zones, the prelude, the output folder.
import marshal, os, sys

lib, zones, prelude, out = sys.argv[1:]
modules = """__future__ _colorize _markupbase _threading_local _aix_support? _collections_abc _compat_pickle _opcode_metadata _pydatetime _pydecimal _pylong _strptime
_weakrefset abc argparse array? ast base64 bisect bz2? calendar cmath? codecs collections configparser contextlib contextvars copy copyreg
csv dataclasses datetime decimal difflib dis encodings enum fnmatch fractions functools genericpath getopt gettext glob graphlib
hashlib heapq hmac html http importlib inspect io ipaddress json keyword linecache locale logging math? ntpath numbers opcode operator
os pathlib pickle platform posixpath pprint queue quopri random re reprlib sched secrets shlex shutil signal stat statistics string
stringprep struct sysconfig tempfile textwrap threading time? timeit token tokenize tomllib traceback types typing typing_extensions? unicodedata?
uu? uuid urllib warnings weakref xml zoneinfo colorsys nturl2path""".split()
kept_encodings = {"__init__", "aliases", "ascii", "utf_8", "utf_8_sig", "utf_16", "utf_16_le", "utf_16_be", "utf_32", "utf_32_le", "utf_32_be", "latin_1",
                  "iso8859_1", "iso8859_15", "cp1252", "cp437", "cp850", "idna", "punycode", "raw_unicode_escape", "unicode_escape", "hex_codec", "base64_codec",
                  "quopri_codec", "rot_13", "undefined", "charmap", "utf_7"}
dropped = {"importlib/resources", "importlib/metadata", "xml/sax", "xml/dom", "urllib/robotparser.py", "urllib/request.py", "logging/handlers.py", "logging/config.py", "json/__main__.py", "http/client.py", "http/cookiejar.py",
           "http/cookies.py", "http/server.py"}

def files():
    for name in modules:
        optional = name.endswith("?")
        name = name.rstrip("?")
        file, folder = os.path.join(lib, name + ".py"), os.path.join(lib, name)
        if os.path.isfile(file):
            yield name, file, False
        elif os.path.isdir(folder):
            for path, folders, names in sorted(os.walk(folder)):
                folders.sort()
                relative = os.path.relpath(path, lib)
                if any(relative == d or relative.startswith(d + "/") for d in dropped) or "__pycache__" in relative or "test" in relative:
                    continue
                for n in sorted(names):
                    if not n.endswith(".py") or relative + "/" + n in dropped or (name == "encodings" and n[:-3] not in kept_encodings):
                        continue
                    module = relative.replace("/", ".") + ("" if n == "__init__.py" else "." + n[:-3])
                    yield module, os.path.join(path, n), n == "__init__.py"
        elif not optional:
            sys.exit(f"There is no module {name}")

blob, table = bytearray(), []

def add(name, source, filename, package, optimize=2):
    code = marshal.dumps(compile(source, filename, "exec", dont_inherit=True, optimize=optimize))
    table.append((name, len(blob), len(code), package))
    blob.extend(code)

for name, file, package in files():
    with open(file, "rb") as f:
        add(name, f.read(), "<frozen " + name + ">", package)

data = {}
for path, folders, names in os.walk(zones):
    for n in names:
        file = os.path.join(path, n)
        with open(file, "rb") as f:
            content = f.read()
        if content[:4] == b"TZif":
            data[os.path.relpath(file, zones)] = content
same = {}
add("_tzdata", "zones = " + repr({k: same.setdefault(v, v) for k, v in sorted(data.items())}), "<frozen _tzdata>", False)
with open(prelude, "rb") as f:
    add("_prelude", f.read(), "<frozen _prelude>", False, 0)
with open(os.path.join(out, "frozen.bin"), "wb") as f:
    f.write(blob)
with open(os.path.join(out, "frozen.h"), "w") as f:
    f.write("static const struct _frozen frozen[] = {\n")
    for name, offset, size, package in table:
        f.write(f'  {{"{name}", frozen_code + {offset}, {size}, {int(package)}}},\n')
    f.write("  {0, 0, 0, 0}};\n")
