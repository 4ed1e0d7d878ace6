"""Who a reader is, without knowing who: keys, cookies and receipts of a submission.

One seed gives all of them: the client key that the page's script made, or one that we make. The
answer cookie is derived from the seed and the reader's key from the cookie, so that who comes back
with the cookie is the same reader as at first; the receipt's code is derived from the seed apart,
so that the cookie (which a family shares) never opens the receipt.
"""

import hashlib
import re
from dataclasses import dataclass
from uuid import UUID, uuid4

from polls.lib.pseudonyms import derived, reader_key

# Crockford's base 32: no I, L, O, U, so that a code can be read out and typed.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 26  # times 5 bits: 130, of which 128 are the key's
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
_COOKIE = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Identity:
    """What one submission is known by: `code` for the reader, the rest for us."""

    cookie: str
    reader_key: str
    code: str
    receipt_hash: str


def identify(survey_id: int, *, cookie: str = "", client_key: UUID | None = None) -> Identity:
    """The identity of a submission: by the answer cookie where there is one, else by the key."""
    seed = f"{survey_id}|{client_key or uuid4()}"
    known = _COOKIE.fullmatch(cookie) is not None
    kept = cookie if known else derived("answer-cookie", seed).hex()
    code = _code(derived("receipt-code", seed))
    return Identity(kept, reader_key(survey_id, kept), code, hashed(code))


def normalised(code: str) -> str:
    """A code as typed: any case, blanks and hyphens, and the letters that are often misread."""
    return re.sub(r"[\s\-–]", "", code).upper().translate(_MISREAD)


def hashed(code: str) -> str:
    """What is stored of a code. It has 128 random bits: a plain hash can't be guessed back."""
    return hashlib.sha256(normalised(code).encode()).hexdigest()


def grouped(code: str) -> str:
    """A code in groups of four, as it is printed."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def _code(digest: bytes) -> str:
    number = int.from_bytes(digest[:17], "big") >> 6  # 130 bits
    return "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(CODE_LENGTH)))
