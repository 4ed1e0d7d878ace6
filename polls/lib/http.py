"""Where a request comes from, in what language it is answered, and who may keep the answer."""

import hashlib
from collections.abc import Callable
from functools import update_wrapper
from typing import Concatenate, ParamSpec
from urllib.parse import unquote_to_bytes, urlsplit

from django.conf import settings
from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


# How long a browser keeps the cookie that says that a reader has answered.
ANSWER_COOKIE_DAYS = 365


def answer_cookie(survey_id: int) -> str:
    """The name of the cookie that says that a reader has answered a survey."""
    return f"answered-{survey_id}"


# In what a reader sends; the newsroom's forms may be longer (DATA_UPLOAD_MAX_NUMBER_FIELDS).
MOST_FIELDS = 1000
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
DEFAULT_PORTS = {"http": 80, "https": 443}


def normalised_origin(origin: str) -> tuple[str, str, int] | None:
    """Scheme, host and port of an Origin header; None where it isn't one (`null` among them)."""
    try:
        parts = urlsplit(origin)
        port = parts.port or DEFAULT_PORTS.get(parts.scheme)
    except ValueError:
        return None
    if port is None or not parts.hostname or parts.path or parts.query or parts.fragment:
        return None
    if parts.scheme not in DEFAULT_PORTS or parts.username is not None:
        return None
    return parts.scheme, parts.hostname, port


def refusal_of_origin(request: HttpRequest) -> str:
    """Why a state-changing request isn't one of our pages'; empty when it is.

    The rule of Go's CrossOriginProtection and Rails 8, tightened: the article's page carries no
    token, so that any cache may keep it, and a submission is judged by where it comes from. The
    comparison is with the settings, never with the Host header.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site == "same-origin":
        return ""
    origin = request.headers.get("Origin")
    ours = {normalised_origin(public) for public in settings.PUBLIC_ORIGINS}
    known = origin is not None and normalised_origin(origin) in ours - {None}
    if site == "none":
        return "" if origin is None or known else _("It was sent from another page (Origin).")
    if site is not None:
        return _("It was sent from another site (Sec-Fetch-Site).")
    if origin is None:
        return _("Your browser says neither Sec-Fetch-Site nor Origin.")
    return "" if known else _("It was sent from another page (Origin).")


class NotUtf8(ValueError):
    """A submission whose bytes are not UTF-8: guessing could change what a reader wrote."""


class NotAForm(ValueError):
    """A submission that isn't an ordinary form's (application/x-www-form-urlencoded)."""


def check_form_bytes(request: HttpRequest) -> None:
    """Raise NotAForm or NotUtf8 where Django would silently replace what it can't read.

    A body over DATA_UPLOAD_MAX_MEMORY_SIZE raises RequestDataTooBig, more than MOST_FIELDS raise
    TooManyFieldsSent. The bytes are looked at as a whole: the separators are ASCII, so no character
    can stand across two fields.
    """
    if not request.body:
        return
    if request.content_type != "application/x-www-form-urlencoded":
        raise NotAForm
    if request.encoding and request.encoding.lower() != "utf-8":  # of another charset, it says
        raise NotUtf8
    if request.body.count(b"&") >= MOST_FIELDS:
        raise TooManyFieldsSent
    try:
        unquote_to_bytes(request.body).decode()
    except UnicodeDecodeError as error:
        raise NotUtf8 from error


def reader_post(
    refused: Callable[[HttpRequest, str], HttpResponse],
) -> Callable[[View[P]], View[P]]:
    """A view whose POST is judged by its origin instead of a token; `refused` makes the 403."""

    def decorate(view: View[P]) -> View[P]:
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if request.method not in SAFE_METHODS and (why := refusal_of_origin(request)):
                return refused(request, why)
            return view(request, *args, **kwargs)

        update_wrapper(guarded, view)
        return csrf_exempt(guarded)

    return decorate


def set_reader_cookie(
    response: HttpResponse, name: str, value: str, *, seconds: int, path: str = "/"
) -> None:
    """A first-party cookie that no script reads.

    `set_cookie` would add the date at which it expires, for browsers that don't know Max-Age; there
    are none left, and writing two dates takes as long as checking the form.
    """
    response.cookies[name] = value
    cookie: dict[str, object] = response.cookies[name]
    cookie["max-age"] = seconds
    cookie["path"] = path
    cookie["httponly"] = True
    cookie["samesite"] = "Lax"
    cookie["secure"] = settings.READER_COOKIES_SECURE


def private(response: HttpResponse) -> HttpResponse:
    """Nobody but this reader may keep or see the answer."""
    response["Cache-Control"] = "private, no-store"
    return response


def by_all(seconds: int, *, stale: bool = True) -> str:
    """Any cache may keep the page so long, a browser's too, and serve it stale while it asks."""
    kept = f"public, max-age={seconds}"
    return f"{kept}, stale-while-revalidate={seconds}" if stale else kept


def by_shared(seconds: int) -> str:
    """Shared caches may keep the page so long; a browser asks each time, and mostly gets a 304.

    Who has just answered and looks at the results must find the answer counted.
    """
    return f"public, max-age=0, s-maxage={seconds}"


def public_page(
    request: HttpRequest, content: bytes, *, kept: str, content_type: str = "text/html"
) -> HttpResponse:
    """`public` for a page made on request: its tag is the digest of what was made."""
    etag = hashlib.sha256(content).hexdigest()[:32]
    return public(request, content, etag, kept=kept, content_type=content_type)


def public(
    request: HttpRequest, content: bytes, etag: str, *, kept: str, content_type: str = "text/html"
) -> HttpResponse:
    """The same page for everybody; `kept` says by which caches and how long."""
    tag = quote_etag(etag)
    response = HttpResponse(content, content_type=f"{content_type}; charset=utf-8")
    conditional = get_conditional_response(request, etag=tag, response=response) or response
    conditional["ETag"] = tag
    conditional["Cache-Control"] = kept
    return conditional
