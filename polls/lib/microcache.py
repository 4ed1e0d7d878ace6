"""A page that every cache may keep is answered again for a second without going through Django.

Behind a proxy that keeps pages nearly nothing gets here. But where there is none, or its copies are
being made, thousands ask for one article at once, and Django's way to a page that is ready takes
fifty times as long as handing it over.
"""

import re
from collections.abc import Iterable
from http import HTTPStatus
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

from django.http import HttpResponse

from .caching import forget_also

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    Headers = list[tuple[str, str]]
    Key = tuple[object, ...]  # the values of APART

SECONDS = 1
MOST = 128  # pages; with one more all are dropped, and the next of each is made
LARGEST = 128 * 1024  # bytes of a page
OK = f"{HTTPStatus.OK} {HTTPStatus.OK.phrase}"
# As `http.by_all` says it. What only shared caches may keep must be asked for (`http.by_shared`).
LASTING = re.compile(r"public, max-age=(?P<seconds>[0-9]+)(?P<more>.*)")
# What else a page could depend on would be in its Vary, and then it isn't kept.
APART = ("PATH_INFO", "SCRIPT_NAME", "HTTP_HOST", "wsgi.url_scheme", "HTTP_X_FORWARDED_PROTO")
# Who has a copy asks for more than the page.
CONDITIONS = {
    f"HTTP_{name}"
    for name in ("IF_NONE_MATCH", "IF_MATCH", "IF_MODIFIED_SINCE", "IF_UNMODIFIED_SINCE", "RANGE")
}


class Page(NamedTuple):
    until: float  # of the monotonic clock
    headers: "Headers"
    content: bytes


class Microcache:
    """Around a Django application, as a WSGI server calls it."""

    def __init__(self, application: "WSGIApplication") -> None:
        self._application = application
        self._pages: dict[Key, Page] = {}
        forget_also(self._forget)

    def _forget(self) -> None:
        """Another memory, so that a page which is being made is put into the one that is gone."""
        self._pages = {}

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        if _is_particular(environ):
            return self._application(environ, start_response)
        key = tuple(map(environ.get, APART))
        page = self._pages.get(key)
        if page is None or page.until < monotonic():
            return self._ask(key, environ, start_response)
        start_response(OK, page.headers.copy())
        return [page.content]

    def _ask(
        self, key: "Key", environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        pages, until = self._pages, monotonic() + SECONDS
        answer = self._application(environ, start_response)
        if isinstance(answer, HttpResponse) and (headers := _headers_of_copy(answer)):
            if len(pages) >= MOST and key not in pages:
                pages.clear()
            pages[key] = Page(until, headers, answer.content)
        return answer


def _is_particular(environ: "WSGIEnvironment") -> bool:
    """Whether it asks for more than a page: that something be done, or a part or state of it."""
    asks = environ.get("QUERY_STRING") or not CONDITIONS.isdisjoint(environ)
    return bool(asks) or environ["REQUEST_METHOD"] != "GET"


def _headers_of_copy(answer: HttpResponse) -> "Headers | None":
    """The answer's, with the second for which it is kept here off its lifetime: nobody shows it
    for longer than the page said. None where it may not be kept."""
    lasting = LASTING.fullmatch(answer.headers.get("Cache-Control", ""))
    left = int(lasting["seconds"]) - SECONDS if lasting else 0
    for_all = answer.status_code == HTTPStatus.OK and not answer.cookies and not answer.get("Vary")
    if lasting is None or left <= 0 or not for_all or len(answer.content) > LARGEST:
        return None
    kept = {"Cache-Control": f"public, max-age={left}{lasting['more']}"}
    return [(name, kept.get(name, value)) for name, value in answer.items()]
