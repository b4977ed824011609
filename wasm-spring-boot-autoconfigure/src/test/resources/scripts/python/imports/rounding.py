def rounded(value):
    return round(value)
