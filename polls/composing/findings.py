"""Says where in a source something was found, in the ways that people and editors count."""

import re
from bisect import bisect_right
from typing import NamedTuple

from django.utils.translation import ngettext

from .drafts import Finding, FindingKind

AROUND = 30  # characters of context on each side
LONG = 80  # a longer place is cut in its context
MOST = 200  # findings kept: beyond, the source is no article and a list helps nobody
LINE_END = re.compile(r"\r\n?|\n")
BLANK = re.compile(r"\s")


class Span(NamedTuple):
    """A piece of the source, from `start` up to but without `end`."""

    start: int
    end: int


class Places:
    """Turns pieces of one source into findings with offset, line, column and context."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.line_starts = [0, *(mark.end() for mark in LINE_END.finditer(source))]

    def line_and_column(self, offset: int) -> tuple[int, int]:
        """Both counted from 1."""
        line = bisect_right(self.line_starts, offset)
        return line, offset - self.line_starts[line - 1] + 1

    def finding(self, kind: FindingKind, place: Span, message: str) -> Finding:
        line, column = self.line_and_column(place.start)
        return Finding(kind, place.start, line, column, self.context(place), message)

    def context(self, place: Span) -> str:
        """The place between ⟦ and ⟧, with the words around it, on one line."""
        first, last = max(0, place.start - AROUND), min(len(self.source), place.end + AROUND)
        before = self.source[first : place.start]
        found = self.source[place.start : place.end]
        if len(found) > LONG:
            found = found[:LONG] + "…"
        after = self.source[place.end : last]
        shown = f"{before}⟦{found}⟧{after}"
        left, right = "…" if first else "", "…" if last < len(self.source) else ""
        return left + BLANK.sub(" ", shown) + right


def note(message: str) -> Finding:
    """A finding about no place in particular."""
    return Finding("note", None, None, None, "", message)


def report(notes: list[Finding], marks: list[Finding]) -> tuple[Finding, ...]:
    """Notes first, then the marks in the order of the text, up to MOST of them."""
    count = len(marks)
    if count > MOST:
        message = ngettext(
            "%(count)d quotation mark to check; the first %(most)d are shown.",
            "%(count)d quotation marks to check; the first %(most)d are shown.",
            count,
        )
        notes = [*notes, note(message % {"count": count, "most": MOST})]
    return (*notes, *marks[:MOST])
