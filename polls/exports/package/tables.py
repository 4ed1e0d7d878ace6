"""The tables of a package that are made of a release alone: its items, comparisons and courses.

Flat, a line for each cell, so that a spreadsheet can turn them and a program needs no other file.
"""

from collections.abc import Iterator
from itertools import chain

from django.utils.translation import override

from polls.results.comparisons import wording
from polls.results.comparisons.crosses import Category, Cross, Group
from polls.results.comparisons.trends import ABOVE, Point, Trend
from polls.results.queries import ItemResult
from polls.results.releases.frozen import Frozen

from ..figures import COLUMNS as FIGURE_COLUMNS
from ..figures import figures_rows
from ..table import Cell, Column, Row
from . import layout

ALL, CHOICE, NOT_ANSWERED = "all", "choice", "not_answered"
ABOVE_MIDDLE = "above-middle"

ITEM_COLUMNS = (
    Column("item", "identifier"),
    Column("kind", "code"),
    Column("wording", "text"),
    Column("statement", "number"),
    Column("aspect", "code"),
    Column("answered", "number"),
    Column("with_opinion", "number"),
    Column("no_opinion", "number"),
    Column("not_answered", "number"),
    Column("median", "code"),
    Column("mean", "number"),
    Column("below", "share"),
    Column("middle", "share"),
    Column("above", "share"),
)
CROSS_COLUMNS = (
    Column("rows_item", "identifier"),
    Column("rows_wording", "text"),
    Column("rows_statement", "number"),
    Column("columns_item", "identifier"),
    Column("columns_wording", "text"),
    Column("columns_statement", "number"),
    Column("row_is", "code"),
    Column("row", "code"),
    Column("row_label", "text"),
    Column("column_is", "code"),
    Column("column", "code"),
    Column("column_label", "text"),
    Column("column_value", "number"),
    Column("count", "number"),
    Column("share", "share"),
    Column("hidden", "flag"),
    Column("threshold", "number"),
)
TREND_COLUMNS = (
    Column("item", "identifier"),
    Column("wording", "text"),
    Column("statement", "number"),
    Column("unit", "code"),
    Column("start", "time"),
    Column("series", "code"),
    Column("series_label", "text"),
    Column("n", "number"),
    Column("share", "share"),
    Column("hidden", "flag"),
    Column("threshold", "number"),
)


def tables(then: Frozen, release: int | None) -> dict[str, tuple[tuple[Column, ...], list[Row]]]:
    """The files that a release's own figures make, in the language of its article."""
    with override(then.results.language):
        found: dict[str, tuple[tuple[Column, ...], list[Row]]] = {
            layout.FIGURES: (FIGURE_COLUMNS, figures_rows(then.results, release=release)),
            layout.ITEMS: (ITEM_COLUMNS, [_of_item(item) for item in then.results.items]),
            layout.COMPARISONS: (CROSS_COLUMNS, [*chain(*map(_of_cross, then.crosses))]),
            layout.TRENDS: (TREND_COLUMNS, [*chain(*map(_of_trend, then.trends))]),
        }
    return {name: found[name] for name in found if name in expected(then)}


ALL_FILES = frozenset((layout.FIGURES, layout.ITEMS, layout.COMPARISONS, layout.TRENDS))


def expected(then: Frozen) -> frozenset[str]:
    """The files that these tables are; those of comparisons and courses where there are some."""
    crossed = [layout.COMPARISONS] if then.crosses else []
    followed = [layout.TRENDS] if then.trends else []
    return frozenset((layout.FIGURES, layout.ITEMS, *crossed, *followed))


def _of_item(item: ItemResult) -> list[Cell]:
    about = [item.key, item.kind, item.wording, item.statement, item.aspect or None]
    counts = [item.answered, item.with_opinion, item.no_opinion, item.not_answered]
    median = item.median.key if item.median else None
    return [*about, *counts, median, item.mean, *(item.sides or (None, None, None))]


def _of_cross(cross: Cross) -> Iterator[list[Cell]]:
    about: list[Cell] = [cross.rows_key, cross.rows_wording, cross.rows_statement]
    about += [cross.columns_key, cross.columns_wording, cross.columns_statement]
    for group in cross.rows:
        state = CHOICE if group.key else NOT_ANSWERED
        row: list[Cell] = [state, group.key or None, wording.row_name(cross, group)]
        yield from ([*about, *row, *cell, cross.threshold] for cell in _cells(cross, group))
    if cross.whole:
        row = [ALL, None, wording.everybody()]
        yield from ([*about, *row, *cell, cross.threshold] for cell in _cells(cross, cross.whole))


def _cells(cross: Cross, group: Group) -> Iterator[list[Cell]]:
    """Those of a row, each column in turn, and at the end how many the row has."""
    for column, count, share in zip(cross.columns, group.counts, group.shares, strict=True):
        yield [*_column(column), count, share, int(count is None)]
    everybody: list[Cell] = [ALL, None, wording.everybody(), None]
    yield [*everybody, group.total, None, int(group.total is None)]


def _column(column: Category) -> list[Cell]:
    state = NOT_ANSWERED if column.is_not_answered else CHOICE
    return [state, column.key or None, wording.column_name(column), column.value]


def _of_trend(trend: Trend) -> Iterator[list[Cell]]:
    about: list[Cell] = [trend.item_key, trend.wording, trend.statement, trend.unit]
    for point in trend.points:
        for place, series in enumerate(trend.series):
            key = ABOVE_MIDDLE if series.key == ABOVE else series.key
            named: list[Cell] = [point.start, key, wording.series_name(trend, place)]
            yield [*about, *named, *_of_point(point, place), trend.threshold]


def _of_point(point: Point, place: int) -> list[Cell]:
    share = point.shares[place] if point.shares else None
    return [point.n, share, int(point.n is None)]
