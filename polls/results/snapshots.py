"""Readers' answers beside the statements in the article: a dated snapshot, once a minute at most.

The article's page is the same for everybody and cached by all, so it shows them only where results
are public to all, and its tag changes at most once a minute.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from polls.lib.caching import kept
from polls.models import Edition

from .access import has_public_results
from .grid import FEWEST
from .pages import Figure, draw
from .pictures import reach
from .postcard_text import CardMeta, card_meta
from .queries import results

SECONDS = 60


@dataclass(frozen=True)
class Snapshot:
    """The figures of each statement that has enough opinions, by its number."""

    by_statement: Mapping[int, tuple[Figure, ...]]
    at: datetime
    digest: str
    simulated: bool
    card: CardMeta


def snapshot(edition: Edition) -> Snapshot | None:
    """What the article shows now, or None where results are not public to all."""
    return _snapshot(edition) if has_public_results(edition) else None


@kept(SECONDS)
def _snapshot(edition: Edition) -> Snapshot:
    figures = results(edition)
    width = reach(figures.items)
    drawn = {
        statement.number: draw(
            figures,
            [item for item in figures.about(statement.number) if item.with_opinion >= FEWEST],
            width,
        )
        for statement in edition.statements
    }
    shown = {number: found for number, found in drawn.items() if found}
    return Snapshot(
        shown, figures.at, figures.identity.digest, figures.simulated, card_meta(figures)
    )
