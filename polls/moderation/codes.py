"""What a code opens that isn't an answer's: a notice, or a right of reply."""

from polls.lib.codes import hashed

from .notices import pages as notices
from .opened import Opened
from .replies import pages as replies


def opened(code: str) -> Opened | None:
    """What the code opens; None where it opens nothing here."""
    receipt_hash = hashed(code)
    return notices.opened(receipt_hash) or replies.opened(receipt_hash)
