def handle(input):
    match input:
        case "nothing":
            return None
        case "text":
            return "gr\u00fc\u00df \U0001f600"
        case "bytes":
            return bytes([0, 255, 7])
        case "number":
            return 0.1
        case "list":
            return [1, "two", None, True]
    return {"of": input}
