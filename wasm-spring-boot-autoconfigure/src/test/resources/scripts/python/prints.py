print("ready")


def handle(input):
    return "done"
