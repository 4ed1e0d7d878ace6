"""Paragraphs and sentences of plain text, as pieces of the source, which is never changed.

Text copied out of a page often loses its line breaks: one paragraph's last sentence then stands
glued to the next one's first word ("tout le pays.Cependant"). Those breaks are restored. Where a
dot may belong to a name (J.Dupont, U.S.A, xAI.Co), it is left alone.
"""

import re

from .findings import Span
from .languages import ABBREVIATIONS, DOMAIN_ENDINGS, SENTENCE_OPENERS
from .quotation import Role, straight_role

# One pass over the source. Each alternative eats its whole run, so that time stays linear.
SCAN = re.compile(
    r"(?P<newline>\r\n?|[\n\v\f\x85\u2028\u2029])"
    r"|(?P<link>(?:https?://|www\.)\S+)"
    r'|(?P<lost>"")'
    r'|(?P<end>[.?!…]++(?:[»”›)\]]|[«“„‹(][ \u00a0\u202f]?|"(?!"))*+)'
    r'|(?P<mark>["»”])'
)
SENTENCE_END = re.compile(r'[.?!…]++(?:["»”›’)\]]|[ \u00a0\u202f][»”›])*+\s++')
OPENING_MARKS = frozenset("«“„‹(")
BEGINS_SENTENCE = frozenset('«“„‹"(¿¡—–')
WORD_BEFORE = re.compile(r"[^\W_]+\Z")
WORD_AFTER = re.compile(r"([^\W\d_]{1,30})(\S?)")
INVERTED_VERB = re.compile(r"[^\W\d_]{1,30}-(?:t-)?(?:vous|ils?|elles?|on|nous|je|tu|ce)\b", re.I)
E_MAIL = re.compile(r"[\w.+-]{1,64}@")
ONE_LETTER_WORDS = frozenset("ÀAIYÔ")


def paragraphs(source: str, start: int = 0) -> tuple[list[Span], int]:
    """The paragraphs from `start` on, without blank ones, and how many breaks were restored."""
    found: list[Span] = []
    begin, restored, quoted = start, 0, False
    for mark in SCAN.finditer(source, start):
        if mark["newline"]:
            found.append(Span(begin, mark.start()))
            begin, quoted = mark.end(), False
        elif mark["end"] or mark["mark"]:
            cut, quoted = _cut(source, mark, quoted)
            if cut is not None:
                found.append(Span(begin, cut))
                begin, restored = cut, restored + 1
    found.append(Span(begin, len(source)))
    trimmed = (trim(source, span) for span in found)
    return [span for span in trimmed if span.start < span.end], restored


def sentences(source: str, paragraph: Span) -> list[Span]:
    """The sentences of a paragraph, each trimmed."""
    found: list[Span] = []
    begin = paragraph.start
    for mark in SENTENCE_END.finditer(source, *paragraph):
        after = source[mark.end() : mark.end() + 1]
        if mark.end() == paragraph.end or not (
            after.isupper() or after.isdigit() or after in BEGINS_SENTENCE
        ):
            continue
        if mark[0].rstrip() == "." and _belongs_to_name(source, mark.start(), mark.end()):
            continue
        found.append(trim(source, Span(begin, mark.end())))
        begin = mark.end()
    return [*found, trim(source, Span(begin, paragraph.end))]


def trim(source: str, span: Span) -> Span:
    """The span without the white space at its ends."""
    text = source[span.start : span.end]
    start = span.start + len(text) - len(text.lstrip())
    return Span(start, start + len(text.strip()))


def _cut(source: str, mark: re.Match[str], quoted: bool) -> tuple[int | None, bool]:
    """Where a break is to be restored in or after this mark, and whether a quotation is open.

    A straight quotation mark between a sentence's end and a capital ends the quotation that is
    open, or begins the next paragraph where none is.
    """
    cut = mark.start()
    for at in range(mark.start(), mark.end()):
        if source[at] == '"':
            role = straight_role(source, at, Span(0, len(source)))
            closes = role is Role.CLOSING or (role is Role.NEITHER and quoted)
            quoted = not closes and (role is Role.OPENING or bool(mark["end"]))
            if not closes:
                break
        elif source[at] in OPENING_MARKS:
            break
        cut = at + 1
    glued = cut > mark.start() and source[mark.end() : mark.end() + 1].isupper()
    if not glued or E_MAIL.match(source, mark.end()):
        return None, quoted
    if mark[0] == "." and _belongs_to_glued_name(source, mark.start()):
        return None, quoted
    return cut, quoted


def _belongs_to_glued_name(source: str, dot: int) -> bool:
    """Whether the dot between two letters is part of a name: J.Dupont, U.S.A, Ph.D, xAI.Co."""
    after = WORD_AFTER.match(source, dot + 1)
    if after is None:
        return True
    word, sign = after.groups()
    if len(word) == 1 and sign not in ("'", "’") and (sign or word not in ONE_LETTER_WORDS):
        return True
    return word.casefold() in DOMAIN_ENDINGS or _belongs_to_name(source, dot, dot + 1)


def _belongs_to_name(source: str, dot: int, following: int) -> bool:
    """Whether the dot is that of an initial, an abbreviation or a number in a list."""
    before = WORD_BEFORE.search(source[max(0, dot - 20) : dot])
    if before is None:
        return False
    word = before[0]
    if word.isdigit() and len(word) < 3:
        return source[dot - len(word) - 1 : dot - len(word)] in ("", "\n", "\r")
    # A lone X is the platform far more often than it is an initial.
    if word not in ABBREVIATIONS and (len(word) > 1 or not word.isupper() or word == "X"):
        return False
    after = WORD_AFTER.match(source, following)
    opens = after is not None and after[1].casefold() in SENTENCE_OPENERS
    return not opens and INVERTED_VERB.match(source, following) is None
