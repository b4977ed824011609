from imports import rates
from imports.tax import gross


def handle(input):
    return {"gross": gross(input, rates.STANDARD)}
