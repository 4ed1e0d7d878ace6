"""A few seconds of memory in a process, for what changes only when an editor publishes."""

from collections.abc import Callable, MutableMapping
from threading import RLock
from typing import Any, ParamSpec, TypeVar

from cachetools import TTLCache, cached

P = ParamSpec("P")
T = TypeVar("T")

# A correction reaches readers within this time on every process, without any message between them.
SECONDS = 5

_caches: list[MutableMapping[Any, Any]] = []


def kept_briefly(function: Callable[P, T]) -> Callable[P, T]:
    """Remember the function's value per arguments for SECONDS; exceptions are not remembered."""
    cache: TTLCache[Any, T] = TTLCache(maxsize=256, ttl=SECONDS)
    _caches.append(cache)
    return cached(cache, lock=RLock())(function)


def forget() -> None:
    """Drop everything in this process: after a change by staff, and between tests."""
    for cache in _caches:
        cache.clear()
