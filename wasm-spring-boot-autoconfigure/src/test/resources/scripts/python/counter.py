import builtins
import collections

count = 0
seen = []


def handle(input):
    global count
    count += 1
    seen.append(input)
    # What belongs to the language and to its library is the call's as well
    builtins.kept = getattr(builtins, "kept", 0) + 1
    collections.kept = getattr(collections, "kept", 0) + 1
    return {"count": count, "seen": len(seen), "kept": max(builtins.kept, collections.kept)}
