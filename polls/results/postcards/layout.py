"""Where everything stands on the picture: masthead, headline, figures, notice, source.

The layout is plain marks, so that a test can see that nothing leaves the picture or lies on
something else.
"""

from dataclasses import dataclass

from .card import Postcard, Said
from .marks import (
    ACCENT,
    INK,
    LEFT,
    PAPER,
    RIGHT,
    ROOM,
    SMALLEST,
    SOFT,
    TINT,
    WIDTH,
    Marks,
    Rect,
    Text,
    one_line,
    shown,
)
from .rows import choice_rows, scale_rows
from .typeset import LEADING, Setting, fit, printable, width

MAST = 60
NOTICE_TOP, NOTICE_BOTTOM, FOOT = 508, 584, 614


@dataclass(frozen=True)
class Layout:
    shapes: tuple[Rect, ...]
    texts: tuple[Text, ...]


def layout(card: Postcard) -> Layout:
    head = [*_said(card, card.said)] if card.said else [*_headline(card)]
    top = max(mark.y for mark in head if isinstance(mark, Text)) + 16
    marks = [*_masthead(card), *head, *_figures(card, top), *_notice(card), *_foot(card)]
    return Layout(
        tuple(mark for mark in marks if isinstance(mark, Rect)),
        tuple(mark for mark in marks if isinstance(mark, Text)),
    )


def _masthead(card: Postcard) -> Marks:
    right: float = RIGHT
    if card.simulated:
        label = card.simulated[0].rstrip(".")
        wide = round(width(label, "bold", 22)) + 28
        yield Rect((right - wide, 15, right, 50), ACCENT)
        yield Text(label, right - 14, 40, 22, "bold", PAPER, "r")
        right -= wide + 24
    yield Text(card.kicker, right, 41, 24, "bold", ACCENT, "r")
    right -= width(card.kicker, "bold", 24) + 24
    site = one_line(card.site, "bold", right - LEFT, 30, 26, 22)
    yield Text(site.lines[0], LEFT, 41, site.size, "bold")
    yield Rect((LEFT, MAST - 2, RIGHT, MAST), INK)


def _headline(card: Postcard) -> Marks:
    """The question, and below it how many answered."""
    sizes = (46, 43, 40, 37, 34, 31)
    text = shown(card.headline, card.kicker)
    setting = fit(text, "bold", room=ROOM, sizes=sizes, lines=3, height=108)
    y = float(MAST)
    for line in setting.lines:
        y += setting.size * LEADING
        yield Text(line, LEFT, round(y), setting.size, "bold")
    by = one_line(card.answers, "regular", ROOM, 24, 22, 20)
    yield Text(by.lines[0], LEFT, round(y) + 37, by.size, fill=SOFT)


def _said(card: Postcard, said: Said) -> Marks:
    """Beside a rule, as in the article: a wide one for verbatim words, a thin one for others."""
    y = float(MAST + 4)
    lines = _lines(said, height=98 if len(card.scales) > 1 else 170)
    for line in lines.lines:
        y += lines.size * LEADING
        yield Text(line, LEFT + 24, round(y), lines.size, "bold")
    y = round(y) + 37
    whole = width(f"{said.number} · {said.speaker} · {said.how}", "regular", 22)
    beside = ROOM - 48 - whole
    fits = width(card.answers, "regular", 20) <= max(beside, 0)
    answers = card.answers if fits else card.answers_brief
    counted = one_line(answers, "regular", ROOM / 2, 22, 20)
    yield Text(counted.lines[0], RIGHT, y, counted.size, fill=SOFT, anchor="r")
    room = ROOM - 24 - width(counted.lines[0], "regular", counted.size) - 24
    yield Text(_attribution(said, room), LEFT + 24, y, 22)
    yield Rect((LEFT, MAST + 18, LEFT + (6 if said.marks[0] else 2), y + 5), ACCENT)


def _lines(said: Said, height: float) -> Setting:
    """The statement between its marks; its number where it can't be drawn."""
    text, (opening, closing) = printable(said.text), said.marks
    if not text:
        return one_line(said.number, "bold", ROOM - 24, 42)
    found = fit(
        text,
        "bold",
        room=ROOM - 96,  # with its marks at both ends
        sizes=(42, 40, 37, 34, 31, 28),
        lines=6,
        height=height,
        ending=" […]" if opening else "…",
    )
    lines = list(found.lines)
    lines[0] = opening + lines[0]
    lines[-1] += closing
    return Setting(tuple(lines), found.size)


def _attribution(said: Said, room: float) -> str:
    """On one line; a long name is cut, and not whether it is verbatim."""
    around = width(f"{said.number} ·  · {said.how}", "regular", 22)
    speaker = one_line(said.speaker, "regular", room - around, 22).lines[0]
    return f"{said.number} · {speaker} · {said.how}"


def _figures(card: Postcard, top: float) -> Marks:
    room = NOTICE_TOP - 10 - top
    if card.scales:
        yield from scale_rows(card, top, room)
    elif card.choices:
        yield from choice_rows(card.choices, card.bases[0], top, room)
    else:
        yield Text(card.empty, WIDTH / 2, round(top + room / 2), 30, fill=SOFT, anchor="m")


def _notice(card: Postcard) -> Marks:
    """What these figures are not, in type that is read."""
    yield Rect((LEFT, NOTICE_TOP, RIGHT, NOTICE_BOTTOM), TINT)
    yield Rect((LEFT, NOTICE_TOP, LEFT + 5, NOTICE_BOTTOM), INK)
    room = ROOM - 40
    lead = fit(card.notice[0], "bold", room=room, sizes=(26, 24, 22))
    rest = fit(card.notice[1], "regular", room=room, sizes=(24, 23, 22, 21, 20))
    yield Text(lead.lines[0], LEFT + 24, NOTICE_TOP + 32, lead.size, "bold")
    yield Text(rest.lines[0], LEFT + 24, NOTICE_TOP + 64, rest.size)


def _foot(card: Postcard) -> Marks:
    """Where the whole identity card stands, and of which counts this is the picture."""
    edition = one_line(card.edition, "regular", ROOM * 0.7, SMALLEST)
    yield Text(edition.lines[0], RIGHT, FOOT, SMALLEST, fill=SOFT, anchor="r")
    room = ROOM - width(edition.lines[0], "regular", SMALLEST) - 24
    fitting = [each for each in card.source if width(each, "regular", SMALLEST) <= room]
    source = one_line([*fitting, card.source[-1]][0], "regular", room, SMALLEST)
    yield Text(source.lines[0], LEFT, FOOT, SMALLEST, fill=SOFT)
