rates = None
rate = rates["standard"]


def handle(input):
    return rate
