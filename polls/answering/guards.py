"""What tells a program from a reader, without locking anybody out.

A field that nobody sees (`polls.lib.traps`), a signed time stamp where there is script, and how
many answers came from one network lately (`polls.lib.rates`). What is found is kept with the answer
(`Suspicion`): it is counted all the same, flagged for a person, and its text waits for one even
where texts are published at once. Only a flood is refused for the moment, with what was typed.

The article's page is the same for all and carries no token. Its script asks for a stamp when a
reader begins with the form; without script, or in a tunnel, there is none, and nothing follows.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from time import time
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from polls.lib.pseudonyms import derived
from polls.lib.rates import recent
from polls.lib.traps import TRAP
from polls.results.integrity.suspicions import Suspicion, joined

from .traces import LONGEST, Trace

# Milliseconds since 1970, in base 16, and their signature.
_STAMP = re.compile(r"([0-9a-f]{1,12})-([0-9a-f]{32})")
# Seconds from the first act in the form to its sending. Nobody answers in less; who begins one day
# and sends the next gets a new stamp meanwhile (answer.js).
SOONEST, LATEST = 2, 86_400


def stamp(slug: str) -> str:
    """A signed time stamp for the form of one article. No secret, and no trace of who asked."""
    now = f"{int(time() * 1000):x}"
    return f"{now}-{_signature(slug, now)}"


def _signature(slug: str, moment: str) -> str:
    return derived("stamp", f"{slug}|{moment}").hex()[:32]


def age(slug: str, value: str) -> float | None:
    """How many seconds ago the stamp was made; None where it isn't one of ours for this article."""
    mark = _STAMP.fullmatch(value)
    if mark is None or not constant_time_compare(_signature(slug, mark[1]), mark[2]):
        return None
    return time() - int(mark[1], 16) / 1000


@dataclass(frozen=True)
class Sending:
    """What was found about one sending. `begun`: seconds since its valid stamp, where it has one.

    `flood`: there were so many from its network that it isn't taken now.
    """

    suspicions: tuple[Suspicion, ...] = ()
    begun: int | None = None
    flood: bool = False

    def known(self, trace: Trace) -> Trace:
        """The trace with what was found.

        The page's script claims since when the page stood open; the stamp proves how long ago the
        form was begun, which can't be longer. The greater of the two is kept: a clock that stood
        still while the device slept is put right, and nobody becomes faster by the stamp than by
        the own claim. (Who reads first and then answers in one go has a young stamp.)
        """
        seconds = trace.seconds
        if self.begun is not None:
            seconds = max(seconds or 0, min(self.begun, LONGEST))
        return replace(trace, seconds=seconds, suspicion=joined(self.suspicions))


def looked_at(request: HttpRequest, cleaned: Mapping[str, Any], slug: str) -> Sending:
    """Look at a valid form's sending. Counts it, asks no database, and refuses nothing itself."""
    number = recent("answer", request, settings.RATE_WINDOW, limit=settings.RATE_ANSWERS_REFUSED)
    begun = age(slug, cleaned["stamp"]) if cleaned["stamp"] else None
    stamped = begun is not None and SOONEST <= begun <= LATEST
    seen = {
        Suspicion.TRAP: cleaned[TRAP],
        Suspicion.STAMP: bool(cleaned["stamp"]) and not stamped,
        Suspicion.RATE: number >= settings.RATE_ANSWERS_FLAGGED,
    }
    return Sending(
        tuple(key for key, is_there in seen.items() if is_there),
        int(begun) if begun is not None and stamped else None,
        number >= settings.RATE_ANSWERS_REFUSED,
    )
