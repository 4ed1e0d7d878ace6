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
# Ours of `http.by_all`: what only shared caches may keep must be asked for (`http.by_shared`).
LASTING = re.compile(r"public, max-age=[1-9]")
# What else a page could depend on would be in its Vary, and then it isn't kept.
APART = ("PATH_INFO", "SCRIPT_NAME", "HTTP_HOST", "wsgi.url_scheme", "HTTP_X_FORWARDED_PROTO")


class Page(NamedTuple):
    until: float  # of the monotonic clock
    headers: "Headers"
    content: bytes


class Microcache:
    """Around a Django application, as a WSGI server calls it."""

    def __init__(self, application: "WSGIApplication") -> None:
        self._application = application
        self._pages: dict[Key, Page] = {}
        forget_also(self._pages.clear)

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
        answer = self._application(environ, start_response)
        if isinstance(answer, HttpResponse) and _may_be_kept(answer):
            if len(self._pages) >= MOST:
                self._pages.clear()
            headers = list(answer.items())
            self._pages[key] = Page(monotonic() + SECONDS, headers, answer.content)
        return answer


def _is_particular(environ: "WSGIEnvironment") -> bool:
    """Whether it asks for more than a page: that something be done, or a part or state of it."""
    asks = environ.get("QUERY_STRING") or "HTTP_IF_NONE_MATCH" in environ
    return bool(asks) or environ["REQUEST_METHOD"] != "GET"


def _may_be_kept(answer: HttpResponse) -> bool:
    return (
        answer.status_code == HTTPStatus.OK
        and LASTING.match(answer.headers.get("Cache-Control", "")) is not None
        and not answer.cookies
        and "Vary" not in answer.headers
        and len(answer.content) <= LARGEST
    )
