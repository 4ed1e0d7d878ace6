"""The figures on the picture: Likert items as diverging bars, or the choices of a list as bars."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from .card import ChoiceRows, Part, Postcard, ScaleRow
from .marks import (
    INK,
    LEFT,
    ON_INNER,
    ON_OUTER,
    RIGHT,
    ROOM,
    RULE,
    SMALLEST,
    SOFT,
    TONES,
    Marks,
    Rect,
    Text,
    one_line,
    shown,
)
from .typeset import LEADING, fit, width

HEADING = 24


@dataclass(frozen=True)
class Measures:
    """One item has the room that two share."""

    wordings: tuple[int, ...]
    wording_height: float
    share: int
    label: int
    line: int
    bar: int
    point: int  # the labels below the bar
    aside: int  # the column of the shares of all answers, left of the bar


TIGHT = Measures((27, 25, 23, 20), 48, 25, 22, 27, 44, 21, 408)
ROOMY = Measures((34, 31, 28, 24), 84, 40, 26, 48, 76, 23, 480)


def scale_rows(card: Postcard, top: float, room: float) -> Marks:
    measures = TIGHT if len(card.scales) > 1 else ROOMY
    if any(row.parts for row in card.scales):
        yield from _headings(card, top, measures)
        top, room = top + HEADING + 8, room - HEADING - 8
    each = room / len(card.scales)
    for index, row in enumerate(card.scales):
        yield from _scale(row, round(top + each * index), each, measures)


def _headings(card: Postcard, top: float, measures: Measures) -> Marks:
    """What the percentages below are shares of."""
    right = LEFT + measures.aside
    for x, base, room in zip((LEFT, right), card.bases, (right - LEFT, RIGHT - right), strict=True):
        set_in = one_line(base, "bold", room - 16, 22, 20, SMALLEST)
        yield Text(set_in.lines[0], x, top + HEADING, set_in.size, "bold")


def _scale(row: ScaleRow, top: float, room: float, measures: Measures) -> Marks:
    yield Rect((LEFT, top, RIGHT, top + 1), RULE)
    wording = _wording(row.wording, measures.wordings, measures.wording_height)
    left = room - wording[-1].y
    if row.parts:
        # Three lines, and beside them the bar with its labels; what is left is spread.
        line = min(measures.line, (left - 10) / 3)
        slack = left - 3 * line - 10
    else:
        line, slack = measures.line, left - 60
    for text in wording:
        yield replace(text, y=round(top + text.y + slack / 4))
    y = top + wording[-1].y + slack / 2 + line
    if not row.parts:
        yield Text(row.sentence, LEFT, round(y + 10), measures.label + 2, fill=SOFT)
        return
    yield from _of_all(row, y, line, measures)
    height = min(measures.bar, round(2.6 * line) - measures.point)
    yield from _bar(row.parts, round(y - line * 0.6), height, measures)


def _of_all(row: ScaleRow, y: float, line: float, measures: Measures) -> Marks:
    widest = max(width(share.share, "bold", measures.share) for share in row.of_all)
    indent = round(max(measures.share * 2.8, widest + 14))
    for index, share in enumerate(row.of_all):
        baseline = round(y + line * index)
        yield Text(share.share, LEFT, baseline, measures.share, "bold")
        wide = measures.aside - indent - 20
        sizes = range(measures.label, SMALLEST - 1, -1)
        label = one_line(share.label, "regular", wide, *sizes)
        yield Text(label.lines[0], LEFT + indent, baseline, label.size)


def _wording(wording: str, sizes: Sequence[int], height: float) -> list[Text]:
    """An item's wording from the top of its row."""
    found = fit(shown(wording), "bold", room=ROOM, sizes=sizes, lines=3, height=height)
    y, texts = 1.0, []
    for line in found.lines:
        y += found.size * LEADING
        texts.append(Text(line, LEFT, round(y), found.size, "bold"))
    return texts


def _bar(parts: Sequence[Part], top: int, height: int, measures: Measures) -> Marks:
    """A diverging bar; a share that its segment has no room for stands with the label below."""
    left = LEFT + measures.aside
    scale, labels = (RIGHT - left) / 100, []
    for part in parts:
        begin, end = left + part.x * scale, left + (part.x + part.width) * scale
        # A pixel of paper apart, and never nothing: who answered so is to be seen.
        right = max(round(end) - 1, round(begin) + 1)
        yield Rect((round(begin), top, right, top + height), TONES[part.tone])
        size = _size(part.share, end - begin - 8, measures)
        if size:
            fill = ON_OUTER if part.tone in ("no2", "yes2") else ON_INNER
            y = round(top + height / 2 + size * 0.35)
            yield Text(part.share, (begin + end) / 2, y, size, "bold", fill, "m")
        label = shown(part.label) + ("" if size else f" ({part.share})")
        labels.append(_Label(label, measures.point, begin, end))
    middle = (left + RIGHT) / 2
    yield Rect((middle - 1, top - 3, middle + 1, top), INK)
    yield Rect((middle - 1, top + height, middle + 1, top + height + 5), INK)
    yield from _labels(labels, left, top + height + measures.point + 4)


def _size(share: str, room: float, measures: Measures) -> int:
    """The size in which a share fits its segment; 0 where none does."""
    sizes = (measures.label + 1, 20)
    return next((size for size in sizes if width(share, "bold", size) <= room), 0)


@dataclass(frozen=True)
class _Label:
    text: str
    size: int
    begin: float
    end: float

    @property
    def width(self) -> float:
        return width(self.text, "regular", self.size)


GAP = 14


def _labels(labels: list[_Label], left: float, y: float) -> Marks:
    """All on one line, each under its segment as far as the others let it.

    The first and the last reach outward, where nothing else is. Where there are too many, those of
    the narrowest inner segments go: the scale's ends and its order say what they are.
    """
    room = RIGHT - left
    while len(labels) > 2 and sum(label.width + GAP for label in labels) - GAP > room:
        narrowest = min(labels[1:-1], key=lambda label: label.end - label.begin)
        labels = [label for label in labels if label is not narrowest]
    if sum(label.width + GAP for label in labels) - GAP > room:
        each = room / len(labels) - GAP
        labels = [
            replace(label, text=one_line(label.text, "regular", each, label.size).lines[0])
            for label in labels
        ]
    starts = _starts(labels)
    edge = left
    for index, label in enumerate(labels):
        starts[index] = max(starts[index], edge)
        edge = starts[index] + label.width + GAP
    edge = RIGHT
    for index in reversed(range(len(labels))):
        starts[index] = min(starts[index], edge - labels[index].width)
        edge = starts[index] - GAP
    for label, start in zip(labels, starts, strict=True):
        yield Text(label.text, round(start), y, label.size)


def _starts(labels: Sequence[_Label]) -> list[float]:
    starts = [(label.begin + label.end - label.width) / 2 for label in labels]
    if len(labels) > 1:
        starts[0] = min(starts[0], labels[0].end - labels[0].width)
        starts[-1] = max(starts[-1], labels[-1].begin)
    return starts


def choice_rows(rows: ChoiceRows, base: str, top: float, room: float) -> Marks:
    yield Rect((LEFT, top, RIGHT, top + 1), RULE)
    wording = _wording(rows.wording, TIGHT.wordings, TIGHT.wording_height)
    yield from (replace(text, y=text.y + top) for text in wording)
    y = top + wording[-1].y + HEADING + 4
    yield Text(base, LEFT, y, 22, "bold")
    if rows.others:
        yield Text(rows.others, RIGHT, y, 20, fill=SOFT, anchor="r")
    y += 8
    each = min(52, (top + room - y) / len(rows.choices))
    for index, choice in enumerate(rows.choices):
        line = round(y + each * index + each / 2 + 8)
        label = one_line(choice.label, "regular", 400, 24, 22, 20, SMALLEST)
        yield Text(label.lines[0], LEFT, line, label.size)
        begin, longest = LEFT + 424, ROOM - 424 - 96
        end = begin + max(2, round(longest * choice.width / 100))
        yield Rect((begin, line - 21, end, line + 7), TONES["yes2"])
        yield Text(choice.share, end + 12, line, 24, "bold")
