import tools
import code as _code
if hasattr(_code, "handle"):
    handle = _code.handle
