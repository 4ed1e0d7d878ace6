"""The receipt: what a reader answered and what became of it, opened with its code alone.

The code travels in a POST or in a ten-minute cookie that scripts can't read, never in a URL's
query. The printable link has it in the fragment, which no browser sends.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_POST

from polls.lib import http
from polls.lib.codes import (
    COOKIE,
    NEW,
    grouped,
    hand_over,
    hashed,
    normalised,
    receipt_link,
    receipts_path,
)
from polls.lib.persistence import Unavailable, persist
from polls.models import (
    Edition,
    Opinion,
    Response,
    current_edition,
    read_edition,
)
from polls.moderation.codes import opened
from polls.moderation.opened import Opened
from polls.moderation.reasons import reasons, was_settled
from polls.results.access import shown_to

from . import refusals, services
from .forms import ResponseForm, initial
from .pages import article_page, form_of
from .shown import shown_answers


def _found(code: str) -> Response | None:
    found = Response.objects.filter(receipt_hash=hashed(code)).select_related("survey__article")
    return found.first() if code else None


def _held(request: HttpRequest) -> tuple[Response | None, str, bool]:
    """The response that the request's code opens, the code, and whether it was just issued."""
    posted = request.POST.get("code", "") if request.method == "POST" else ""
    cookie = request.COOKIES.get(COOKIE, "")
    code = normalised(posted or cookie.removesuffix(NEW))
    return _found(code), code, not posted and cookie.endswith(NEW)


def _language(request: HttpRequest) -> str:
    wanted = request.GET.get("lang", "")
    return wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def render(name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    body = render_to_string(f"polls/answering/{name}.html", context)
    return http.private(HttpResponse(body, status=status))


def _ask(request: HttpRequest, error: str = "", status: int = 200) -> HttpResponse:
    """The page that asks for the code; what came with a wrong one is kept on it."""
    contests = request.path == reverse("receipt-appeal")
    keeps = request.method == "POST" and (contests or request.path == reverse("receipt-change"))
    context = {
        "sent": request.GET.get("sent", "") if request.method != "POST" else "",
        "error": error,
        "typed": request.POST.get("code", "")[:80],
        "action": request.path if keeps else receipts_path(),
        "resent": refusals.resent(request.POST) if keeps else [],
        "contests": contests,
    }
    return render("receipt_open", context, status)


@http.reader_post(refusals.foreign)
@require_http_methods(["GET", "HEAD", "POST"])
def receipts(request: HttpRequest) -> HttpResponse:
    """Ask for the code, take it, or show the receipt that it opens."""
    response, code, new = _held(request)
    other = opened(code) if code and response is None else None
    if response is None and other is None:
        with override(_language(request)):
            if request.method != "POST":
                return _ask(request)
            return _ask(request, _("No answer has this code. Check each character."), 404)
    if request.method == "POST":
        answer = HttpResponseRedirect(receipts_path(), status=303)
        hand_over(answer, code)
        return http.private(answer)
    shown = code if new else ""
    if response is None:
        return _show_other(other, shown)
    with override(response.language):
        return render("receipt", receipt_context(request, response, shown))


def _show_other(other: Opened | None, code: str) -> HttpResponse:
    """The page of a notice or of a right of reply; `code` where it was just issued."""
    if other is None:
        raise Http404
    with override(other.language):
        link = receipt_link(other.language, code) if code else ""
        known = {"code": grouped(code), "link": link}
        body = render_to_string(other.template, known | other.context)
        return http.private(HttpResponse(body))


def receipt_context(request: HttpRequest, response: Response, code: str) -> dict[str, Any]:
    edition = read_edition(response.survey)
    opinion = Opinion.objects.filter(response=response).first()
    return {
        "edition": edition,
        "response": response,
        "answers": shown_answers(edition.questionnaire, response),
        "opinion": opinion,
        "reasons": reasons(opinion) if opinion else None,
        "appeal_settled": opinion is not None and was_settled(opinion),
        "is_open": edition.takes_answers(),
        "code": grouped(code),
        "link": receipt_link(response.language, code) if code else "",
        "results_visible": _leads_to_results(request, edition),
    }


def _leads_to_results(request: HttpRequest, edition: Edition) -> bool:
    """Whether this reader's browser would be shown them, and they are this edition's."""
    newest = current_edition(edition.article.slug)
    is_newest = newest is not None and newest.survey == edition.survey
    return is_newest and shown_to(request, edition)


def with_answer(
    view: Callable[[HttpRequest, Response], HttpResponse],
) -> Callable[..., HttpResponse]:
    """A view on the response that the request's code opens; without one it asks for the code."""

    def opened(request: HttpRequest) -> HttpResponse:
        if request.method == "POST" and (refusal := refusals.of_bytes(request)):
            return refusal
        response, code, _new = _held(request)
        if response is None or response.withdrawn_at:
            with override(_language(request)):
                asked = _("No answer has this code. Check each character.")
                return _ask(request, asked if code else _("Type the code of your receipt."), 404)
        with override(response.language):
            try:
                answer = view(request, response)
            except services.Withdrawn:  # meanwhile, from another device
                return _ask(request, _("This answer was withdrawn."), 404)
        if answer.status_code == 303 and answer.headers["Location"] == receipts_path():
            hand_over(answer, code)
        return http.private(answer)

    return opened


@http.reader_post(refusals.foreign)
@require_http_methods(["GET", "HEAD", "POST"])
@with_answer
def change(request: HttpRequest, response: Response) -> HttpResponse:
    """The answers in their form, until the survey closes."""
    edition = read_edition(response.survey)
    if not edition.is_meant_by(request.POST):
        return refusals.other_edition(request, edition)
    if request.method != "POST":
        if not edition.takes_answers():
            return refusals.not_open(request, edition)
        values = initial(edition.questionnaire, services.content(response))
        return _change_page(edition, form_of(edition)(initial=values))
    form = form_of(edition)(request.POST)
    if not form.is_valid():
        if not edition.takes_answers():
            return refusals.not_open(request, edition)
        return _change_page(edition, form, status=422)
    try:
        persist(lambda: services.change(response=response, submission=form.submission()))
    except services.NotOpen:
        return refusals.not_open(request, edition)
    except Unavailable:
        return refusals.unavailable(request, edition)
    return HttpResponseRedirect(receipts_path(), status=303)


def _change_page(edition: Edition, form: ResponseForm, status: int = 200) -> HttpResponse:
    return render("change", article_page(edition, form), status)


@http.reader_post(refusals.foreign)
@require_POST
@with_answer
def withdraw(request: HttpRequest, response: Response) -> HttpResponse:
    """Delete the answers and the text at once, and let go of the cookies of this answer."""
    edition = read_edition(response.survey)
    try:
        persist(lambda: services.withdraw(response=response))
    except services.Withdrawn:
        pass  # what was asked for is so, by a first try whose answer was lost or another device
    except Unavailable:
        return refusals.unavailable(request, edition)
    answer = render("withdrawn", {"edition": edition})
    answer.delete_cookie(http.answer_cookie(response.survey_id))
    answer.delete_cookie(COOKIE, path=receipts_path())
    return answer


@http.reader_post(refusals.foreign)
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Close the receipt on this device: for those who share it."""
    answer = redirect("receipts")
    answer.delete_cookie(COOKIE, path=receipts_path())
    return http.private(answer)
