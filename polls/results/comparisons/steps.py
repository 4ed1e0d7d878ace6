"""Figures that refresh in steps: two looks a moment apart must not reveal who came in between.

What is kept here stands until at least STEP more (or fewer) people are counted than when it was
made. It is also what keeps a scan of all responses from being made for every look.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Condition
from typing import Any, TypeVar

from cachetools import LRUCache

from polls.lib.caching import forget_also

T = TypeVar("T")

STEP = 5


@dataclass(frozen=True)
class _Kept:
    value: Any
    counted: int

    def serves(self, counted: int) -> bool:
        return abs(counted - self.counted) < STEP


_kept: LRUCache[Hashable, _Kept] = LRUCache(maxsize=512)
_being_made: set[Hashable] = set()
_changed = Condition()
# How often everything was forgotten: what was begun before is not kept.
_forgotten = 0


def kept_in_steps(key: Hashable, counted: int, make: Callable[[], T]) -> T:
    """What `make` gives, or gave when about as many people were `counted`; per `key`.

    One thread makes it; meanwhile the others get the old value, or wait where there is none. An
    exception reaches the one that asked, and the next one tries again. The memory is this
    process's own.
    """
    with _changed:
        while True:
            found = _kept.get(key)
            if found is not None and (key in _being_made or found.serves(counted)):
                return found.value  # type: ignore[no-any-return]
            if key not in _being_made:
                break
            _changed.wait()
        _being_made.add(key)
        before = _forgotten
    try:
        value = make()
        with _changed:
            if before == _forgotten:
                _kept[key] = _Kept(value, counted)
        return value
    finally:
        with _changed:
            _being_made.discard(key)
            _changed.notify_all()


def _forget() -> None:
    global _forgotten
    with _changed:
        _kept.clear()
        _forgotten += 1


forget_also(_forget)
