def handle(input):
    return {"greeting": f"Hello, {input['name']}"}
