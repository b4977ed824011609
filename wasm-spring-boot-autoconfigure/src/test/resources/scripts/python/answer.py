KINDS = {type(None): "null", list: "list"}


def handle(input):
    return {"kind": KINDS.get(type(input), type(input).__name__), "input": input}
