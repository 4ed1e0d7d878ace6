"""The geometry of a Likert item: a diverging stacked bar (Heiberger and Robbins, 2014).

Answers below the middle of the scale run to the left of it, answers above to the right, and the
middle point is halved by it. All bars of a page share one reach, so that lengths compare.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from .queries import ItemResult

# A label inside a segment needs this much of the width (percent of it) not to overflow at 320 px,
# and this much where the picture has a whole column; what doesn't fit is left to the table.
LABEL_NEEDS = 14.0
LABEL_NEEDS_IN_COLUMN = 7.0


@dataclass(frozen=True)
class Segment:
    """A piece of the bar, in percent of the picture's width."""

    tone: str
    x: float
    width: float
    share: float

    @property
    def centre(self) -> float:
        return self.x + self.width / 2

    @property
    def has_room(self) -> bool:
        return self.width >= LABEL_NEEDS

    @property
    def has_room_in_column(self) -> bool:
        return self.width >= LABEL_NEEDS_IN_COLUMN


@dataclass(frozen=True)
class Bar:
    segments: tuple[Segment, ...]


def reach(items: Sequence[ItemResult]) -> float:
    """The longest half of any bar on the page, as a share; what half the width stands for."""
    halves = [side + middle / 2 for item in items for side, middle in _halves(item)]
    return max([*halves, 0.25])


def _halves(item: ItemResult) -> list[tuple[float, float]]:
    if item.sides is None:
        return []
    below, on, above = item.sides
    return [(below, on), (above, on)]


def bar(item: ItemResult, reach: float) -> Bar | None:
    """The bar of an item on a picture whose half width is `reach`; None without an opinion."""
    if item.sides is None:
        return None
    below, on, _above = item.sides
    scale = 50 / reach
    x = 50 - (below + on / 2) * scale
    segments = []
    for index, point in enumerate(item.points):
        width = (point.share or 0) * scale
        tone = tone_of(index, len(item.points))
        segments.append(Segment(tone, round(x, 2), round(width, 2), point.share or 0))
        x += width
    return Bar(tuple(segment for segment in segments if segment.width))


ROW = 34  # pixels: a label above its bar


@dataclass(frozen=True)
class ChoiceBar:
    """One choice of a list, as a bar from the left edge: `width` in percent, the rest in pixels."""

    label: str
    share: float
    width: float
    label_y: int
    bar_y: int


@dataclass(frozen=True)
class ChoiceBars:
    rows: tuple[ChoiceBar, ...]

    @property
    def height(self) -> int:
        return ROW * len(self.rows)


def choice_bars(item: ItemResult) -> ChoiceBars | None:
    """The bars of a single or multiple choice, in its own order; None where nobody answered."""
    if item.points or not item.answered:
        return None
    rows = tuple(
        ChoiceBar(
            choice.label,
            choice.share or 0,
            round((choice.share or 0) * 100, 2),
            ROW * index + 13,
            ROW * index + 18,
        )
        for index, choice in enumerate(item.choices)
    )
    return ChoiceBars(rows)


def tone_of(index: int, points: int) -> str:
    """The class of a point's colour: how far from the middle, and on which side."""
    distance = index - (points - 1) / 2
    if not distance:
        return "mid"
    outer = abs(distance) > (points - 1) / 4
    return f"{'no' if distance < 0 else 'yes'}{2 if outer else 1}"
