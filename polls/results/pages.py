"""What the results page shows, laid out from the figures."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404

from polls.models import Edition, Statement

from .grid import FEWEST, grid
from .pictures import Bar, ChoiceBars, bar, choice_bars, reach
from .queries import ItemResult, Results, opinions
from .wording import sentence


@dataclass(frozen=True)
class Figure:
    """An item with its sentence and its picture."""

    item: ItemResult
    sentence: str
    bar: Bar | None
    bars: ChoiceBars | None


@dataclass(frozen=True)
class StatementFigures:
    statement: Statement
    figures: tuple[Figure, ...]


def results_page(edition: Edition, figures: Results, *, page: int) -> dict[str, Any]:
    """The context of `polls/results/page.html`; a page of opinions beyond the last is a 404."""
    width = reach(figures.items)

    def drawn(items: tuple[ItemResult, ...]) -> tuple[Figure, ...]:
        return tuple(
            Figure(item, sentence(item), bar(item, width), choice_bars(item)) for item in items
        )

    texts = opinions(edition, page=page)
    if page > 1 and not texts.opinions:
        raise Http404
    return {
        "edition": edition,
        "survey": edition.survey,
        "article": edition.article,
        "phase": edition.phase(),
        "results": figures,
        "figures": drawn(figures.on_the_whole),
        "statements": [
            StatementFigures(statement, drawn(figures.about(statement.number)))
            for statement in edition.statements
        ],
        "grid": grid(figures, [statement.number for statement in edition.statements]),
        "fewest": FEWEST,
        "opinions": texts,
    }
