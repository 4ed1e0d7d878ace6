"""The statements placed by credibility (across) and relevance (upward).

A place is the share of opinions above the middle of the scale, and is drawn from FEWEST opinions on
each of the two items: below that a handful of readers would move it across the picture.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from polls.models import Question

from .queries import ItemResult, Results

FEWEST = 30


@dataclass(frozen=True)
class Place:
    """A statement's place: both shares between 0 and 1, and the opinions that each rests on."""

    number: int
    credible: float
    relevant: float
    credible_opinions: int
    relevant_opinions: int

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
    return Grid(tuple(places), tuple(waiting)) if places or waiting else None


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
