while True:
    pass


def handle(input):
    return 1
