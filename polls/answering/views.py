"""Reading the article and answering it."""

from uuid import uuid4

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_safe

from polls.lib import http
from polls.lib.persistence import Unavailable, persist
from polls.models import Edition, Response, Survey, current_edition

from . import refusals, services
from .forms import ResponseForm
from .keys import Identity, identify
from .pages import article_page, form_of, rendered_article
from .receipts import hand_over, receipts_path
from .submission import Submission
from .traces import trace

ARTICLE_SECONDS = 60


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    surveys = (
        Survey.objects.open().newest().select_related("article").order_by("-published_at", "-pk")
    )
    page = render_to_string("polls/answering/home.html", {"surveys": surveys[:100]})
    return http.public_page(request, page.encode(), kept=http.by_all(ARTICLE_SECONDS))


@require_safe
def article(request: HttpRequest, slug: str) -> HttpResponse:
    edition = current_edition(slug)
    if edition is None:
        raise Http404
    page = rendered_article(edition)
    return http.public(request, page.content, page.etag, kept=http.by_all(ARTICLE_SECONDS))


@http.reader_post(refusals.foreign)
@require_http_methods(["GET", "HEAD", "POST"])
def responses(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a submission; the reader who only looks is led to the article."""
    if request.method != "POST":
        return redirect("article", slug=slug)
    edition = current_edition(slug)
    if edition is None:
        raise Http404
    with override(edition.article.language):
        if refusal := refusals.of_bytes(request):
            return refusal
        if not edition.is_meant_by(request.POST):
            return refusals.other_edition(request, edition)
        form = form_of(edition)(request.POST)
        if form.is_valid():
            return _submit(request, edition, form)
        # Whether a whole answer is in time, the database decides.
        return (
            _again(edition, form)
            if edition.phase() == "open"
            else refusals.not_open(request, edition)
        )


def _again(edition: Edition, form: ResponseForm) -> HttpResponse:
    """The page once more with every word kept and the mistakes on top."""
    page = render_to_string("polls/answering/article.html", article_page(edition, form))
    return http.private(HttpResponse(page, status=422))


def _submit(request: HttpRequest, edition: Edition, form: ResponseForm) -> HttpResponse:
    survey, submission = edition.survey, form.submission()
    cookie = request.COOKIES.get(http.answer_cookie(survey.pk), "")
    key = form.cleaned_data["client_key"] or uuid4()
    identity = identify(survey.pk, cookie=cookie, client_key=key)
    try:
        persist(
            lambda: services.submit(
                survey=survey,
                submission=submission,
                identity=identity,
                trace=trace(request, survey.pk),
            )
        )
    except services.NotOpen:
        return refusals.not_open(request, edition)
    except services.AlreadyAnswered as known:
        return _known(request, edition, submission, identity, known)
    except Unavailable:
        return refusals.unavailable(request, edition, client_key=key)
    return _thanks(survey, identity)


def _known(
    request: HttpRequest,
    edition: Edition,
    submission: Submission,
    identity: Identity,
    known: services.AlreadyAnswered,
) -> HttpResponse:
    """A retry gets its receipt again; other answers under the same key are kept apart."""
    response = known.response
    if not known.same_key or response.withdrawn_at:
        return refusals.second_answer(request, edition, response)
    kept = services.content(response)
    if kept == submission:
        return _thanks(edition.survey, identity)
    if "replace" not in request.POST:
        return refusals.other_answers(request, edition, response, kept.text)
    return _replace(request, edition, response, submission, identity)


def _replace(
    request: HttpRequest,
    edition: Edition,
    response: Response,
    submission: Submission,
    identity: Identity,
) -> HttpResponse:
    try:
        persist(lambda: services.change(response=response, submission=submission))
    except services.NotOpen:
        return refusals.not_open(request, edition)
    except services.Withdrawn:
        return refusals.second_answer(request, edition, response)
    except Unavailable:
        return refusals.unavailable(request, edition)
    return _thanks(edition.survey, identity)


def _thanks(survey: Survey, identity: Identity) -> HttpResponse:
    """Said after the commit, never before: to the receipt, with its code in a short cookie."""
    place = f"{receipts_path()}?lang={survey.article.language}&sent=1"
    answer = HttpResponseRedirect(place, status=303)
    http.set_reader_cookie(
        answer, http.answer_cookie(survey.pk), identity.cookie, seconds=365 * 86400
    )
    hand_over(answer, identity.code, new=True)
    return http.private(answer)
