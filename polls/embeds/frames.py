"""Pages for a frame on another site: who may frame them, and the cookie that lives in one."""

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from http.cookies import Morsel
from typing import Any

from csp.constants import NONE
from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.utils.translation import override

from polls.answering import refusals, taken_down
from polls.answering.doors import Door
from polls.answering.pages import tag_of
from polls.lib import http
from polls.lib.persistence import is_passing
from polls.models import Edition, Response, current_edition

EMBED = Door(
    channel=Response.Channel.EMBED,
    page="embed",
    responses="embed-responses",
    template="polls/embeds/form.html",
    layout="polls/embeds/frame.html",
    framed=True,
)
ANYWHERE = ["*"]


def framed(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A view on the edition at an address, that only the survey's own sites may show in a frame.

    It speaks the article's language. Its 404, and the page for a database that is away, say
    nothing of any survey: any site may show them, or a reader would see the browser's fault in
    their place. (What such a page sends again was sent to it from our own page.)
    """

    @wraps(view)
    def shown(request: HttpRequest, slug: str, **more: Any) -> HttpResponseBase:
        try:
            edition = current_edition(slug)
            if edition is None:
                raise Http404
            with override(edition.article.language):
                answer = view(request, edition, **more)
        except Http404:
            return _allow(_not_here(request, slug), ANYWHERE)
        except Error as error:
            if not is_passing(error):
                raise
            return _allow(_away(request), ANYWHERE)
        return _allow(answer, edition.survey.origins or [NONE])

    return shown


def _allow(answer: HttpResponseBase, sites: list[str]) -> HttpResponseBase:
    """What django-csp's and Django's decorators would set, for sites known only by the survey.

    X-Frame-Options has no word for a list of sites.
    """
    answer._csp_replace = {"frame-ancestors": sites}  # type: ignore[attr-defined]
    answer.xframe_options_exempt = True  # type: ignore[attr-defined]
    return answer


def _not_here(request: HttpRequest, slug: str) -> HttpResponse:
    if request.method == "POST":  # what was typed is kept, where the survey was taken down since
        with suppress(Http404):
            return taken_down.refusal(request, slug, EMBED)
    page = render_to_string("polls/embeds/not_here.html", EMBED.context())
    return http.private(HttpResponse(page, status=404))


def _away(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return refusals.unavailable(request, None, EMBED)
    return refusals.away(EMBED)


def public(request: HttpRequest, edition: Edition, page: str, *, kept: str) -> HttpResponse:
    """A page for everybody, with a tag that changes with the sites that may frame it too."""
    content = page.encode()
    return http.public(request, content, tag_of(content, edition), kept=kept)


# Python knows the attribute from 3.14 on; this is what it does there.
Morsel._reserved.setdefault("partitioned", "Partitioned")  # type: ignore[attr-defined]
Morsel._flags.add("partitioned")  # type: ignore[attr-defined]


def set_partitioned_cookie(answer: HttpResponse, name: str, value: str, *, seconds: int) -> None:
    """A cookie that a frame keeps where third-party cookies are blocked, one for each host site.

    (Cookies Having Independent Partitioned State.) It must be Secure: over plain HTTP browsers
    drop it, and the client key alone tells a retry.
    """
    answer.set_cookie(name, value, max_age=seconds, httponly=True, samesite="None", secure=True)
    answer.cookies[name]["partitioned"] = True
