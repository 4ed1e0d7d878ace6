"""Taking a submission: stored once, or refused on a page that keeps everything that was typed."""

from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from polls.lib import http, metrics, requests
from polls.lib.persistence import Unavailable, confirm, patiently, persist
from polls.models import Edition, Response

from . import guards, refusals, services
from .doors import Door
from .forms import ResponseForm
from .keys import Identity, identify
from .pages import article_page, form_of
from .submission import Submission
from .traces import trace

# Who has answered, once that is committed; else the page that says why it wasn't taken.
Taken = Identity | HttpResponse


def take(request: HttpRequest, edition: Edition, door: Door) -> Taken:
    """Take the form that was sent, in the article's language. Thanks are the caller's to say."""
    if refusal := refusals.of_bytes(request, door):
        return refusal
    if not edition.is_meant_by(request.POST):
        return refusals.other_edition(request, edition, door)
    form = form_of(edition)(request.POST)
    if form.is_valid():
        return _submit(request, edition, door, form)
    # Whether a whole answer is in time, the database decides.
    if edition.phase() != "open":
        return refusals.not_open(request, edition, door)
    return _again(edition, door, form)


def _again(edition: Edition, door: Door, form: ResponseForm) -> HttpResponse:
    """The page once more with every word kept and the mistakes on top."""
    page = render_to_string(door.template, article_page(edition, form, door))
    return http.private(HttpResponse(page, status=422))


def _submit(request: HttpRequest, edition: Edition, door: Door, form: ResponseForm) -> Taken:
    cookie = request.COOKIES.get(http.answer_cookie(edition.survey.pk), "")
    key = form.cleaned_data["client_key"] or uuid4()
    identity = identify(edition.survey.pk, cookie=cookie, client_key=key)
    sending = guards.looked_at(request, form.cleaned_data, edition.article.slug)
    if sending.flood:
        return refusals.too_many(request, edition, door, client_key=key)
    try:
        return _store(request, edition, door, form.submission(), identity, sending)
    except Unavailable:
        # With the key, which a reader without script hasn't got: sent again it is the same one.
        return refusals.unavailable(request, edition, door, client_key=key)


def _store(
    request: HttpRequest,
    edition: Edition,
    door: Door,
    submission: Submission,
    identity: Identity,
    sending: guards.Sending,
) -> Taken:
    """Store it, or find it stored. Raises Unavailable."""
    survey = edition.survey
    try:
        persist(
            lambda: services.submit(
                survey=survey,
                submission=submission,
                identity=identity,
                channel=door.channel,
                trace=sending.known(trace(request, survey.pk)),
            )
        )
    except services.NotOpen:
        return refusals.not_open(request, edition, door)
    except services.AlreadyAnswered as known:
        return _known(request, edition, door, submission, identity, known)
    return identity


def _known(
    request: HttpRequest,
    edition: Edition,
    door: Door,
    submission: Submission,
    identity: Identity,
    known: services.AlreadyAnswered,
) -> Taken:
    """A retry gets its receipt again; other answers under the same key are kept apart."""
    response = known.response
    if not known.same_key or response.withdrawn_at:
        return refusals.second_answer(request, edition, response, door)
    kept = patiently(lambda: services.content(response))
    if kept == submission:
        persist(confirm)
        requests.note(metrics.REPEATED)
        return identity
    if "replace" not in request.POST:
        return refusals.other_answers(request, edition, response, kept.text, door)
    changed = _replace(request, edition, door, response, submission)
    return changed or identity


def _replace(
    request: HttpRequest,
    edition: Edition,
    door: Door,
    response: Response,
    submission: Submission,
) -> HttpResponse | None:
    """Put the new answers in place of the old ones, or say why not."""
    try:
        persist(lambda: services.change(response=response, submission=submission))
    except services.NotOpen:
        return refusals.not_open(request, edition, door)
    except services.Withdrawn:
        return refusals.second_answer(request, edition, response, door)
    requests.note(metrics.CHANGED)
    return None
