"""Comparisons as figures of a page: sentence, picture and table, live or from a release."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from polls.lib.numbers import day, moment

from . import wording as wording
from .charts import Piece, TrendPicture, stacked, tones, trend_picture
from .crosses import Cross, Group
from .trends import Mark, Point, Trend


@dataclass(frozen=True)
class Heading:
    """A column of the table; `tone` is the class of its swatch, where it has one."""

    name: str
    tone: str


@dataclass(frozen=True)
class Bar:
    """A choice of a group, for items whose choices have no order."""

    name: str
    share: float | None

    @property
    def width(self) -> float:
        return round(100 * (self.share or 0), 2)


@dataclass(frozen=True)
class RowFigure:
    """A group: one bar of 100 % (`pieces`), or a bar for each choice (`bars`), or neither."""

    name: str
    group: Group
    pieces: tuple[Piece, ...]
    bars: tuple[Bar, ...]
    is_whole: bool

    @property
    def cells(self) -> list[tuple[int | None, float | None]]:
        return list(zip(self.group.counts, self.group.shares, strict=True))


@dataclass(frozen=True)
class CrossFigure:
    """The context of `polls/results/_cross.html`, as `figure`; it wants a `level` beside it."""

    cross: Cross
    rows: tuple[RowFigure, ...]
    columns: tuple[Heading, ...]
    subtitle: str
    sentence: str
    note: str


@dataclass(frozen=True)
class Moment:
    """A row of a trend's table."""

    name: str
    point: Point


@dataclass(frozen=True)
class TrendFigure:
    """The context of `polls/results/_trend.html`, as `figure`; it wants a `level` beside it."""

    trend: Trend
    picture: TrendPicture | None
    series: tuple[str, ...]
    moments: tuple[Moment, ...]
    first: str
    last: str
    sentence: str
    note: str

    @property
    def marks(self) -> Sequence[Mark]:
        return self.trend.milestones


def cross_figure(cross: Cross) -> CrossFigure:
    """A cross drawn, in the language that is active."""
    rows = [_row(cross, group, wording.row_name(cross, group)) for group in cross.rows]
    if cross.whole:
        rows.append(_row(cross, cross.whole, wording.everybody(), is_whole=True))
    classes = tones(cross) if cross.points else ("",) * len(cross.columns)
    names = (wording.column_name(column) for column in cross.columns)
    return CrossFigure(
        cross=cross,
        rows=tuple(rows),
        columns=tuple(map(Heading, names, classes)),
        subtitle=wording.rows_are(cross),
        sentence=wording.cross_sentence(cross),
        note=wording.hiding_note(cross.threshold) if cross.is_hiding else "",
    )


def _row(cross: Cross, group: Group, name: str, *, is_whole: bool = False) -> RowFigure:
    bars: tuple[Bar, ...] = ()
    if not cross.points and group.total:
        names = (wording.column_name(column) for column in cross.columns)
        bars = tuple(map(Bar, names, group.shares))
    return RowFigure(name, group, stacked(cross, group), bars, is_whole)


def trend_figure(trend: Trend) -> TrendFigure:
    """A trend drawn, in the language that is active."""
    points = trend.points
    names = [wording.time_name(point.start, trend.unit) for point in points]
    return TrendFigure(
        trend=trend,
        picture=trend_picture(trend),
        series=tuple(wording.series_name(trend, index) for index in range(len(trend.series))),
        moments=tuple(Moment(_in_full(trend, point), point) for point in points),
        first=names[0] if names else "",
        last=names[-1] if len(names) > 1 else "",
        sentence=wording.trend_sentence(trend),
        note=wording.hiding_note(trend.threshold) if trend.is_hiding else "",
    )


def _in_full(trend: Trend, point: Point) -> str:
    if trend.unit == "hour":
        return moment(point.start)
    return day(timezone.localtime(point.start).date())
