"""A question's choices as an editor types them: one a line, and what stands apart.

Keys are what answers are stored under. A choice keeps its own while its label stays or is only
reworded in its place; a new line gets one made from its words, or from its value on a scale.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from polls.models import Choice, Question

from .scales import NO_OPINION
from .slugs import slugify

LONGEST_KEY = 40


@dataclass(frozen=True)
class Lines:
    """The labels in their order, and that of “no opinion” ("" where there is none)."""

    labels: tuple[str, ...] = ()
    apart: str = ""

    @property
    def all(self) -> tuple[str, ...]:
        return (*self.labels, self.apart) if self.apart else self.labels


def split_lines(text: str) -> tuple[str, ...]:
    """The lines of a text field, without the empty ones."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def as_lines(kind: str, choices: Sequence[Choice]) -> Lines | None:
    """The choices as lines, or None where lines would lose something of them.

    On a scale the values follow from the order, 1 for the first; other values, or several choices
    without one, can't be said in lines.
    """
    apart = choices[-1] if choices and _stands_apart(kind, choices[-1]) else None
    points = choices[:-1] if apart else choices
    if [choice.value for choice in points] != _values(kind, len(points)):
        return None
    return Lines(tuple(choice.label for choice in points), apart.label if apart else "")


def planned(
    question: Question, before: Sequence[Choice], lines: Lines, ready: Mapping[str, str]
) -> list[Choice]:
    """The choices that the lines ask for, in order: those of before, and new ones without a pk.

    `ready` gives ready-made labels the key that they have everywhere.
    """
    values = [*_values(question.kind, len(lines.labels)), *([None] if lines.apart else [])]
    kept = _kept(before, lines.all)
    taken = {choice.key for choice in kept if choice}
    found = []
    for position, (label, value) in enumerate(zip(lines.all, values, strict=True), start=1):
        choice = kept[position - 1]
        if choice is None:
            is_apart = bool(lines.apart) and position == len(values)
            wishes = (ready.get(label, ""), NO_OPINION if is_apart else str(value or ""), label)
            choice = Choice(question=question, key=free_key(wishes, taken, "choice"))
            taken.add(choice.key)
        choice.label, choice.value, choice.position = label, value, position
        found.append(choice)
    return found


def free_key(wishes: Iterable[str], taken: set[str], otherwise: str) -> str:
    """The first wish that makes a key and isn't taken; else with a number behind it."""
    bases = [slugify(wish)[:LONGEST_KEY].strip("-") for wish in wishes]
    bases = [base for base in bases if base] or [otherwise]
    for base in bases:
        if base not in taken:
            return base
    stem = bases[-1][: LONGEST_KEY - 4].strip("-")
    return next(key for n in count(2) if (key := f"{stem}-{n}") not in taken)


def is_made_from(key: str, wish: str, otherwise: str = "question") -> bool:
    """Whether `free_key` gave the key to this wish, with a number behind it or without."""
    base = slugify(wish)[:LONGEST_KEY].strip("-") or otherwise
    stem = base[: LONGEST_KEY - 4].strip("-")
    return key == base or re.fullmatch(rf"{re.escape(stem)}-\d+", key) is not None


def _stands_apart(kind: str, choice: Choice) -> bool:
    return choice.value is None and (kind == Question.Kind.SCALE or choice.key == NO_OPINION)


def _values(kind: str, points: int) -> list[int | None]:
    return list(range(1, points + 1)) if kind == Question.Kind.SCALE else [None] * points


def _kept(before: Sequence[Choice], labels: Sequence[str]) -> list[Choice | None]:
    """For each label the choice that it was: of the same words, else of the same place."""
    rest = list(before)
    found: list[Choice | None] = []
    for label in labels:
        same = next((choice for choice in rest if choice.label == label), None)
        found.append(same)
        if same:
            rest.remove(same)
    for place, choice in enumerate(before):
        if choice in rest and place < len(labels) and found[place] is None:
            found[place] = choice
    return found
