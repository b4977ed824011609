import re
import time

held = []


def deep(n):
    return n + deep(n + 1)


async def forever():
    class Never:
        def __await__(self):
            yield

    await Never()


def handle(input):
    match input:
        case "loop":
            while True:
                pass
        case "recursion":
            return deep(0)
        case "allocation":
            while True:
                held.append([len(held)] * 1000)
        case "one-allocation":
            return len(bytearray(1 << 30))
        case "output":
            return "x" * 2_000_000
        case "printing":
            while True:
                print("and again")
        case "regular-expression":
            return re.match(r"(a+)+$", "a" * 40 + "!") is not None
        case "sleep":
            time.sleep(60)
        case "forever":
            return forever()
    return "well"
