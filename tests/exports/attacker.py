"""What somebody can work out who has every public file: all ways to fill what is hidden.

An oracle that knows nothing of how groups are hidden. It looks for readers that fit what is
published: each came by one channel and gave one answer, several, or none to each item.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

Cell = tuple[str, str]
"""A channel and a choice."""


@dataclass(frozen=True)
class Item:
    """One item as it is published. `whole`: how many chose each, `shown`: by channel, None where
    that is hidden, `NOBODY` (who did not answer) among the choices."""

    is_multiple: bool
    whole: Mapping[str, int]
    shown: Mapping[Cell, int | None]


NOBODY = ""


@dataclass(frozen=True)
class Published:
    """`totals` are how many came by each channel, None where that is hidden."""

    readers: int
    totals: Mapping[str, int | None]
    items: Sequence[Item]

    def second_value(self, item: Item, cell: Cell, value: int) -> bool:
        """Whether the cell may be another number than `value`, for all that is published."""
        return any(
            _fits(item, totals, (cell, value))
            and all(_fits(other, totals) for other in self.items if other is not item)
            for totals in self._totals()
        )

    def _totals(self) -> Iterator[dict[str, int]]:
        known = self.totals.items()
        for numbers in _parts(self.readers, [total for _channel, total in known], None):
            yield dict(zip(self.totals, numbers, strict=True))


def _fits(item: Item, totals: Mapping[str, int], not_: tuple[Cell, int] | None = None) -> bool:
    """Whether readers so many by each channel can have given what is published of an item, but for
    the one thing that they may not have."""
    # Those who did not answer first, then where it must differ: what can't be is soon given up.
    first = [NOBODY, *([not_[0][1]] if not_ else [])]
    keys = list(dict.fromkeys([*first, *item.whole]))
    return _fill(item, keys, list(totals), list(totals.values()), [0] * len(totals), not_)


def _fill(
    item: Item,
    keys: Sequence[str],
    channels: Sequence[str],
    left: Sequence[int],
    given: Sequence[int],
    not_: tuple[Cell, int] | None,
) -> bool:
    """`left`: readers who have not answered yet, or of a multiple choice those who answer;
    `given`: how often they chose something."""
    if not keys:
        if item.is_multiple:
            return all(g >= m for g, m in zip(given, left, strict=True))
        return not any(left)
    key, *others = keys
    cells = [item.shown[channel, key] for channel in channels]
    for numbers in _parts(item.whole[key], cells, left):
        if not_ and key == not_[0][1] and numbers[channels.index(not_[0][0])] == not_[1]:
            continue
        after = [x - n for x, n in zip(left, numbers, strict=True)]
        if not item.is_multiple or key == NOBODY:
            found = _fill(item, others, channels, after, given, not_)
        else:
            more = [g + n for g, n in zip(given, numbers, strict=True)]
            found = _fill(item, others, channels, left, more, not_)
        if found:
            return True
    return False


def _parts(
    number: int, known: Sequence[int | None], most: Sequence[int] | None
) -> Iterator[tuple[int, ...]]:
    """Every way to part a number, with the parts that are known and at most so many in each."""
    limits = most or [number] * len(known)
    ranges = [
        range(min(number, limit) + 1) if part is None else ([part] if part <= limit else [])
        for part, limit in zip(known, limits, strict=True)
    ]
    return (parts for parts in product(*ranges) if sum(parts) == number)
