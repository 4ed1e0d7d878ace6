"""The picture of the results in words, for whoever doesn't see it, and where it is."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from polls.lib.addresses import address_of
from polls.models import Statement

from .postcards.card import Postcard, ScaleRow
from .postcards.content import postcard
from .queries import Results


def alternative_text(figures: Results, statement: Statement | None = None) -> str:
    """What is seen, with every figure drawn and the identity notice, in the active language.

    It speaks of answers and never judges who is quoted. (A network may cut it: X at 420 signs.)
    """
    return " ".join(_sentences(postcard(figures, statement)))


def _sentences(card: Postcard) -> Iterator[str]:
    yield _opening(card)
    yield f"{card.answers}."
    for row in card.scales:
        yield from _scale(row, card.bases[0])
    if card.choices:
        rows = card.choices
        shares = [f"{choice.label} {choice.share}" for choice in rows.choices]
        yield rows.wording
        yield _listed(card.bases[0], [*shares, *filter(None, [rows.others])])
    if card.empty:
        yield card.empty
    yield from card.simulated or ()
    yield from card.notice
    yield f"{card.edition[:1].upper()}{card.edition[1:]}."


def _opening(card: Postcard) -> str:
    if card.said is None:
        return _("Picture: readers’ answers to “%(question)s”.") % {"question": card.headline}
    said = card.said
    attribution = ", ".join([said.number, said.speaker, said.how.replace(" · ", ", ")])
    values = {"attribution": attribution, "statement": said.whole}
    return _("Picture: readers’ answers on a statement. %(attribution)s: %(statement)s") % values


def _scale(row: ScaleRow, of_all: str) -> Iterator[str]:
    yield row.wording
    if row.of_all:
        yield _listed(of_all, [f"{share.share} {share.label}" for share in row.of_all])
    yield row.sentence
    if row.of_all:
        yield _listed(row.base, [f"{point.label} {point.share}" for point in row.points])


def _listed(of: str, shares: list[str]) -> str:
    return _("%(of)s: %(shares)s.") % {"of": of, "shares": ", ".join(shares)}


@dataclass(frozen=True)
class CardMeta:
    """What `polls/results/_card_meta.html` needs in the head of a page."""

    picture_url: str
    picture_alt: str


def card_meta(figures: Results, statement: Statement | None = None) -> CardMeta:
    """The picture's address and its alternative text, in the language that is active."""
    number = statement.number if statement else None
    return CardMeta(picture_url(figures.slug, number), alternative_text(figures, statement))


def release_meta(figures: Results, number: int) -> CardMeta:
    """The same for the page of a release."""
    address = address_of("release-picture", figures.slug, number)
    return CardMeta(address, alternative_text(figures))


def picture_url(slug: str, statement: int | None = None) -> str:
    """The whole address of a picture: networks fetch no relative one."""
    if statement is None:
        return address_of("results-picture", slug)
    return address_of("statement-picture", slug, statement)
