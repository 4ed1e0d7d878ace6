"""What a picture is made of: boxes and lines of text, in the light palette of press.css.

Positions and sizes are in pixels from the upper left corner.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from .typeset import Setting, Weight, face, fit, printable

# As social networks show it, on a phone at less than half this size: hence the smallest type.
WIDTH, HEIGHT = 1200, 630
MARGIN = 56
LEFT, RIGHT = MARGIN, WIDTH - MARGIN
ROOM = RIGHT - LEFT
SMALLEST = 19

PAPER, INK, SOFT, RULE, TINT = "#fcfbf8", "#1b1a18", "#5f5b54", "#d8d3c8", "#f3f0e8"
ACCENT, ON_OUTER, ON_INNER = "#8c1d18", "#ffffff", "#1b1a18"
TONES = {
    "no2": "#9c3d1e",
    "no1": "#dba27f",
    "mid": "#d9d5cc",
    "yes1": "#86b3ad",
    "yes2": "#1f6f6b",
}

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Text:
    """A line of text on its baseline `y`; `x` is its left end, middle or right end (l, m, r)."""

    text: str
    x: float
    y: float
    size: int
    weight: Weight = "regular"
    fill: str = INK
    anchor: str = "l"

    @property
    def box(self) -> Box:
        """What its ink covers."""
        drawn = face(self.weight, self.size)
        left, top, right, bottom = drawn.getbbox(self.text, anchor=f"{self.anchor}s")
        return self.x + left, self.y + top, self.x + right, self.y + bottom


@dataclass(frozen=True)
class Rect:
    """A filled box: left, top, right, bottom."""

    box: Box
    fill: str


Marks = Iterator[Rect | Text]


def shown(text: str, otherwise: str = "…") -> str:
    """A text of the editors as far as it can be drawn; `otherwise` where it can't."""
    return printable(text) or otherwise


def one_line(text: str, weight: Weight, room: float, *sizes: int) -> Setting:
    return fit(shown(text), weight, room=room, sizes=sizes)
