"""A little memory in a process, for what changes only when an editor publishes or a minute ends."""

from collections.abc import Callable, Hashable
from functools import wraps
from math import inf
from threading import Condition
from time import monotonic
from typing import ParamSpec, TypeVar

from cachetools import LRUCache
from cachetools.keys import hashkey

P = ParamSpec("P")
T = TypeVar("T")

# A correction reaches readers within this time on every process, without any message between them.
SECONDS = 5
# How many values of one function are kept; those that nobody asked for the longest go first.
MOST = 256

_clear: list[Callable[[], None]] = []


def kept(seconds: float) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Remember a function's value per arguments for so long; exceptions are not remembered.

    When its time is over, one thread asks anew. The others go on with the old value meanwhile, for
    as long again at most: a slow database holds up one reader and not all of them. Where there is
    no such value they wait for the answer.
    """

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        memory: LRUCache[Hashable, tuple[T, float]] = LRUCache(maxsize=MOST)
        asked: set[Hashable] = set()  # what a thread is asking for now
        condition = Condition()

        def remembered(key: Hashable) -> tuple[T] | None:
            """The value to go on with; None where this thread is the one to ask."""
            with condition:
                while True:
                    value, until = memory.get(key, (None, -inf))
                    late = monotonic() - until
                    if late < 0 or (key in asked and late < seconds):
                        return (value,)  # type: ignore[return-value]
                    if key not in asked:
                        asked.add(key)
                        return None
                    condition.wait()

        @wraps(function)
        def remembering(*args: P.args, **kwargs: P.kwargs) -> T:
            key = hashkey(*args, **kwargs)  # type: ignore[arg-type]
            if known := remembered(key):
                return known[0]
            try:
                value = function(*args, **kwargs)
                with condition:
                    memory[key] = value, monotonic() + seconds
                return value
            finally:
                with condition:
                    asked.discard(key)
                    condition.notify_all()

        _clear.append(memory.clear)
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
