"""A cross-table as frozen values: what the page, a release and the API share."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from polls.models import Edition, Item, Question

from ..statistics import share
from .grouping import NOT_ANSWERED

BY_ITEM, BY_CHANNEL, BY_EDITION = "item", "channel", "edition"


@dataclass(frozen=True)
class Category:
    """A column: a choice in the article's words, or NOT_ANSWERED, which has no words here."""

    key: str
    label: str
    value: int | None

    @property
    def is_not_answered(self) -> bool:
        return self.key == NOT_ANSWERED


@dataclass(frozen=True)
class Group:
    """A row: how many it has, how many of them chose each column, and their share of it (0 to 1).

    None stands for what is hidden, and for a share of nobody. The label is the choice's; of a
    channel, of an edition and of NOT_ANSWERED it is left to the page (`comparison_wording`).
    """

    key: str
    label: str
    total: int | None
    counts: tuple[int | None, ...]
    shares: tuple[float | None, ...]

    @property
    def is_hidden(self) -> bool:
        return self.total is None


@dataclass(frozen=True)
class Cross:
    """`by` says what the rows are: choices of an item, channels or editions.

    Items are told by key and wording, with the number of the statement that they are about.
    `whole` are all respondents together (None by edition: they may have answered several);
    `threshold` is the smallest group shown; `at` when it was counted.
    """

    by: str
    rows_key: str
    rows_wording: str
    rows_statement: int | None
    columns_key: str
    columns_wording: str
    columns_statement: int | None
    columns_kind: str
    columns: tuple[Category, ...]
    rows: tuple[Group, ...]
    whole: Group | None
    threshold: int
    at: datetime

    @property
    def is_hiding(self) -> bool:
        return any(count is None for row in self.rows for count in row.counts)

    @property
    def total(self) -> int | None:
        """How many respondents there are, where the rows are parts of them."""
        return self.whole.total if self.whole else None

    @property
    def points(self) -> tuple[int, ...]:
        """The places of a scale's points among the columns; none of another item."""
        if self.columns_kind != Question.Kind.SCALE:
            return ()
        return tuple(n for n, column in enumerate(self.columns) if column.value is not None)

    def above(self, group: Group) -> float | None:
        """The share of all in the group whose answer is above the middle of the scale.

        The base is the table's and the bars'. None where the group or such an answer is hidden, and
        where the group is smaller than the threshold.
        """
        values = {n: self.columns[n].value or 0 for n in self.points}
        if not values or group.total is None or group.total < self.threshold:
            return None
        middle = (min(values.values()) + max(values.values())) / 2
        counts = [group.counts[n] for n, value in values.items() if value > middle]
        known = [count for count in counts if count is not None]
        return sum(known) / group.total if len(known) == len(counts) else None


def columns_of(item: Item, keys: Iterable[str]) -> tuple[Category, ...]:
    options = {option.key: option for option in item.options}
    return tuple(
        Category(key, options[key].label, options[key].value)
        if key in options
        else Category(key, "", None)
        for key in keys
    )


def group_of(key: str, label: str, total: int | None, counts: Sequence[int | None]) -> Group:
    """A row with its shares; where its total is hidden nothing of it is shown."""
    shown = tuple(None if total is None else count for count in counts)
    shares = tuple(None if n is None or total is None else share(n, total) for n in shown)
    return Group(key, label, total, shown, shares)


def cross_of(
    edition: Edition,
    by: str,
    groups: Item | None,
    item: Item,
    columns: Iterable[str],
    rows: Sequence[Group],
    whole: Group | None,
    at: datetime,
) -> Cross:
    """The cross of rows (choices of `groups`, or others) by the choices of `item`."""
    return Cross(
        by=by,
        rows_key=groups.key if groups else "",
        rows_wording=groups.wording if groups else "",
        rows_statement=groups.statement if groups else None,
        columns_key=item.key,
        columns_wording=item.wording,
        columns_statement=item.statement,
        columns_kind=item.kind,
        columns=columns_of(item, columns),
        rows=tuple(rows),
        whole=whole,
        threshold=edition.survey.minimum_group,
        at=at,
    )
