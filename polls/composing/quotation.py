"""Finds quotations that were lost and quotation marks without a partner.

A straight mark (") doesn't say which side of a quotation it is on, so a pair is never made by
counting: that would present as somebody's words what nobody said. Where the marks don't decide
it, each is reported and a person looks into the source.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from enum import Enum

from django.utils.translation import gettext as _

from .drafts import Finding
from .findings import Places, Span

# The left-hand marks and what may close each (German closes „ with “, Polish with ”).
CLOSED_BY = {"«": "»", "“": "”", "„": "“”", "‹": "›"}
# The first alternatives are empty pairs. A straight pair around spaces is empty only where the
# first mark can't be the end of one quotation and the second the beginning of another.
MARK = re.compile(
    r'(?P<lost>""|«\s*+»|“\s*+”|„\s*+[“”]|‹\s*+›|(?<![^\s(])"[^\S\r\n]++"(?=[\s.,;:!?)]|\Z))'
    r'|["«»“”„‹›]'
)
# What a quotation may directly follow, besides a space: l'"IA", ("non"), —"Oui", **"mot"**
BEFORE_OPENING = frozenset("([{'’‘«“‹—–-*_/")
BRACKETS = frozenset("([{«“‹")
# A blank line, or the beginning of a heading or of an item in a list.
BLOCK_BREAK = re.compile(r"\n[ \t\r>]*\n|\n(?= {0,3}(?:#{1,6}|[-+*]|\d{1,9}[.)])[ \t])")


class Role(Enum):
    OPENING = "opening"
    CLOSING = "closing"
    NEITHER = "neither"


def straight_role(source: str, at: int, within: Span) -> Role:
    """Which side of a quotation the straight mark at `at` is on, by its neighbours alone."""
    before = source[at - 1] if at > within.start else " "
    after = source[at + 1] if at + 1 < within.end else " "
    opens = (before.isspace() or before in BEFORE_OPENING) and not after.isspace()
    closes = not before.isspace() and (
        after.isspace() or unicodedata.category(after).startswith("P")
    )
    if opens and closes:  # between two signs: ("…), 'mot'".
        return Role.OPENING if before in BRACKETS else Role.CLOSING
    if opens:
        return Role.OPENING
    return Role.CLOSING if closes else Role.NEITHER


def quotation_findings(markdown: str) -> list[Finding]:
    """Every lost quotation and unpaired mark of an article's Markdown, in the order of the text."""
    return findings_in(Places(markdown), markdown_paragraphs(markdown))


def markdown_paragraphs(source: str, start: int = 0) -> list[Span]:
    """The blocks of Markdown from `start` on within which a quotation may run over lines."""
    found: list[Span] = []
    for mark in BLOCK_BREAK.finditer(source, start):
        found.append(Span(start, mark.start()))
        start = mark.end()
    return [*found, Span(start, len(source))]


def findings_in(places: Places, paragraphs: Iterable[Span]) -> list[Finding]:
    """Every lost quotation and unpaired mark of these paragraphs, in the order of the text.

    A quotation is looked for within its paragraph only: a pair across two would swallow what
    stands between.
    """
    return [finding for paragraph in paragraphs for finding in _in_paragraph(places, paragraph)]


def _in_paragraph(places: Places, paragraph: Span) -> list[Finding]:
    lost: list[Span] = []
    straight: list[int] = []
    directed: list[int] = []
    for mark in MARK.finditer(places.source, *paragraph):
        if mark["lost"]:
            lost.append(Span(*mark.span()))
        else:
            (straight if mark[0] == '"' else directed).append(mark.start())
    alone = _alone_straight(places.source, straight, paragraph)
    alone += _alone_directed(places.source, directed)
    found = [places.finding("lost_quotation", place, _lost()) for place in lost]
    found += [places.finding("unpaired_mark", Span(at, at + 1), _unpaired()) for at in alone]
    return sorted(found, key=lambda finding: finding.offset or 0)


def _lost() -> str:
    return _(
        "An empty pair of quotation marks: the quotation is lost. Take its words from the source,"
        " or reword the sentence."
    )


def _unpaired() -> str:
    return _(
        "This quotation mark has no partner. Look up in the source where the quotation begins and"
        " ends; it isn’t closed by guess."
    )


def _alone_straight(source: str, marks: list[int], paragraph: Span) -> list[int]:
    """The straight marks that no other partners beyond doubt."""
    alone: list[int] = []
    waiting: int | None = None
    for at in marks:
        role = straight_role(source, at, paragraph)
        if role is Role.CLOSING and waiting is not None:
            waiting = None
            continue
        # A second opening, or a mark that may be one, leaves the first without a sure end.
        if waiting is not None:
            alone.append(waiting)
        waiting = at if role is Role.OPENING else None
        if waiting is None:
            alone.append(at)
    return alone if waiting is None else [*alone, waiting]


def _alone_directed(source: str, marks: list[int]) -> list[int]:
    """The marks with a direction (« “ „ ‹) that aren't closed, or close nothing."""
    alone: list[int] = []
    waiting: list[int] = []
    # How many marks wait that each sign would close: spares a search through a deep stack.
    closable: Counter[str] = Counter()
    for at in marks:
        sign = source[at]
        closes_low = sign == "“" and bool(waiting) and source[waiting[-1]] == "„"
        if sign in CLOSED_BY and not closes_low:
            waiting.append(at)
            closable.update(CLOSED_BY[sign])
        elif not closable[sign]:
            alone.append(at)
        else:
            while sign not in CLOSED_BY[source[waiting[-1]]]:
                closable.subtract(CLOSED_BY[source[waiting[-1]]])
                alone.append(waiting.pop())
            closable.subtract(CLOSED_BY[source[waiting.pop()]])
    return alone + waiting
