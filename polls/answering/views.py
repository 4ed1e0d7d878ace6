"""Reading the article and answering it."""

from datetime import datetime
from math import inf

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_safe

from polls.lib import http
from polls.lib.codes import hand_over, receipts_path
from polls.models import Edition, Survey, current_edition

from . import guards, refusals, taken_down
from .doors import PAGE
from .keys import Identity
from .pages import Rendered, rendered_article
from .taking import take

ARTICLE_SECONDS = 60
ASKED_SECONDS = 2  # within them a page is made anew when its moment has come
MOST_OPEN, MOST_CLOSED = 100, 30


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    newest = Survey.objects.newest().select_related("article")
    opened = list(newest.open().order_by("-published_at", "-pk")[:MOST_OPEN])
    closed = list(newest.closed().order_by("-closes_at", "-pk")[:MOST_CLOSED])
    context = {"open": with_translations(opened), "closed": with_translations(closed)}
    page = render_to_string("polls/answering/home.html", context)
    return http.public_page(request, page.encode(), kept=http.by_all(ARTICLE_SECONDS))


def with_translations(surveys: list[Survey]) -> list[tuple[Survey, list[Survey]]]:
    """Each survey with those on translations of its article, which aren't listed on their own."""
    listed = {survey.article_id for survey in surveys}
    of: dict[int, list[Survey]] = {}
    for survey in surveys:
        original = survey.article.translation_of_id
        if original in listed:
            of.setdefault(original, []).append(survey)
    apart = [survey for survey in surveys if survey.article.translation_of_id not in listed]
    return [(survey, of.get(survey.article_id, [])) for survey in apart]


@require_safe
def article(request: HttpRequest, slug: str) -> HttpResponse:
    edition = current_edition(slug)
    if edition is None:
        return taken_down.page(slug)
    asked = timezone.now()  # before the page is made, or a turn between the two would be missed
    page = rendered_article(edition)
    return http.public(request, page.content, page.etag, kept=_kept(edition, page, asked))


def _kept(edition: Edition, page: Rendered, now: datetime) -> str:
    """How caches may keep the article: no longer than to the moment when it says something else.

    Figures and replies leave it within a minute; only without them may it be served stale.
    """
    left = _seconds_to_turn(edition, now, figures=page.has_figures)
    lasts = not page.has_figures and not edition.replies
    stale = lasts and left > 2 * ARTICLE_SECONDS
    return http.by_all(int(max(0, min(ARTICLE_SECONDS, left))), stale=stale)


def _seconds_to_turn(edition: Edition, now: datetime, *, figures: bool) -> float:
    """To its opening or closing and, with readers' answers in it, to a blackout; infinite where
    none is ahead. One that has just been isn't in the page yet, perhaps: below zero."""
    turns = (edition.survey.opens_at, edition.survey.closes_at)
    left = [(turn - now).total_seconds() for turn in turns if turn]
    blackout = edition.seconds_to_blackout(now) if figures else None
    ahead = [seconds for seconds in left if seconds > -ASKED_SECONDS]
    return min(ahead if blackout is None else [*ahead, blackout], default=inf)


@require_safe
def stamp(request: HttpRequest, slug: str) -> HttpResponse:
    """The time stamp that the page's script asks for when a reader begins with the form.

    It asks no database, and doesn't tell whether there is such an article: a stamp is worth
    nothing elsewhere.
    """
    return http.private(HttpResponse(guards.stamp(slug), content_type="text/plain"))


@http.reader_post(refusals.foreign)
@require_http_methods(["GET", "HEAD", "POST"])
def responses(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a submission; the reader who only looks is led to the article."""
    if request.method != "POST":
        return redirect("article", slug=slug)
    edition = current_edition(slug)
    if edition is None:
        return taken_down.refusal(request, slug)
    with override(edition.article.language):
        taken = take(request, edition, PAGE)
        return taken if isinstance(taken, HttpResponse) else _thanks(edition.survey, taken)


def _thanks(survey: Survey, identity: Identity) -> HttpResponse:
    """Said after the commit, never before: to the receipt, with its code in a short cookie."""
    place = f"{receipts_path()}?lang={survey.article.language}&sent=1"
    answer = HttpResponseRedirect(place, status=303)
    seconds = http.ANSWER_COOKIE_DAYS * 86400
    http.set_reader_cookie(answer, http.answer_cookie(survey.pk), identity.cookie, seconds=seconds)
    hand_over(answer, identity.code, new=True)
    return http.private(answer)
