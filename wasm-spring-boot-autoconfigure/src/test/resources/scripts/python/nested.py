def handle(input):
    return isinstance(input, list)
