"""The pages for an address that isn't there and for a fault of ours, in the paper's design."""

import re
from collections.abc import Sequence
from contextlib import suppress

from django.conf import settings
from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language, override

from polls.lib import requests
from polls.lib.caching import kept
from polls.lib.http import private
from polls.models import Article, Survey, current_edition

from . import taken_down

SECONDS = 60
MOST = 3
BELOW_AN_ARTICLE = re.compile(r"/(?:articles|embed)/([-\w]{1,80})/")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """In the article's language below its address, with a way on; without the database, too.

    Below the address of a consultation that was taken down it says so, at all doors alike.
    """
    language = get_language() or settings.LANGUAGE_CODE
    articles: Sequence[Article] = ()
    below = BELOW_AN_ARTICLE.match(request.path_info)
    with suppress(Error):
        edition = current_edition(below[1]) if below else None
        if below and edition is None:
            with suppress(Http404):
                return taken_down.page(below[1])
        # A draft's language would tell that there is one.
        language = edition.article.language if edition else language
        articles = _open_now(language)
    with override(language):
        page = render_to_string("404.html", {"articles": articles})
    # What isn't here may be so for this reader, or only until it is published.
    return private(HttpResponse(page, status=404))


@kept(SECONDS)
def _open_now(language: str) -> Sequence[Article]:
    """A few articles in a language that wait for readers, asked for once a minute however often
    robots guess."""
    open_now = Survey.objects.open().newest().filter(article__language=language)
    surveys = open_now.select_related("article")
    return [survey.article for survey in surveys.order_by("-published_at", "-pk")[:MOST]]


def server_error(request: HttpRequest) -> HttpResponse:
    """It asks neither the database nor anything of the request: either may be what broke."""
    page = render_to_string("500.html", {"reference": requests.reference()})
    return private(HttpResponse(page, status=500))
