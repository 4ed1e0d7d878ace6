"""What a thread knows of the request that it answers: its id, when it began, what became of it.

The id is for whoever looks for a reader's fault in the log: it stands in the lines, and on what the
reader got. It says nothing of the reader.
"""

import random
import re
from contextvars import ContextVar
from time import perf_counter

from django.conf import settings
from django.http import HttpRequest

from .peers import peer_is_in

# A UUID or as many hexadecimal digits, as proxies make them. Nothing else: no address, no name, no
# receipt's code and no answer cookie gets into the log by this way.
_ID = re.compile(r"[0-9A-Fa-f-]{16,36}")


class Asked:
    """One request. `outcome` is said by who decides it, where the status doesn't tell."""

    __slots__ = ("_id", "_request", "began", "outcome")

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._id = self.outcome = ""
        self.began = perf_counter()

    @property
    def id(self) -> str:
        """Made when it is first wanted: most pages are in caches, and have none."""
        self._id = self._id or _given(self._request) or _new_id()
        return self._id

    @property
    def seconds(self) -> float:
        return perf_counter() - self.began


# Not taken back at the end: Django writes its line on a request after the last middleware.
_asked: ContextVar[Asked | None] = ContextVar("asked", default=None)


def begin(request: HttpRequest) -> Asked:
    """From here on this thread answers this request."""
    asked = Asked(request)
    _asked.set(asked)
    return asked


def _new_id() -> str:
    """No secret, so not of the system's randomness: to ask for that lets another thread go first,
    which costs more than the rest where several are busy."""
    return f"{random.getrandbits(64):016x}"


def _given(request: HttpRequest) -> str:
    """The id that a trusted proxy gave it; empty where it gave none that is well-formed."""
    given: str = request.META.get("HTTP_X_REQUEST_ID", "")
    trusted = given and _ID.fullmatch(given) and peer_is_in(request, settings.TRUSTED_PROXIES)
    return given if trusted else ""


def current() -> Asked | None:
    """The request being answered; None outside of one, as in a command."""
    return _asked.get()


def reference() -> str:
    """What a reader can quote of the page that tells of a fault: the id in the lines of the log."""
    asked = _asked.get()
    return asked.id if asked else ""


def note(outcome: str) -> None:
    """Say what became of the request."""
    if asked := _asked.get():
        asked.outcome = outcome
