"""A few seconds of memory in a process, for what changes only when an editor publishes."""

from collections.abc import Callable
from threading import Condition
from typing import Any, ParamSpec, TypeVar

from cachetools import TTLCache, cached

P = ParamSpec("P")
T = TypeVar("T")

# A correction reaches readers within this time on every process, without any message between them.
SECONDS = 5

_clear: list[Callable[[], None]] = []


def kept_briefly(function: Callable[P, T]) -> Callable[P, T]:
    """Remember the function's value per arguments for SECONDS; exceptions are not remembered.

    While one thread asks, the others that want the same wait for its answer.
    """
    cache: TTLCache[Any, T] = TTLCache(maxsize=256, ttl=SECONDS)
    kept = cached(cache, condition=Condition())(function)
    _clear.append(kept.cache_clear)
    return kept


def forget() -> None:
    """Drop everything in this process: after a change by staff, and between tests."""
    for clear in _clear:
        clear()
