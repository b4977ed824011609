def handle(input, metadata):
    print("called by", metadata.get("caller"))
    return metadata
