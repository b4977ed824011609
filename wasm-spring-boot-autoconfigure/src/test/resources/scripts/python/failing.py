# The lines of this script stand in the tests.
class Shortage(Exception):
    pass


def inner(amount):
    # Types of exceptions are the script's own
    raise Shortage(f"only {amount} left")


def handle(input):
    return inner(input["amount"])
