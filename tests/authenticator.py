"""An authenticator application, written from RFC 6238 and not with the library that it answers."""

import base64
import hashlib
import hmac
import struct
import time


def code_for(secret: str, *, later: int = 0) -> str:
    """Six digits of the base 32 secret, now or some steps of thirty seconds later."""
    key = base64.b32decode(secret.replace(" ", ""))
    step = struct.pack(">Q", int(time.time()) // 30 + later)
    digest = hmac.digest(key, step, hashlib.sha1)
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def wrong_code(secret: str) -> str:
    """Six digits that are right at no time near now."""
    near = {code_for(secret, later=steps) for steps in range(-3, 4)}
    return next(code for code in ("000000", "111111", *map(str, range(222222, 222232)))
                if code not in near)  # fmt: skip
