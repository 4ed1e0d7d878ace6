"""The results page and its JSON. Both ask the same question of who may see, and the same counts."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.http import require_safe

from polls.lib.http import by_shared, private, public_page
from polls.lib.numbers import moment
from polls.models import Edition, current_edition

from . import access, documents
from .pages import results_page, texts_page
from .postcard_text import card_meta
from .queries import OpinionPage, Results, results

# A rejected or withdrawn text leaves every shared cache within this time.
SECONDS = 20
PAGE = re.compile(r"[1-9][0-9]{0,3}")


def _visible(request: HttpRequest, slug: str) -> tuple[Edition, Results, bool]:
    """The edition, its results and whether they are public; the same 404 for every refusal."""
    edition = current_edition(slug)
    if edition is None:
        raise Http404
    survey = edition.survey
    if not access.opens_to(request, edition):
        raise Http404
    figures = results(edition)
    if not access.enough(survey, figures.respondents):
        raise Http404
    return edition, figures, access.is_public(edition, timezone.now())


def _answer(
    request: HttpRequest, content: Callable[[], str], is_public: bool, content_type: str
) -> HttpResponse:
    body = content().encode()
    if not is_public:
        return private(HttpResponse(body, content_type=f"{content_type}; charset=utf-8"))
    return public_page(request, body, kept=by_shared(SECONDS), content_type=content_type)


@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    edition, figures, is_public = _visible(request, slug)
    number = request.GET.get("page", "1")
    if not PAGE.fullmatch(number):
        raise Http404
    with override(edition.article.language):
        texts = texts_page(edition, int(number))
        drawn = _public if is_public else _for_who_answered
        return _answer(request, lambda: drawn(edition, figures, texts), is_public, "text/html")


def _for_who_answered(edition: Edition, figures: Results, texts: OpinionPage) -> str:
    return render_to_string("polls/results/page.html", results_page(edition, figures, texts))


def _public(edition: Edition, figures: Results, texts: OpinionPage) -> str:
    """The page that anybody gets. The first one is drawn anew only when something on it is another
    than the last time: drawing takes four times as long as counting."""
    translations = access.public_translations(edition)
    # Of the moment of the figures the page says the minute.
    counted, minute = replace(figures, at=datetime.min), moment(figures.at)
    state = (edition.phase(), translations, counted, minute, texts)
    before: tuple[object, str] | None = edition.made.get(_public)
    if before is not None and before[0] == state:
        return before[1]
    context = results_page(edition, figures, texts) | {"translations": translations}
    if figures.respondents:
        context["card"] = card_meta(figures)
    drawn = render_to_string("polls/results/page.html", context)
    if texts.number == 1:
        edition.made[_public] = state, drawn
    return drawn


@require_safe
def as_json(request: HttpRequest, slug: str) -> HttpResponse:
    _edition, figures, is_public = _visible(request, slug)
    return _answer(request, lambda: json_of(figures), is_public, "application/json")


def json_of(figures: Results) -> str:
    return json.dumps(documents.public(figures), ensure_ascii=False)
