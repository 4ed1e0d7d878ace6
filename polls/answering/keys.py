"""Who a reader is, without knowing who: keys, cookies and receipts of a submission.

One seed gives all of them: the client key that the page's script made, or one that we make. The
answer cookie is derived from the seed and the reader's key from the cookie, so that who comes back
with the cookie is the same reader as at first; the receipt's code is derived from the seed apart,
so that the cookie (which a family shares) never opens the receipt.
"""

import re
from dataclasses import dataclass
from uuid import UUID, uuid4

from polls.lib.codes import code_of, hashed
from polls.lib.pseudonyms import derived, reader_key

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
    code = code_of(derived("receipt-code", seed))
    return Identity(kept, reader_key(survey_id, kept), code, hashed(code))
