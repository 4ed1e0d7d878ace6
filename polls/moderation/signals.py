"""What a moderator is pointed to in a text, found when it comes in."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Found:
    """The signals as `Opinion.signals` keeps them, and the two numbers that near repeats share."""

    signals: str = ""
    echo_a: int = 0
    echo_b: int = 0


def found(text: str, language: str, others: Iterable[str] = ()) -> Found:
    """The signals of a text in a survey's language, with `others` that are known already."""
    keys = [str(key) for key in others]
    return Found(f" {' '.join(keys)} " if keys else "")
