import random
import secrets
import time
import uuid


def handle(input):
    return {"random": random.random(), "uuid": str(uuid.uuid4()), "bytes": secrets.token_hex(8), "now": time.time_ns() // 1_000_000}
