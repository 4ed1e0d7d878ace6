"""From words that an editor selected in an article's Markdown to the passage of a statement."""

import re
from dataclasses import dataclass

from polls.lib.prose import Anchor, prose, texts

# Two characters of Unicode's private use stand around the selection while the text is parsed: so
# the parser itself says which words they are, whatever marks of Markdown lie between.
_START, _END = "\ue000", "\ue001"
_LINE_MARKS = re.compile(r"\s*(?:(?:>|#{1,6}|[-+*]|\d{1,9}[.)])\s+|>)*")
_EDGES = " \t\n\u00a0\u202f*_`"
_OPENING, _CLOSING = "«“‹", "»”›"
_QUOTES = _OPENING + _CLOSING + '"'
_BLANKS = " \t\n\u00a0\u202f"
_WORD = re.compile(r"\S+")
LONGEST_CONTEXT = 120  # as the database keeps it


@dataclass(frozen=True)
class Passage:
    """The words of a statement, and those around that tell two places of them apart."""

    exact: str
    prefix: str
    suffix: str
    verbatim: bool
    """Whether they stand in quotation marks or in a quotation."""


def passage(before: str, selected: str, after: str) -> Passage | None:
    """The passage that was selected between `before` and `after`, which are the rest of the text.

    None where it is no words of one paragraph: nothing, two paragraphs, half an address.
    """
    body = before + selected + after
    before, selected, after = _trimmed(before, selected, after)
    marked = before + _START + selected + _END + after
    text = next((text for text in texts(marked) if _START in text and _END in text), "")
    left, _mark, rest = text.partition(_START)
    exact, _mark, right = rest.partition(_END)
    left, exact, right = _without_quotes(left, exact, right)
    if not exact:
        return None
    in_block = before[before.rfind("\n") + 1 :].lstrip().startswith(">")
    prefix, suffix = _told_apart(body, left, exact, right)
    return Passage(_line(exact), prefix, suffix, in_block or _is_quoted(left, right))


def _trimmed(before: str, selected: str, after: str) -> tuple[str, str, str]:
    """Without the blanks and marks at its edges: what opens a line stays before the selection."""
    selected, after = _shift_end(selected, after)
    while selected:
        line = before[before.rfind("\n") + 1 :]
        marks = _LINE_MARKS.match(line + selected.partition("\n")[0])
        beyond = max(0, marks.end() - len(line)) if marks else 0
        beyond = beyond or len(selected) - len(selected.lstrip(_EDGES))
        if not beyond:
            break
        before, selected = before + selected[:beyond], selected[beyond:]
    return before, selected, after


def _shift_end(selected: str, after: str) -> tuple[str, str]:
    kept = selected.rstrip(_EDGES)
    return kept, selected[len(kept) :] + after


def _without_quotes(left: str, exact: str, right: str) -> tuple[str, str, str]:
    start = len(exact) - len(exact.lstrip(_QUOTES + _BLANKS))
    end = len(exact.rstrip(_QUOTES + _BLANKS))
    return left + exact[:start], exact[start:end], exact[max(start, end) :] + right


def _is_quoted(left: str, right: str) -> bool:
    """Whether a quotation is open before the words and closed after them."""
    if left.count('"') % 2 and '"' in right:
        return True
    opened = max(map(left.rfind, _OPENING))
    closed = max(map(left.rfind, _CLOSING))
    return opened > closed and any(mark in right for mark in _CLOSING)


def _line(text: str) -> str:
    return text.replace("\n", " ").strip()


def _told_apart(body: str, left: str, exact: str, right: str) -> tuple[str, str]:
    """The fewest words before and after that make the passage the only one of its kind."""
    befores = [_line(left[word.start() :]) for word in _WORD.finditer(left)][::-1]
    afters = [_line(right[: word.end()]) for word in _WORD.finditer(right)]
    for count in range(1 + max(len(befores), len(afters))):
        prefix, suffix = "".join(befores[count - 1 : count]), "".join(afters[count - 1 : count])
        tried = ((prefix, ""), ("", suffix), (prefix, suffix)) if count else (("", ""),)
        for found in tried:
            if max(map(len, found)) > LONGEST_CONTEXT:
                return "", ""
            if stands(body, exact, *found):
                return found
    return "", ""


def stands(body: str, exact: str, prefix: str = "", suffix: str = "") -> bool:
    """Whether the passage stands in exactly one place of the text."""
    found = prose(body, [Anchor(1, exact, prefix, suffix)])
    return not found.lost and not found.ambiguous
