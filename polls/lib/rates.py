"""How much one network has sent lately: counted in this process, and never stored.

    if too_many("notice", request, settings.RATE_LETTERS, settings.RATE_WINDOW):
        ...  # the 429 page with what was typed, and Retry-After

Each process counts for itself: with two of them a network may send up to twice the limit, and a
restart begins anew. That is enough against a flood, which is what a limit is for; against patience
there are the integrity rules. It costs no query and keeps no address: the key of a count is a hash
under a random key of this process, which nobody else knows and which ends with it.
"""

import secrets
from dataclasses import dataclass
from hashlib import blake2b
from threading import Lock
from time import monotonic

from cachetools import LRUCache
from django.http import HttpRequest

from .caching import forget_also
from .networks import client_address, line

# Networks that are counted at once, about 10 MB; beyond them, those that were quiet the longest
# are forgotten.
NETWORKS = 50_000

_KEY = secrets.token_bytes(32)


@dataclass
class _Count:
    """The events of the current window and of the one before; windows are numbered from 0."""

    window: int = 0
    before: int = 0
    now: int = 0


_counts: LRUCache[bytes, _Count] = LRUCache(maxsize=NETWORKS)
_lock = Lock()
forget_also(_counts.clear)


def too_many(purpose: str, request: HttpRequest, limit: int, seconds: int) -> bool:
    """Whether this network (one line: an IPv4 address, or a /64) has already done this `limit`
    times in the last `seconds`. If not, this time is counted too.

    What is refused isn't counted: somebody at a busy address who tries again gets through as soon
    as there is room. A request whose network can't be told (`networks.client_address`) is never
    too many, since all readers would share one count.
    """
    return recent(purpose, request, seconds, limit) >= limit


def recent(purpose: str, request: HttpRequest, seconds: int, limit: int | None = None) -> int:
    """How often this network did this in the last `seconds` before; counted, but at the `limit`.

    A sliding window, approximated: the window before is taken to have been even. (Cloudflare,
    "How we built rate limiting capable of scaling to millions of domains", 2017: over 400 million
    requests 0.003 % were judged otherwise than by an exact count.)
    """
    address = client_address(request)
    if address is None:
        return 0
    key = blake2b(f"{purpose}|{line(address)}".encode(), key=_KEY, digest_size=16).digest()
    window, part = divmod(monotonic() / seconds, 1)
    with _lock:
        count = _counts.get(key) or _Count(int(window))
        if count.window != window:
            count.before = count.now if count.window == window - 1 else 0
            count.window, count.now = int(window), 0
        number = count.now + int(count.before * (1 - part))
        if limit is None or number < limit:
            count.now += 1
        _counts[key] = count
    return number
