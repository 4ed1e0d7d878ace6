"""What a picture says: every word and number of it, before it is drawn.

The picture, its alternative text and its ETag are all made from this one value, so that they can't
disagree. Its texts are in the language that was active when it was made.
"""

import hashlib
from dataclasses import dataclass

# To be raised with every change of the drawing, so that nobody keeps the old picture.
DRAWING = 1


@dataclass(frozen=True)
class Part:
    """A point of the scale in its bar: x and width in percent of the bar, share in words."""

    label: str
    tone: str
    x: float
    width: float
    share: str


@dataclass(frozen=True)
class Share:
    """A share in words, and whose it is."""

    share: str
    label: str


@dataclass(frozen=True)
class ScaleRow:
    """A Likert item: shares of all answers, and a bar of those with an opinion.

    Without an opinion there are neither, and only `sentence`, which says so.
    """

    wording: str
    sentence: str
    of_all: tuple[Share, ...]
    base: str
    points: tuple[Share, ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Choice:
    label: str
    share: str
    width: float


@dataclass(frozen=True)
class ChoiceRows:
    """The most frequent choices of a list, with their shares of all answers."""

    wording: str
    choices: tuple[Choice, ...]
    others: str


@dataclass(frozen=True)
class Said:
    """A statement: between quotation marks only where it is verbatim."""

    text: str
    marks: tuple[str, str]
    number: str
    speaker: str
    # When it was said, where that is known, and whether in these words.
    how: str

    @property
    def whole(self) -> str:
        return self.text.join(self.marks)


@dataclass(frozen=True)
class Postcard:
    site: str
    kicker: str
    headline: str
    said: Said | None
    answers: str
    # Without what was set aside, where a statement's line has no room for it.
    answers_brief: str
    scales: tuple[ScaleRow, ...]
    choices: ChoiceRows | None
    # What stands in the place of the bars where there is none to draw.
    empty: str
    # What the percentages are shares of: of the words beside the bars, and of the bars.
    bases: tuple[str, str]
    notice: tuple[str, str]
    simulated: tuple[str, str] | None
    # Where the figures stand, in full and in short.
    source: tuple[str, str]
    edition: str
    language: str
    drawing: int = DRAWING

    @property
    def digest(self) -> str:
        """The same for two pictures that show the same, and for them alone."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:32]
