"""The page that a code opens."""

from polls.moderation.opened import Opened


def opened(receipt_hash: str) -> Opened | None:
    return None
