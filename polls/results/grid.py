"""The statements placed by credibility (across) and relevance (upward).

A place is the share of opinions above the middle of the scale, and is drawn from FEWEST opinions on
each of the two items: below that a handful of readers would move it across the picture.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import hypot

from polls.models import Question

from .queries import ItemResult, Results

FEWEST = 30

# The picture on a phone, in pixels: what is told apart there is told apart everywhere.
WIDTH, HEIGHT = 290, 256
# Where a number may stand, from its point: the middle of its foot, in pixels, the best first.
BESIDE = ((15, 5), (-15, 5), (0, -12), (0, 22), (14, -8), (-14, -8), (14, 18), (-14, 18))
MIDDLE = 5  # pixels from the foot of a number to its middle
EDGE = 8  # pixels that a number keeps from the frame


@dataclass(frozen=True)
class Place:
    """A statement's place: both shares between 0 and 1, and the opinions that each rests on."""

    number: int
    credible: float
    relevant: float
    credible_opinions: int
    relevant_opinions: int
    beside: tuple[int, int] = BESIDE[0]
    """Where its number stands, from the point, in pixels."""

    @property
    def x(self) -> float:
        """Percent of the picture's width, from the left."""
        return round(self.credible * 100, 2)

    @property
    def y(self) -> float:
        """Percent of the picture's height, from the top, as SVG counts."""
        return round((1 - self.relevant) * 100, 2)


@dataclass(frozen=True)
class Grid:
    places: tuple[Place, ...]
    # Statements that were asked both ways and have too few opinions to be placed.
    waiting: tuple[int, ...]


def grid(figures: Results, statements: Sequence[int]) -> Grid | None:
    """The grid of an edition's statements; None where no statement is asked both ways."""
    places, waiting = [], []
    for number in statements:
        by_aspect = {item.aspect: item for item in figures.about(number)}
        credible = by_aspect.get(Question.Aspect.CREDIBILITY)
        relevant = by_aspect.get(Question.Aspect.RELEVANCE)
        if credible is None or relevant is None:
            continue
        place = _place(number, credible, relevant)
        if place is None:
            waiting.append(number)
        else:
            places.append(place)
    return Grid(tuple(numbered(places)), tuple(waiting)) if places or waiting else None


def numbered(places: Sequence[Place]) -> list[Place]:
    """Give each number the side on which it is farthest from all other points and numbers."""
    points = [_pixels(place) for place in places]
    numbers: list[tuple[float, float]] = []
    found = []
    for index, place in enumerate(places):
        others = [*points[:index], *points[index + 1 :], *numbers]
        best = max(BESIDE, key=lambda side: _room(_at(points[index], side), others))
        numbers.append(_at(points[index], best))
        found.append(replace(place, beside=best))
    return found


def _pixels(place: Place) -> tuple[float, float]:
    return place.x / 100 * WIDTH, place.y / 100 * HEIGHT


def _at(point: tuple[float, float], side: tuple[int, int]) -> tuple[float, float]:
    """The middle of a number on a side of its point."""
    return point[0] + side[0], point[1] + side[1] - MIDDLE


def _room(at: tuple[float, float], others: Sequence[tuple[float, float]]) -> float:
    """How far a number is from the nearest of the others, up to what is enough; outside, none."""
    if not (EDGE <= at[0] <= WIDTH - EDGE and EDGE <= at[1] <= HEIGHT - EDGE):
        return -1
    return min([24.0, *(hypot(at[0] - x, at[1] - y) for x, y in others)])


def _place(number: int, credible: ItemResult, relevant: ItemResult) -> Place | None:
    if min(credible.with_opinion, relevant.with_opinion) < FEWEST:
        return None
    if credible.sides is None or relevant.sides is None:
        return None
    return Place(
        number,
        credible.sides[2],
        relevant.sides[2],
        credible.with_opinion,
        relevant.with_opinion,
    )
