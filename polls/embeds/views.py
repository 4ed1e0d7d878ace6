"""The frames: the form with its results, the results alone, one statement as a card."""

from functools import partial

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from polls.answering import refusals
from polls.answering.keys import Identity
from polls.answering.pages import rendered_article
from polls.answering.taking import take
from polls.lib import http
from polls.lib.codes import grouped, receipt_link
from polls.models import Edition
from polls.results.access import enough, may_see, public_results
from polls.results.pages import draw, figures_context
from polls.results.pictures import reach
from polls.results.postcard_text import card_meta
from polls.results.queries import Results, results

from .frames import EMBED, framed, public, set_partitioned_cookie

FORM_SECONDS = 60
RESULTS_SECONDS = 20
LOADER_SECONDS = 300


def _context(edition: Edition) -> dict[str, object]:
    return {
        "edition": edition,
        "survey": edition.survey,
        "article": edition.article,
        "phase": edition.phase(),
        **EMBED.context(edition.article.slug),
    }


@framed
@require_safe
def page(request: HttpRequest, edition: Edition) -> HttpResponse:
    """The form, or once the consultation is closed its results, where they are public."""
    figures = _public_figures(edition) if edition.phase() == "closed" else None
    if figures is not None:
        return _results(request, edition, figures)
    made = rendered_article(edition, EMBED)
    return http.public(request, made.content, made.etag, kept=http.by_all(FORM_SECONDS))


@framed
@require_safe
def results_alone(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Public results: a frame on another site can't know who has answered."""
    figures = _public_figures(edition)
    if figures is None:
        raise Http404
    return _results(request, edition, figures)


def _public_figures(edition: Edition) -> Results | None:
    try:
        return public_results(edition.article.slug)[1]
    except Http404:
        return None


def _results(request: HttpRequest, edition: Edition, figures: Results) -> HttpResponse:
    drawn = figures_context(figures, edition.statements, edition.replies_to)
    context = _context(edition) | drawn
    shown = render_to_string("polls/embeds/results.html", context)
    return public(request, edition, shown, kept=http.by_shared(RESULTS_SECONDS))


@framed
@require_safe
def statement(request: HttpRequest, edition: Edition, number: int) -> HttpResponse:
    """One statement, with its readers' answers where they are public, leading to the article."""
    if number not in edition.by_number:
        raise Http404
    context = _context(edition) | {
        "s": edition.by_number[number],
        "replies": edition.replies_to.get(number, ()),
    }
    if figures := _public_figures(edition):
        about = figures.about(number)
        context |= figures_context(figures, ())
        context["figures"] = draw(figures, about, reach(about))
        if any(item.with_opinion for item in about):
            context["card"] = card_meta(figures, edition.by_number[number])
    card = render_to_string("polls/embeds/statement.html", context)
    return public(request, edition, card, kept=http.by_shared(RESULTS_SECONDS))


@framed
@http.reader_post(partial(refusals.foreign, door=EMBED))
@require_http_methods(["GET", "HEAD", "POST"])
def responses(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Take a submission from the frame; the reader who only looks is led to the form."""
    if request.method != "POST":
        return redirect("embed", slug=edition.article.slug)
    taken = take(request, edition, EMBED)
    return taken if isinstance(taken, HttpResponse) else _thanks(edition, taken)


def _thanks(edition: Edition, identity: Identity) -> HttpResponse:
    """Said after the commit, in the frame itself: a receipt's own cookie would not come back."""
    context = _context(edition) | {
        "code": grouped(identity.code),
        "link": receipt_link(edition.article.language, identity.code),
    }
    if figures := _shown_to_who_has_answered(edition):
        context |= figures_context(figures, edition.statements, edition.replies_to)
    answer = HttpResponse(render_to_string("polls/embeds/receipt.html", context))
    name = http.answer_cookie(edition.survey.pk)
    set_partitioned_cookie(answer, name, identity.cookie, seconds=http.ANSWER_COOKIE_DAYS * 86400)
    return http.private(answer)


def _shown_to_who_has_answered(edition: Edition) -> Results | None:
    """The figures for who has answered just now, whose cookie isn't there to say so yet."""
    if not may_see(edition, timezone.now(), has_answered=True):
        return None
    figures = results(edition)
    return figures if enough(edition.survey, figures.respondents) else None


@require_safe
def loader(request: HttpRequest) -> HttpResponse:
    """The script for the host's page, at an address that outlives our releases."""
    answer = redirect(static("polls/embed.js"))
    answer["Cache-Control"] = f"public, max-age={LOADER_SECONDS}"
    return answer
