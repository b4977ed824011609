def price(input):
    return 1
