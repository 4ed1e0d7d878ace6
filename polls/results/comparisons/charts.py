"""The geometry of comparisons: rows of a cross as bars of 100 %, an item over time as lines.

Across, everything is in percent of the picture's width, so that one drawing fits a phone and a
desk. Colour is never alone: points of a scale keep their order, lines have patterns and letters,
and what is hidden is an empty frame or a gap.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from ..pictures import LABEL_NEEDS, tone_of
from .crosses import Cross, Group
from .trends import Trend

APART, SILENT, WITHHELD = "apart", "silent", "withheld"
LETTERS = "ABCD"
WORDS_NEED = 35.0
GRID = 1000
"""The lines of a trend are drawn on a square of this size, which is stretched over the plot."""
BESIDE = 9.0
"""How far apart the letters at the lines' ends stand, in percent of the plot's height."""
CROWDED = 5.0
"""Numbers of events nearer than this, in percent of the width, stand on different levels."""


@dataclass(frozen=True)
class Piece:
    """A part of a row, in percent of its width; `share` is None where only their sum is known."""

    tone: str
    x: float
    width: float
    share: float | None

    @property
    def centre(self) -> float:
        return self.x + self.width / 2

    @property
    def has_room(self) -> bool:
        return self.share is not None and self.width >= LABEL_NEEDS

    @property
    def is_wide_gap(self) -> bool:
        """Whether it is hidden and has room for the words that say so."""
        return self.share is None and self.width >= WORDS_NEED


def tones(cross: Cross) -> tuple[str, ...]:
    """The class of each column of a scale: its points from one side to the other, then those
    without an opinion and those who did not answer."""
    points = cross.points
    return tuple(
        tone_of(points.index(place), len(points))
        if place in points
        else (SILENT if column.is_not_answered else APART)
        for place, column in enumerate(cross.columns)
    )


def stacked(cross: Cross, group: Group) -> tuple[Piece, ...]:
    """A row of a scale as pieces of one bar; what is hidden is one piece at its end.

    Nothing for a hidden or empty row, and for items whose choices have no order: they are drawn as
    bars of their own (`Group.shares`), which need neither tones nor patterns.
    """
    if not cross.points or not group.total:
        return ()
    return tuple(_pieces(cross, group))


def _pieces(cross: Cross, group: Group) -> Iterator[Piece]:
    x = 0.0
    for tone, share in zip(tones(cross), group.shares, strict=True):
        width = 100 * (share or 0)
        if width:
            yield Piece(tone, round(x, 2), round(width, 2), share)
        x += width
    if None in group.shares:
        yield Piece(WITHHELD, round(x, 2), round(100 - x, 2), None)


@dataclass(frozen=True)
class Place:
    """In percent of the plot, from the left and from the top."""

    x: float
    y: float


@dataclass(frozen=True)
class Line:
    """One series: what connects its points, points with no neighbour, and the end of its label.

    `paths` are the values of `points` of polylines on a square of GRID; `tail` leads to the point
    of a time that was not over, and is drawn apart.
    """

    letter: str
    label: str
    style: int
    paths: tuple[str, ...]
    dots: tuple[Place, ...]
    end: Place
    tail: str = ""


@dataclass(frozen=True)
class Flag:
    """A dated event: its number in the list below, and the level that the number stands on."""

    number: int
    x: float
    level: int


@dataclass(frozen=True)
class Band:
    """A time that is hidden."""

    x: float
    width: float


@dataclass(frozen=True)
class TrendPicture:
    lines: tuple[Line, ...]
    flags: tuple[Flag, ...]
    bands: tuple[Band, ...]


def trend_picture(trend: Trend) -> TrendPicture | None:
    """The picture of an item over time; None where no time has anything to show."""
    if not any(point.shares for point in trend.points):
        return None
    ends = _spread([_last(trend, index) for index in range(len(trend.series))])
    width = 100 / len(trend.points)
    return TrendPicture(
        lines=tuple(_line(trend, index, end) for index, end in enumerate(ends)),
        flags=tuple(_flags(trend)),
        bands=tuple(
            Band(round(place * width, 2), round(width, 2))
            for place, point in enumerate(trend.points)
            if point.n is None
        ),
    )


def _line(trend: Trend, index: int, end: float) -> Line:
    runs = list(_runs(trend, index))
    tail: list[Place] = []
    if trend.is_under_way and trend.points[-1].shares and len(runs[-1]) > 1:
        tail = runs[-1][-2:]
        runs[-1] = runs[-1][:-1]
    return Line(
        letter=LETTERS[index] if len(trend.series) > 1 else "",
        label=trend.series[index].label,
        style=index,
        paths=tuple(_path(run) for run in runs if len(run) > 1),
        dots=tuple(run[0] for run in runs if len(run) == 1),
        end=Place(100, end),
        tail=_path(tail),
    )


def _path(run: Sequence[Place]) -> str:
    return " ".join(f"{p.x * GRID / 100:.1f},{p.y * GRID / 100:.1f}" for p in run)


def _runs(trend: Trend, index: int) -> Iterator[list[Place]]:
    """The points of a series without the gaps between them."""
    run: list[Place] = []
    for number, point in enumerate(trend.points):
        if point.shares:
            x = 100 * (number + 0.5) / len(trend.points)
            run.append(Place(round(x, 2), round(100 * (1 - point.shares[index]), 2)))
        elif run:
            yield run
            run = []
    if run:
        yield run


def _last(trend: Trend, index: int) -> float:
    shares = [point.shares[index] for point in trend.points if point.shares]
    return 100 * (1 - shares[-1])


def _spread(heights: Sequence[float]) -> list[float]:
    """The same heights, moved apart by BESIDE where they are nearer, and inside the plot."""
    order = sorted(range(len(heights)), key=lambda index: heights[index])
    placed = list(heights)
    for above, below in pairwise(order):
        placed[below] = max(placed[below], placed[above] + BESIDE)
    lowest = 100.0
    for index in reversed(order):
        placed[index] = round(min(placed[index], lowest), 2)
        lowest = placed[index] - BESIDE
    return placed


def _flags(trend: Trend) -> Iterator[Flag]:
    """Each event at its moment, on the first of three levels that has room."""
    if trend.ends is None:
        return
    begins = trend.points[0].start
    free = [-CROWDED] * 3
    for number, mark in enumerate(trend.milestones, start=1):
        x = _across(mark.at, begins, trend.ends)
        roomy = (level for level, taken in enumerate(free) if x - taken >= CROWDED)
        level = next(roomy, free.index(min(free)))
        free[level] = x
        yield Flag(number, round(x, 2), level)


def _across(at: datetime, begins: datetime, ends: datetime) -> float:
    return 100 * ((at - begins) / (ends - begins))
