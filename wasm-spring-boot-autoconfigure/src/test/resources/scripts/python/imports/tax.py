from .rounding import rounded


def gross(net, rate):
    return rounded(net * (100 + rate) / 100)
