def handle(input):
    total = input["net"] +
    return total
