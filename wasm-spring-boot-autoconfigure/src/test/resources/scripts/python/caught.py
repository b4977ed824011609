import json


def deep(n):
    return n + deep(n + 1)


def nested(levels):
    value = []
    for _ in range(levels):
        value = [value]
    return value


def handle(input):
    try:
        match input:
            case "recursion":
                return str(deep(0))
            case "json":
                return str(json.loads("[" * 100_000))
            case "repr":
                return repr(nested(100_000))
            case "allocation":
                return str(len(bytearray(1 << 30)))
    except (RecursionError, MemoryError) as error:
        return type(error).__name__
