"""What a code opens that isn't an answer's."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Opened:
    """The page of what a code opens, to be rendered in its language."""

    template: str
    language: str
    context: dict[str, Any]
