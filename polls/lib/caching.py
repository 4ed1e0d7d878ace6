"""A little memory in a process, for what changes only when an editor publishes or a minute ends."""

from collections.abc import Callable
from threading import Condition
from typing import Any, ParamSpec, TypeVar

from cachetools import TTLCache, cached

P = ParamSpec("P")
T = TypeVar("T")

# A correction reaches readers within this time on every process, without any message between them.
SECONDS = 5

_clear: list[Callable[[], None]] = []


def kept(seconds: float) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Remember a function's value per arguments for so long; exceptions are not remembered.

    While one thread asks, the others that want the same wait for its answer.
    """

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        cache: TTLCache[Any, T] = TTLCache(maxsize=256, ttl=seconds)
        remembering = cached(cache, condition=Condition())(function)
        _clear.append(remembering.cache_clear)
        return remembering

    return decorate


def kept_briefly(function: Callable[P, T]) -> Callable[P, T]:
    """`kept` for SECONDS."""
    return kept(SECONDS)(function)


def forget_also(clear: Callable[[], None]) -> None:
    """Another memory of this process, to be dropped with the rest."""
    _clear.append(clear)


def forget() -> None:
    """Drop everything in this process: after a change by staff, and between tests."""
    for clear in _clear:
        clear()
