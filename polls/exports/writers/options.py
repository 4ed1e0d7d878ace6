from dataclasses import dataclass


@dataclass(frozen=True)
class Options:
    """What a format may be asked for; each reads what concerns it."""

    delimiter: str = "comma"
