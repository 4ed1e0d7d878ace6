"""When the database is away: a page that says so, and keeps what was typed."""

from collections.abc import Callable

from django.db import Error
from django.http import HttpRequest, HttpResponseBase

from polls.lib.middleware import STAFF
from polls.lib.persistence import is_passing

from . import refusals


class DatabaseAwayMiddleware:
    """Turn a passing fault of the database on a readers' page into a 503.

    Writes wait for it with patience (`lib.persistence`); this is for everything around them.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponseBase | None:
        passing = isinstance(exception, Error) and is_passing(exception)
        if not passing or request.path_info.startswith(STAFF):
            return None
        if request.method == "POST":
            return refusals.unavailable(request, None)
        return refusals.away()
