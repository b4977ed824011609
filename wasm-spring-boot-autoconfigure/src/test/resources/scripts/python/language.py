"""What people expect of the language and of its library: each module that the documentation names does something."""
import base64
import collections
import csv
import dataclasses
import datetime
import decimal
import enum
import functools
import hashlib
import hmac
import html
import io
import itertools
import json
import logging
import math
import random
import re
import statistics
import string
import textwrap
import typing
import urllib.parse
import uuid
import zoneinfo


class Color(enum.Enum):
    RED = "red"


@dataclasses.dataclass
class Line:
    sku: str
    cents: int = 5


class Point(typing.NamedTuple):
    x: int
    y: int


@functools.lru_cache
def fibonacci(n: int) -> int:
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


def table():
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerow([1, "a,b"])
    return [written.getvalue(), next(csv.DictReader(io.StringIO('a,b\n1,"2,3"\n')))]


def handle(input):
    noon = datetime.datetime(2026, 7, 1, 12, tzinfo=zoneinfo.ZoneInfo("Europe/Berlin"))
    logging.getLogger("shop").info("priced")
    return {
        "base64": [base64.b64encode(b"well").decode(), base64.b64decode("d2VsbA==").decode()],
        "collections": [collections.Counter("aab").most_common(1), list(collections.deque([1, 2, 3], 2))],
        "csv": table(),
        "dataclasses": [Line("KB"), dataclasses.replace(Line("KB"), cents=7)],
        "datetime": [noon, noon.astimezone(datetime.UTC), datetime.date(2026, 1, 31) + datetime.timedelta(days=1),
                     datetime.datetime.strptime("2026-01-02", "%Y-%m-%d").strftime("%d.%m.%y")],
        "decimal": [decimal.Decimal("1.10") + decimal.Decimal("2.205"), str(round(decimal.Decimal("2.675"), 2))],
        "enum": [Color.RED, Color("red").name],
        "functools": [functools.reduce(lambda a, b: a * b, [2, 3, 7]), fibonacci(50)],
        "hashlib": [hashlib.sha256(b"x").hexdigest()[:8], hashlib.md5(b"x").hexdigest()[:8], hashlib.sha3_256(b"x").hexdigest()[:8],
                    hashlib.blake2b(b"x").hexdigest()[:8]],
        "hmac": [hmac.new(b"k", b"m", "sha256").hexdigest()[:8], hmac.compare_digest("a", "a")],
        "html": [html.escape("<a href='x'>"), html.unescape("&uuml;&#33;")],
        "itertools": [list(itertools.chain([1], [2, 3])), [list(group) for _, group in itertools.groupby("aab")]],
        "json": [json.loads('{"a": [1, 2.5]}'), json.dumps({"b": None, "a": "\u00fc"}, sort_keys=True)],
        "math": [math.comb(5, 2), math.isclose(math.pi, 3.14159, abs_tol=1e-4), 2 ** 100 % 1_000_007],
        "random": [random.Random(7).randint(1, 100) == random.Random(7).randint(1, 100), 0 <= random.random() < 1,
                   sorted(random.sample(range(5), 5))],
        "re": [re.sub(r"(?P<word>\w+)", r"<\g<word>>", "ab c\u00e9"), re.fullmatch(r"(?i)(\d{4})-(\d\d)", "2026-02").groups()],
        "statistics": [statistics.median([1, 2, 9]), statistics.fmean([1, 2])],
        "string": [string.ascii_lowercase[:3], string.Template("$a!").substitute(a="well")],
        "textwrap": [textwrap.fill("a b c", 3), textwrap.dedent("  x\n  y")],
        "typing": [Point(1, 2), typing.get_type_hints(fibonacci)["n"].__name__],
        "urllib.parse": [urllib.parse.quote("\u00fc/ "), urllib.parse.urlsplit("https://example.org:8443/a?x=1").port,
                         urllib.parse.parse_qs("x=1&x=2")],
        "uuid": [uuid.uuid5(uuid.NAMESPACE_DNS, "example.org"), uuid.uuid4().version],
        "zoneinfo": [str(noon.utcoffset()), len(zoneinfo.available_timezones()) > 400],
        "language": [[n for n in range(5) if (half := n // 2) and n % 2], f"{1e6:,.2f}", "stra\u00dfe".casefold(),
                     dict(a=1) | dict(b=2)],
    }
