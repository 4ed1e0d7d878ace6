"""The receipt: what a reader answered and what became of it, opened with its code alone.

The code travels in a POST or in a ten-minute cookie that scripts can't read, never in a URL's
query. The printable link has it in the fragment, which no browser sends.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_POST

from polls.lib import http
from polls.lib.codes import (
    COOKIE,
    LETTER,
    grouped,
    hand_over,
    hashed,
    held,
    let_go,
    receipt_link,
    receipts_path,
)
from polls.lib.persistence import Unavailable, persist
from polls.lib.pseudonyms import reader_key
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
    """Ask for the code, take it, or show what it opens: an answer, or with `of=letter` a letter."""
    if request.method == "POST":
        return _open(request)
    answered, letter = _answer_of(request), _letter_of(request)
    if letter is not None and (answered is None or request.GET.get("of") == "letter"):
        return _show_letter(request, letter, has_answer=answered is not None)
    if answered is None:
        with override(_language(request)):
            return _ask(request)
    code, new = held(request)
    with override(answered.language):
        context = receipt_context(request, answered, code if new else "")
        return render("receipt", context | {"has_letter": letter is not None})


def _open(request: HttpRequest) -> HttpResponse:
    """What was typed opens an answer or a letter, for ten minutes on this device."""
    code, _new = held(request)
    is_answer = _found(code) is not None
    if not is_answer and not (code and opened(code)):
        with override(_language(request)):
            return _ask(request, _("No answer has this code. Check each character."), 404)
    place = receipts_path() if is_answer else f"{receipts_path()}?of=letter"
    answer = HttpResponseRedirect(place, status=303)
    hand_over(answer, code, cookie=COOKIE if is_answer else LETTER)
    return http.private(answer)


def _answer_of(request: HttpRequest) -> Response | None:
    return _found(held(request)[0])


def _letter_of(request: HttpRequest) -> Opened | None:
    code, _new = held(request, LETTER)
    return opened(code) if code else None


def _show_letter(request: HttpRequest, letter: Opened, *, has_answer: bool) -> HttpResponse:
    """The page of a notice or of a right of reply, with its code where it was just issued."""
    code, new = held(request, LETTER)
    with override(letter.language):
        link = receipt_link(letter.language, code) if new else ""
        known = {"code": grouped(code) if new else "", "link": link, "has_answer": has_answer}
        body = render_to_string(letter.template, known | letter.context)
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
        "has_changed": "changed" in request.GET,
        "link": receipt_link(response.language, code) if code else "",
        "results_visible": _leads_to_results(request, edition),
    }


def _leads_to_results(request: HttpRequest, edition: Edition) -> bool:
    """Whether this reader's browser would be shown them, and they are this edition's."""
    newest = current_edition(edition.article.slug)
    is_newest = newest is not None and newest.survey == edition.survey
    return is_newest and shown_to(request, edition)


View = Callable[[HttpRequest, Response], HttpResponse]


def with_code(view: View) -> Callable[..., HttpResponse]:
    """A view on the response that the request's code opens, or on the mark that it left; without
    one it asks for the code."""

    def opened(request: HttpRequest) -> HttpResponse:
        if request.method == "POST" and (refusal := refusals.of_bytes(request)):
            return refusal
        code, new = held(request)
        response = _found(code)
        if response is None:
            with override(_language(request)):
                asked = _("No answer has this code. Check each character.")
                return _ask(request, asked if code else _("Type the code of your receipt."), 404)
        with override(response.language):
            try:
                answer = view(request, response)
            except services.Withdrawn:
                return _ask(request, _("This answer was withdrawn."), 404)
        if answer.status_code == 303 and answer.headers["Location"].startswith(receipts_path()):
            hand_over(answer, code, new=new)
        return http.private(answer)

    return opened


def with_answer(view: View) -> Callable[..., HttpResponse]:
    """The same, of an answer that wasn't withdrawn."""

    @with_code
    def standing(request: HttpRequest, response: Response) -> HttpResponse:
        if response.withdrawn_at:
            raise services.Withdrawn
        return view(request, response)

    return standing


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
    return HttpResponseRedirect(f"{receipts_path()}?changed=1", status=303)


def _change_page(edition: Edition, form: ResponseForm, status: int = 200) -> HttpResponse:
    return render("change", article_page(edition, form), status)


@http.reader_post(refusals.foreign)
@require_POST
@with_code
def withdraw(request: HttpRequest, response: Response) -> HttpResponse:
    """Delete the answers and the text at once, and let go of this browser's cookies of them.

    Sent again, as after a first try whose answer was lost, it is said again."""
    edition = read_edition(response.survey)
    stands = _has_another(request, response)  # asked before: once it is withdrawn it must be said
    try:
        persist(lambda: services.withdraw(response=response))
    except Unavailable:
        return refusals.unavailable(request, edition)
    answer = render("withdrawn", {"edition": edition, "stands": stands})
    if not stands:
        answer.delete_cookie(http.answer_cookie(response.survey_id))
    let_go(answer)
    return answer


def _has_another(request: HttpRequest, response: Response) -> bool:
    """Whether this browser's answer cookie is of another answer, given since, say."""
    survey = response.survey_id
    key = reader_key(survey, request.COOKIES.get(http.answer_cookie(survey), ""))
    found = Response.objects.filter(survey_id=survey, reader_key=key)
    return found.exclude(pk=response.pk).exists()


@http.reader_post(refusals.foreign)
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Close the receipt on this device: for those who share it."""
    answer = HttpResponseRedirect(f"{receipts_path()}?lang={_language(request)}")
    for cookie in (COOKIE, LETTER):
        let_go(answer, cookie)
    return http.private(answer)
