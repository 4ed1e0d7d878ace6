"""What the results page shows, laid out from the figures; a release's page is laid out alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.http import Http404

from polls.models import Edition, PublishedReply

from .grid import FEWEST, grid
from .identity_wording import identity_lines, set_aside_lines
from .pictures import Bar, ChoiceBars, bar, choice_bars, reach
from .queries import ChoiceCount, ItemResult, OpinionPage, Results, opinions
from .wording import sentence


@dataclass(frozen=True)
class Figure:
    """An item with its sentence, its picture and, where answers were set aside, its raw counts."""

    item: ItemResult
    sentence: str
    bar: Bar | None
    bars: ChoiceBars | None
    raw: ItemResult | None

    @property
    def raw_sentence(self) -> str:
        """The same of everything received, where answers were set aside."""
        return sentence(self.raw) if self.raw and self.raw.points else ""

    @property
    def rows(self) -> list[tuple[ChoiceCount, ChoiceCount | None]]:
        """Each choice with the same choice of everything received."""
        raw = {choice.key: choice for choice in self.raw.choices} if self.raw else {}
        return [(choice, raw.get(choice.key)) for choice in self.item.choices]


class Said(Protocol):
    """A statement, of the article or of a release."""

    @property
    def number(self) -> int: ...
    @property
    def text(self) -> str: ...


@dataclass(frozen=True)
class StatementFigures:
    statement: Said
    figures: tuple[Figure, ...]
    replies: Sequence[PublishedReply] = ()


def draw(figures: Results, items: Sequence[ItemResult], width: float) -> tuple[Figure, ...]:
    """Items as figures whose bars share one reach, so that lengths compare."""
    has_raw = bool(figures.identity.set_aside)
    return tuple(
        Figure(
            item,
            sentence(item),
            bar(item, width),
            choice_bars(item),
            figures.raw_of(item) if has_raw else None,
        )
        for item in items
    )


def figures_context(
    figures: Results,
    statements: Sequence[Said],
    replies: Mapping[int, Sequence[PublishedReply]] | None = None,
) -> dict[str, Any]:
    """All that is drawn of one moment's figures, live or released, and beside them the rights of
    reply of now, by their statement's number: they may be newer than a release."""
    width = reach(figures.items)
    by_number = {statement.number: statement for statement in statements}
    drawn = grid(figures, list(by_number))
    return {
        "results": figures,
        "identity": identity_lines(figures.identity, figures.set_aside),
        "set_aside": set_aside_lines(figures),
        "figures": draw(figures, figures.on_the_whole, width),
        "profile": draw(figures, figures.profile, width),
        "statements": [
            StatementFigures(
                statement,
                draw(figures, figures.about(statement.number), width),
                (replies or {}).get(statement.number, ()),
            )
            for statement in statements
        ],
        "grid": drawn,
        "placed": [(place, by_number[place.number]) for place in drawn.places] if drawn else [],
        "unplaced": [by_number[number] for number in drawn.waiting] if drawn else [],
        "fewest": FEWEST,
    }


def texts_page(edition: Edition, page: int) -> OpinionPage:
    """A page of published opinions; one beyond the last is a 404."""
    texts = opinions(edition, page=page)
    if page > 1 and not texts.opinions:
        raise Http404
    return texts


def results_page(edition: Edition, figures: Results, texts: OpinionPage) -> dict[str, Any]:
    """The context of `polls/results/page.html`."""
    return {
        "edition": edition,
        "survey": edition.survey,
        "article": edition.article,
        "phase": edition.phase(),
        "opinions": texts,
        **figures_context(figures, edition.statements, edition.replies_to),
    }
