"""What is typed and not saved yet: which of it has been stored since, and how it comes back.

A page's script (`unsaved.js`) keeps what is typed on the device, under a token that it sends along.
The answer that says "saved" acknowledges the token in a cookie, and the next page forgets what was
kept under it. The page's template includes `admin/polls/_unsaved.html` in its form.

What was kept comes back by being sent once more, marked as to be shown and not stored: the server
makes the page as it makes one with mistakes, with whatever rows it had.
"""

import re
from collections.abc import Mapping
from typing import Any, TypeVar

from django.conf import settings
from django.contrib import admin
from django.forms import BaseModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _

RESTORES = "_restore"
"""Sent with what was kept: it is to be shown again, and not stored."""
COOKIE, FIELD = "saved", "kept"
TOKEN = re.compile(r"[0-9a-z]{8,40}")
MOST = 20  # tokens, until a page with the script has read them
SECONDS = 30 * 24 * 3600  # as long as the script keeps anything

ResponseT = TypeVar("ResponseT", bound=HttpResponseBase)


def restores(posted: Mapping[str, object]) -> bool:
    return RESTORES in posted


def acknowledge(request: HttpRequest, response: ResponseT) -> ResponseT:
    """Say in the answer to a page that was stored that nothing of it is to be kept any more."""
    token = request.POST.get(FIELD, "")
    if TOKEN.fullmatch(token):
        before = filter(TOKEN.fullmatch, request.COOKIES.get(COOKIE, "").split("."))
        response.set_cookie(
            COOKIE,
            ".".join([*before, token][-MOST:]),
            max_age=SECONDS,
            path=settings.SESSION_COOKIE_PATH,
            secure=settings.CSRF_COOKIE_SECURE,
            samesite="Lax",
        )
    return response


class KeptUntilSaved(admin.ModelAdmin):
    """For a model's own page; its template includes the script."""

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().changeform_view(request, *args, **kwargs)
        is_saved = request.method == "POST" and isinstance(response, HttpResponseRedirect)
        return acknowledge(request, response) if is_saved else response

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        form = super().get_form(request, *args, **kwargs)
        return _shown_again(form) if restores(request.POST) else form


def _shown_again(form: type[BaseModelForm]) -> type[BaseModelForm]:
    """The form as one that can't be stored: the admin shows it with all that was typed."""

    class ShownAgain(form):  # type: ignore[valid-type,misc]
        def full_clean(self) -> None:
            super().full_clean()
            if self.is_bound:
                self.add_error(None, _("This is what you had typed. It isn’t saved yet."))

    return ShownAgain
