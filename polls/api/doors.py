"""What all addresses of the API have in common: methods, refusals, pages, and who may read them."""

import json
import re
from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from polls.lib.http import View, by_shared, private, public_page
from polls.results.views import SECONDS

METHODS = ("GET", "HEAD")
JSON = "application/json"
NOT_FOUND, WRONG_METHOD = "not found", "method not allowed"
WRONG_PAGE = "page must be a whole number from 1 to 9999"
PAGE = re.compile(r"[1-9][0-9]{0,3}")


class WrongPage(ValueError):
    """A page number that isn't one, as opposed to a page that isn't there (Http404)."""


def page_number(request: HttpRequest) -> int:
    """The page that is asked for, the first where none is. Raises WrongPage."""
    number = request.GET.get("page", "1")
    if not PAGE.fullmatch(number):
        raise WrongPage
    return int(number)


def answer(request: HttpRequest, content: dict[str, Any]) -> HttpResponse:
    """A public document. Shared caches keep it no longer than the results page."""
    body = json.dumps(content, ensure_ascii=False).encode()
    return public_page(request, body, kept=by_shared(SECONDS), content_type=JSON)


def refusal(why: str, status: int) -> HttpResponse:
    """The same bytes and headers whether something isn't there or may not be seen."""
    body = json.dumps({"error": why})
    return readable(
        private(HttpResponse(body, status=status, content_type=f"{JSON}; charset=utf-8"))
    )


def readable(answer: HttpResponse) -> HttpResponse:
    """Let a script on any site read it; never with that site's reader's cookies."""
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


def door(view: Callable[..., HttpResponse]) -> View[...]:
    """An address of the API around a view that may raise Http404 and WrongPage.

    Exempt from the form token, which is asked for before a view is: nothing is ever changed here,
    and another method must hear 405, not 403. What a cookie opened (`private`) is that reader's
    alone and is not made readable for other sites.
    """

    def guarded(request: HttpRequest, /, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in METHODS:
            refused = refusal(WRONG_METHOD, 405)
            refused["Allow"] = ", ".join(METHODS)
            return refused
        try:
            found = view(request, *args, **kwargs)
        except Http404:
            return refusal(NOT_FOUND, 404)
        except WrongPage:
            return refusal(WRONG_PAGE, 400)
        return found if found["Cache-Control"].startswith("private") else readable(found)

    update_wrapper(guarded, view)
    return csrf_exempt(guarded)
