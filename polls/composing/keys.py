"""Reads the front matter's mappings key by key, and gathers every mistake instead of stopping.

A value that is wrong gives an empty or first allowed one back, so that reading goes on; the
caller looks at the list of mistakes in the end.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any, TypeVar

AllowedT = TypeVar("AllowedT", bound=str)
DatedT = TypeVar("DatedT", bound=date)

DAY = re.compile(r"\d{4}-\d\d-\d\d")
MOMENT = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)?)?")
WEB_ADDRESS = re.compile(r"https?://[^\s/?#]+\S*", re.IGNORECASE)


class Keys:
    """One mapping; `where` says which one in messages ("statement 2"), "" for the outermost."""

    def __init__(self, value: Any, where: str, longest: Mapping[str, int], mistakes: list[str]):
        """`longest` names the keys that are known, and how long their text may be (0: no text)."""
        self.where, self.longest, self.mistakes = where, longest, mistakes
        self.readable = isinstance(value, dict)
        self.values: dict[Any, Any] = value if isinstance(value, dict) else {}
        if not self.readable:
            self.mistake("expected keys and values here, one `key: value` in a line")
        for key in self.values:
            if key not in longest:
                self.mistake(f"unknown key {_shown(key)}{_did_you_mean(key, longest)}")

    def mistake(self, message: str) -> None:
        self.mistakes.append(f"{self.where}: {message}" if self.where else message)

    def wrong(self, key: str, value: Any, expected: str) -> None:
        self.mistake(f'"{key}" is {_shown(value)}; expected {expected}')

    def text(self, key: str, *, required: bool = False) -> str:
        value = self.values.get(key)
        if isinstance(value, str) and value.strip():
            text, most = value.strip(), self.longest[key]
            if len(text) > most:
                self.mistake(f'"{key}" has {len(text)} characters; at most {most} are possible')
            return text
        if not (value is None or isinstance(value, str)):
            self.wrong(key, value, "text")
        elif required and self.readable:
            self.mistake(f'"{key}" is missing')
        return ""

    def choice(self, key: str, allowed: tuple[AllowedT, ...], default: AllowedT | None) -> AllowedT:
        """One of a few words; without a default the key is required."""
        value = self.values.get(key)
        found = next((word for word in allowed if word == value), None)
        expected = " or ".join(f'"{word}"' for word in allowed)
        if value is not None and found is None:
            self.wrong(key, value, expected)
        elif value is None and default is None and self.readable:
            self.mistake(f'"{key}" is missing; expected {expected}')
        return found or default or allowed[0]

    def day(self, key: str) -> date | None:
        return self._dated(key, DAY, date.fromisoformat, "a day such as 2025-01-23")

    def moment(self, key: str) -> datetime | None:
        """A time; without an offset it stays naive, for the caller's time zone."""
        expected = "a time such as 2025-01-23 08:00"
        return self._dated(key, MOMENT, datetime.fromisoformat, expected)

    def _dated(
        self, key: str, shape: re.Pattern[str], read: Callable[[str], DatedT], expected: str
    ) -> DatedT | None:
        value = self.values.get(key)
        if value is None:
            return None
        with suppress(ValueError):  # the 31st of February
            if isinstance(value, str) and shape.fullmatch(value):
                return read(value)
        self.wrong(key, value, expected)
        return None

    def number(self, key: str, default: int) -> int:
        value = self.values.get(key)
        if value is None:
            return default
        if isinstance(value, str) and re.fullmatch(r"[1-9][0-9]{0,5}", value):
            return int(value)
        self.wrong(key, value, "a whole number from 1 to 999999")
        return default

    def address(self, key: str) -> str:
        value = self.text(key)
        if value and not WEB_ADDRESS.fullmatch(value):
            self.wrong(key, value, "an address that begins with https:// or http://")
        return value

    def within(self, key: str, longest: Mapping[str, int]) -> "Keys":
        """The mapping under a key; one without values where the key is left out."""
        value = self.values.get(key)
        where = f"{self.where}, {key}" if self.where else key
        found = Keys({} if value is None else value, where, longest, self.mistakes)
        # What is missing in an unreadable mapping was named with it.
        found.readable = found.readable and self.readable
        return found

    def each(self, key: str, name: str, longest: Mapping[str, int]) -> Iterator["Keys"]:
        """The mappings of a list, called `name` 1, 2…; none where the key is left out."""
        value = self.values.get(key)
        if not (value is None or isinstance(value, list)):
            self.wrong(key, value, "a list, each entry beginning with a hyphen")
            return
        outer = f"{self.where}, " if self.where else ""
        for number, entry in enumerate(value or [], start=1):
            yield Keys(entry, f"{outer}{name} {number}", longest, self.mistakes)


def _shown(value: Any) -> str:
    """A value in a message: short, and never a structure (it may be huge)."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    text = str(value)
    return f'"{text[:40]}…"' if len(text) > 40 else f'"{text}"'


def _did_you_mean(key: Any, known: Mapping[str, int]) -> str:
    close = get_close_matches(str(key)[:40], known, n=1)
    if close:
        return f'; did you mean "{close[0]}"?'
    return f"; known are {', '.join(known)}"
