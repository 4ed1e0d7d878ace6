"""Type for pictures: what the face can draw, how wide it is, and how a text is set in lines.

The face is TeX Gyre Pagella (`polls/fonts/LICENSE`), shipped so that every server draws alike. It
knows the Latin scripts and Greek. A text that it can't draw is left out rather than set in boxes.
Lengths are in pixels. No Django here.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

from PIL import ImageFont

FOLDER = Path(__file__).resolve().parents[2] / "fonts"
ELLIPSIS = "…"
# Breakable blanks only: `\s` would take the no-break spaces of French typography for them.
BLANKS = re.compile(r"[ \t\n\r\f\v\u2028\u2029]+")
# A line never begins with these, whichever blank was typed before them.
CLOSING = re.compile(r" (?=[?!:;»%])|(?<=«) ")
# Beyond this share of letters lost a text says something else than was written.
MOST_LOST = 1 / 3
# The Unicode standard promises that this is never a character: it is drawn as the missing glyph.
NO_CHARACTER = "\uffff"

Weight = Literal["regular", "bold"]


@cache
def face(weight: Weight, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FOLDER / f"texgyrepagella-{weight}.otf", size)


# From one picture of a survey to the next hardly a word changes.
@lru_cache(maxsize=8192)
def width(text: str, weight: Weight, size: int) -> float:
    return face(weight, size).getlength(text)


@lru_cache(maxsize=4096)
def _is_drawn(char: str) -> bool:
    if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn"}:
        return False  # controls of direction would turn the line around
    drawn = face("regular", 40)
    return bytes(drawn.getmask(char)) != bytes(drawn.getmask(NO_CHARACTER))


def printable(text: str) -> str:
    """What can be drawn of a text: a missing sign gives way to its plain form, or goes.

    Empty where so many letters are missing that what is left would be another text.
    """
    kept, letters, lost = [], 0, 0
    for char in unicodedata.normalize("NFC", BLANKS.sub(" ", text)):
        plain = char if _is_drawn(char) else _plain(char)
        if char.isalnum():
            letters += 1
            lost += not plain
        kept.append(plain)
    if not letters or lost > MOST_LOST * letters:
        return ""
    return CLOSING.sub("\u00a0", BLANKS.sub(" ", "".join(kept)).strip())


def _plain(char: str) -> str:
    return "".join(filter(_is_drawn, unicodedata.normalize("NFKD", char)))


@dataclass(frozen=True)
class Setting:
    """A text set in lines of one size."""

    lines: tuple[str, ...]
    size: int


def fit(
    text: str,
    weight: Weight,
    *,
    room: float,
    sizes: Sequence[int],
    lines: int = 1,
    height: float = 0,
    ending: str = ELLIPSIS,
) -> Setting:
    """The text in the first of `sizes` in which it takes at most `lines` lines of `room` each.

    `height` bounds all lines together, where it is given. Where not even the last size fits, the
    text is cut, at a word where there is one, and `ending` says so.
    """
    for size in sizes:
        most = _most(lines, height, size)
        words = _Words(text, weight, size, room)
        if len(words.lines(room)) <= most:
            return Setting(words.balanced(room), size)
    return Setting(words.cut(room, most, ending), size)


LEADING = 1.16


def _most(lines: int, height: float, size: int) -> int:
    return max(1, min(lines, int(height / (size * LEADING)))) if height else lines


class _Words:
    """The words of a text, each measured once; a word longer than a line is cut into pieces."""

    def __init__(self, text: str, weight: Weight, size: int, room: float) -> None:
        self.weight, self.size = weight, size
        self.space = width(" ", weight, size)
        # Whether a piece stands apart from the one before it, or goes on a cut word.
        self.pieces: list[tuple[str, float, bool]] = []
        for word in BLANKS.split(text):
            for index, piece in enumerate(self._pieces(word, room)):
                self.pieces.append((piece, width(piece, weight, size), not index))

    def _pieces(self, word: str, room: float) -> list[str]:
        pieces = []
        while len(word) > 1 and width(word, self.weight, self.size) > room:
            fitting = max(1, self._fitting(word, room))
            pieces.append(word[:fitting])
            word = word[fitting:]
        return [*pieces, word]

    def _fitting(self, word: str, room: float) -> int:
        """How many of its first letters fit."""
        low, high = 0, len(word)
        while low < high:
            middle = (low + high + 1) // 2
            if width(word[:middle], self.weight, self.size) <= room:
                low = middle
            else:
                high = middle - 1
        return low

    def lines(self, room: float) -> tuple[str, ...]:
        done: list[str] = []
        line, used = "", 0.0
        for piece, long, apart in self.pieces:
            gap = self.space if apart and line else 0
            if line and (used + gap + long > room or not apart):
                done.append(line)
                line, used = piece, long
            else:
                line, used = f"{line}{' ' if gap else ''}{piece}", used + gap + long
        return (*done, line)

    def balanced(self, room: float) -> tuple[str, ...]:
        """As many lines as needed and about as long as each other, as `text-wrap: balance`."""
        wanted = len(self.lines(room))
        low, high = max(long for _piece, long, _apart in self.pieces), room
        while high - low > 4:
            middle = (low + high) / 2
            if len(self.lines(middle)) > wanted:
                low = middle
            else:
                high = middle
        return self.lines(high)

    def cut(self, room: float, most: int, ending: str) -> tuple[str, ...]:
        lines = self.lines(room)[:most]
        last = lines[-1]
        while last and width(last + ending, self.weight, self.size) > room:
            last = last.rpartition(" ")[0] if " " in last else last[:-1]
        return (*lines[:-1], last.rstrip(" ,;:.\u00a0\u202f") + ending)
