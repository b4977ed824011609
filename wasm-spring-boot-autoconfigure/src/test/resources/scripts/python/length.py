def handle(input):
    return {"text": isinstance(input, str), "length": -1 if input is None else len(input)}
