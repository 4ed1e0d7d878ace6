"""What a simulated text is made of. The fragments of each language stand in a module of their own.

`{speaker}` stands for the name of who made a statement. No fragment puts words in anybody's mouth:
each is the opinion of an invented reader.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Stance = Literal["doubts", "wavers", "trusts"]


@dataclass(frozen=True)
class Phrases:
    """Fragments of one language; those by stance fit a reader who doubts, wavers or trusts."""

    openings: tuple[str, ...]
    claims: Mapping[Stance, tuple[str, ...]]
    reasons: Mapping[Stance, tuple[str, ...]]
    endings: tuple[str, ...]
    short: Mapping[Stance, tuple[str, ...]]
    # By the key of the rule that they break (migration 0002); none has a `{speaker}`.
    rejectable: Mapping[str, tuple[str, ...]]
    # For an article whose statements name nobody.
    nobody: str
