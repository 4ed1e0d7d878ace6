"""Reads the front matter's mappings key by key, and gathers every mistake instead of stopping.

A value that is wrong gives an empty or first allowed one back, so that reading goes on; the
caller looks at the list of mistakes in the end.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any, TypeVar

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

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
            message = _("expected keys and values here, one `%(example)s` in a line")
            self.mistake(message % {"example": "key: value"})
        for key in self.values:
            if key not in longest:
                self.mistake(_unknown(key, longest))

    def mistake(self, message: str) -> None:
        if self.where:
            message = _("%(where)s: %(message)s") % {"where": self.where, "message": message}
        self.mistakes.append(message)

    def wrong(self, key: str, value: Any, message: str, **more: str) -> None:
        """`message` has a place for the key and its value, and one for each of `more`."""
        self.mistake(message % {"key": key, "value": _shown(value), **more})

    def text(self, key: str, *, required: bool = False) -> str:
        value = self.values.get(key)
        if isinstance(value, str) and value.strip():
            text, most = value.strip(), self.longest[key]
            if len(text) > most:
                self.mistake(_too_long(key, len(text), most))
            return text
        if not (value is None or isinstance(value, str)):
            self.wrong(key, value, _("“%(key)s” is %(value)s; expected text"))
        elif required and self.readable:
            self.mistake(_("“%(key)s” is missing") % {"key": key})
        return ""

    def choice(self, key: str, allowed: tuple[AllowedT, ...], default: AllowedT | None) -> AllowedT:
        """One of a few words; without a default the key is required."""
        value = self.values.get(key)
        found = next((word for word in allowed if word == value), None)
        if value is not None and found is None:
            message = _("“%(key)s” is %(value)s; expected %(words)s")
            self.wrong(key, value, message, words=one_of(allowed))
        elif value is None and default is None and self.readable:
            message = _("“%(key)s” is missing; expected %(words)s")
            self.mistake(message % {"key": key, "words": one_of(allowed)})
        return found or default or allowed[0]

    def day(self, key: str) -> date | None:
        message = _("“%(key)s” is %(value)s; expected a day such as 2025-01-23")
        return self._dated(key, DAY, date.fromisoformat, message)

    def moment(self, key: str) -> datetime | None:
        """A time; without an offset it stays naive, for the caller's time zone."""
        message = _("“%(key)s” is %(value)s; expected a time such as 2025-01-23 08:00")
        return self._dated(key, MOMENT, datetime.fromisoformat, message)

    def _dated(
        self, key: str, shape: re.Pattern[str], read: Callable[[str], DatedT], message: str
    ) -> DatedT | None:
        value = self.values.get(key)
        if value is None:
            return None
        with suppress(ValueError):  # the 31st of February
            if isinstance(value, str) and shape.fullmatch(value):
                return read(value)
        self.wrong(key, value, message)
        return None

    def number(self, key: str, default: int) -> int:
        value = self.values.get(key)
        if value is None:
            return default
        if isinstance(value, str) and re.fullmatch(r"[1-9][0-9]{0,5}", value):
            return int(value)
        message = _("“%(key)s” is %(value)s; expected a whole number from 1 to 999999")
        self.wrong(key, value, message)
        return default

    def address(self, key: str) -> str:
        value = self.text(key)
        if value and not WEB_ADDRESS.fullmatch(value):
            message = _(
                "“%(key)s” is %(value)s; expected an address that begins with https:// or http://"
            )
            self.wrong(key, value, message)
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
        """The mappings of a list; none where the key is left out.

        `name` is what each is called, with a place for its number: "statement %(number)d".
        """
        value = self.values.get(key)
        if not (value is None or isinstance(value, list)):
            message = _(
                "“%(key)s” is %(value)s; expected a list, each entry beginning with a hyphen"
            )
            self.wrong(key, value, message)
            return
        outer = f"{self.where}, " if self.where else ""
        for number, entry in enumerate(value or [], start=1):
            where = outer + name % {"number": number}
            yield Keys(entry, where, longest, self.mistakes)


def one_of(words: Iterable[str]) -> str:
    """The words that are possible, in a message: “a”, “b” or “c”."""
    return get_text_list([_shown(word) for word in words])


def _shown(value: Any) -> str:
    """A value in a message: short, and never a structure (it may be huge)."""
    if isinstance(value, dict):
        return _("a mapping")
    if isinstance(value, list):
        return _("a list")
    text = str(value)
    return _("“%(text)s”") % {"text": f"{text[:40]}…" if len(text) > 40 else text}


def _unknown(key: Any, known: Mapping[str, int]) -> str:
    close = get_close_matches(str(key)[:40], known, n=1)
    if close:
        message = _("unknown key %(key)s; did you mean “%(known)s”?")
        return message % {"key": _shown(key), "known": close[0]}
    message = _("unknown key %(key)s; known are %(known)s")
    return message % {"key": _shown(key), "known": ", ".join(known)}


def _too_long(key: str, count: int, most: int) -> str:
    message = ngettext(
        "“%(key)s” has %(count)d character; at most %(most)d are possible",
        "“%(key)s” has %(count)d characters; at most %(most)d are possible",
        count,
    )
    return message % {"key": key, "count": count, "most": most}
