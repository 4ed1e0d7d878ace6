"""Two items crossed, and one item by channel and by edition; over time: `.trends`.

Those who did not answer an item are a group like the others, here: the groups of a cross then sum
to what the results page says of its items one by one, and what must stay hidden so that nobody can
subtract it from there is known exactly (`.suppression`). Every share is of all in the
group. Crossed figures refresh in steps (`.steps`).
"""

from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import product
from typing import TypeAlias

from django.db.models import Count
from django.utils import timezone

from polls.models import Edition, Item, Response

from .. import tallies
from .crosses import (
    BY_CHANNEL,
    BY_EDITION,
    BY_ITEM,
    Category,
    Cross,
    Group,
    cross_of,
    group_of,
)
from .editions import by_edition
from .grouping import NOT_ANSWERED, Given, chosen, counted_item, counted_responses
from .steps import kept_in_steps
from .suppression import hidden_in_cross
from .trends import Mark, Point, Series, Trend, trend

__all__ = [
    "BY_CHANNEL",
    "BY_EDITION",
    "BY_ITEM",
    "Category",
    "Cross",
    "Group",
    "Mark",
    "Point",
    "Series",
    "Trend",
    "by_channel",
    "by_edition",
    "cross",
    "cross_counted",
    "trend",
]

Found: TypeAlias = Iterable[tuple[Sequence[str], Sequence[str], int]]
"""How many chose which keys of one item, and which of the other."""


def cross(edition: Edition, rows: str, columns: str, *, counted: int | None = None) -> Cross:
    """The answers to the item `columns` within each answer to the item `rows`.

    One GROUP BY where nothing is kept; `counted` saves asking for the respondents. Both directions
    are one table: if each hid cells of its own, one would show what the other hides. Raises
    KeyError for an unknown item, ValueError for a free text and for an item by itself.
    """
    groups, item, first, second = _pair(edition, rows, columns)
    key = ("cross", first.key, second.key)
    table = _kept(edition, key, counted, lambda: _crossed(edition, first, second))
    return _drawn_up(edition, groups, item, table if first is groups else table.turned())


def cross_counted(edition: Edition, rows: str, columns: str, found: Found) -> Cross:
    """The same of answers to `rows` and `columns` that are counted already: nothing is read."""
    groups, item, first, second = _pair(edition, rows, columns)
    if first is groups:
        return _drawn_up(edition, groups, item, _of_pair(edition, first, second, found))
    turned = ((column, row, number) for row, column, number in found)
    return _drawn_up(edition, groups, item, _of_pair(edition, first, second, turned).turned())


def _pair(edition: Edition, rows: str, columns: str) -> tuple[Item, Item, Item, Item]:
    """The items of the rows and of the columns, then both in the questionnaire's order."""
    groups, item = counted_item(edition, rows), counted_item(edition, columns)
    if groups is item:
        raise ValueError(f"{rows!r} can't be crossed with itself")
    first, second = sorted((groups, item), key=edition.questionnaire.counted.index)
    return groups, item, first, second


def by_channel(edition: Edition, key: str, *, counted: int | None = None) -> Cross:
    """The answers to an item within each channel that readers came by. Raises as `cross`."""
    item = counted_item(edition, key)
    table = _kept(edition, ("channel", key), counted, lambda: _by_channel(edition, item))
    return _drawn_up(edition, None, item, table)


@dataclass(frozen=True)
class _Table:
    """A cross without words: keys and counts, None where one is hidden."""

    rows: tuple[tuple[str, int | None], ...]
    columns: tuple[tuple[str, int | None], ...]
    cells: tuple[tuple[int | None, ...], ...]
    total: int
    at: datetime

    def turned(self) -> "_Table":
        cells = tuple(zip(*self.cells, strict=True))
        return replace(self, rows=self.columns, columns=self.rows, cells=cells)


def _kept(
    edition: Edition, key: tuple[str, ...], counted: int | None, make: Callable[[], _Table]
) -> _Table:
    survey = edition.survey
    people = tallies.respondents(survey.pk) if counted is None else counted
    return kept_in_steps((survey.pk, survey.minimum_group, *key), people, make)


def _crossed(edition: Edition, first: Item, second: Item) -> _Table:
    found = counted_responses(edition).values_list(Given(first.key), Given(second.key))
    rows = found.annotate(number=Count("*"))
    pairs = ((chosen(first, one), chosen(second, other), number) for one, other, number in rows)
    return _of_pair(edition, first, second, pairs)


def _of_pair(edition: Edition, first: Item, second: Item, found: Found) -> _Table:
    counts = _Counts(found)
    overlap = {"rows_overlap": first.is_multiple, "columns_overlap": second.is_multiple}
    return _table(
        edition, counts, _keys(first, counts.rows), _keys(second, counts.columns), overlap
    )


def _by_channel(edition: Edition, item: Item) -> _Table:
    found = counted_responses(edition).values_list("channel", Given(item.key))
    counts = _Counts(
        ((channel,), chosen(item, given), number)
        for channel, given, number in found.annotate(number=Count("*"))
    )
    channels = [channel for channel in Response.Channel.values if counts.rows[channel]]
    overlap = {"columns_overlap": item.is_multiple}
    return _table(edition, counts, channels, _keys(item, counts.columns), overlap)


class _Counts:
    """Cells and totals, in people: one who chose several options is in several of them."""

    def __init__(self, found: Found) -> None:
        self.cells: Counter[tuple[str, str]] = Counter()
        self.rows: Counter[str] = Counter()
        self.columns: Counter[str] = Counter()
        self.total = 0
        for rows, columns, number in found:
            self.total += number
            self.rows.update(dict.fromkeys(rows, number))
            self.columns.update(dict.fromkeys(columns, number))
            self.cells.update(dict.fromkeys(product(rows, columns), number))


def _keys(item: Item, totals: Counter[str]) -> list[str]:
    """The choices, and those who did not answer where there are any."""
    keys = [option.key for option in item.options]
    return [*keys, NOT_ANSWERED] if totals[NOT_ANSWERED] else keys


def _table(
    edition: Edition,
    counts: _Counts,
    rows: Sequence[str],
    columns: Sequence[str],
    overlap: Mapping[str, bool],
) -> _Table:
    """The table with what must be hidden left out."""
    cells = [[counts.cells[row, column] for column in columns] for row in rows]
    sums = [counts.rows[row] for row in rows], [counts.columns[column] for column in columns]
    k = edition.survey.minimum_group
    hidden = hidden_in_cross(cells, sums[0], sums[1], k, **overlap)
    return _Table(
        rows=_totals(rows, sums[0], hidden.rows),
        columns=_totals(columns, sums[1], hidden.columns),
        cells=tuple(
            tuple(None if (row, place) in hidden.cells else n for place, n in enumerate(found))
            for row, found in enumerate(cells)
        ),
        total=counts.total,
        at=timezone.now(),
    )


def _totals(
    keys: Sequence[str], totals: Sequence[int], hidden: Container[int]
) -> tuple[tuple[str, int | None], ...]:
    pairs = enumerate(zip(keys, totals, strict=True))
    return tuple((key, None if place in hidden else total) for place, (key, total) in pairs)


def _drawn_up(edition: Edition, groups: Item | None, item: Item, table: _Table) -> Cross:
    """The table in the article's words."""
    labels = {option.key: option.label for option in groups.options} if groups else {}
    rows = [
        group_of(key, labels.get(key, ""), total, cells)
        for (key, total), cells in zip(table.rows, table.cells, strict=True)
    ]
    whole = group_of("", "", table.total, [count for _key, count in table.columns])
    by = BY_ITEM if groups else BY_CHANNEL
    columns = [key for key, _count in table.columns]
    return cross_of(edition, by, groups, item, columns, rows, whole, table.at)
