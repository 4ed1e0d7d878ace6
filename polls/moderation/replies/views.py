"""Asking for a right of reply, and taking it back."""

from uuid import UUID, uuid4

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_POST

from polls.lib import http
from polls.lib.codes import (
    LETTER,
    code_of,
    hand_over,
    hashed,
    held,
    let_go,
    receipts_path,
)
from polls.lib.persistence import Unavailable, persist
from polls.lib.pseudonyms import derived
from polls.lib.rates import too_many
from polls.lib.traps import TRAP
from polls.models import Edition, Reply, Statement, current_edition
from polls.moderation import letters

from . import services
from .forms import ReplyForm
from .services import Demand

ORDER = list(ReplyForm.base_fields)

# What the first event of a suspicious one says (`queries.with_suspicion`).
TRAP_FILLED = "trap"


def _foreign(request: HttpRequest, why: str) -> HttpResponse:
    title = _("This reply was not sent from our page")
    message = _("Nothing was stored. Open the article and reply there.")
    return letters.refusal(403, title, f"{why} {message}")


@http.reader_post(_foreign)
@require_http_methods(["GET", "HEAD", "POST"])
def reply(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The form of a statement's right of reply, and its sending, whether readers may answer the
    survey or not."""
    edition = current_edition(slug)
    if edition is None or number not in edition.by_number:
        raise Http404
    with override(edition.article.language):
        statement = edition.by_number[number]
        if request.method != "POST":
            return _page(edition, statement, ReplyForm(initial={"key": uuid4()}))
        return letters.of_bytes(request) or _take(request, edition, statement)


def _take(request: HttpRequest, edition: Edition, statement: Statement) -> HttpResponse:
    form = ReplyForm(request.POST)
    if not form.is_valid():
        return _page(edition, statement, form, status=422)
    if too_many("reply", request, settings.RATE_LETTERS, settings.RATE_WINDOW):
        return letters.too_many(request, settings.RATE_WINDOW)
    demand = form.demand()
    code = _code(statement, form.cleaned_data["key"] or uuid4(), demand)
    try:
        persist(
            lambda: services.ask(
                survey=edition.survey,
                statement=statement,
                demand=demand,
                receipt_hash=hashed(code),
                suspicion=TRAP_FILLED if form.cleaned_data[TRAP] else "",
            )
        )
    except Unavailable:
        return letters.unavailable(request)
    return _thanks(edition, code)


def _code(statement: Statement, key: UUID, demand: Demand) -> str:
    """The same page's form with the same words is the same request, however often it is sent; with
    other words it is another one."""
    return code_of(derived("reply-code", f"{statement.pk}|{key}|{demand!r}"))


def _thanks(edition: Edition, code: str) -> HttpResponse:
    """Said after the commit, never before: to the request's page, by a short cookie."""
    place = f"{receipts_path()}?lang={edition.article.language}&of=letter&sent=letter"
    answer = HttpResponseRedirect(place, status=303)
    hand_over(answer, code, new=True, cookie=LETTER)
    return http.private(answer)


def _page(
    edition: Edition, statement: Statement, form: ReplyForm, status: int = 200
) -> HttpResponse:
    context = {
        "article": edition.article,
        "s": statement,
        "form": form,
        "errors": letters.error_links(form, ORDER) if form.is_bound else [],
        "asks_reply": True,
    }
    body = render_to_string("polls/moderation/reply.html", context)
    return http.private(HttpResponse(body, status=status))


@http.reader_post(_foreign)
@require_POST
def withdraw(request: HttpRequest) -> HttpResponse:
    """Take a reply back: the text, the name and how to reach its author are gone at once."""
    if refusal := letters.of_bytes(request):
        return refusal
    found = _held(request)
    if found is None:
        return _ask_for_code()
    with override(found.language):
        try:
            persist(lambda: services.withdraw(reply=found.pk))
        except Unavailable:
            return letters.unavailable(request)
        article = found.statement.article
        body = render_to_string("polls/moderation/reply_withdrawn.html", {"article": article})
        answer = HttpResponse(body)
        let_go(answer, LETTER)
        return http.private(answer)


def _held(request: HttpRequest) -> Reply | None:
    """The reply that the request's code opens, typed or from the cookie."""
    code, _new = held(request, LETTER)
    found = Reply.objects.filter(receipt_hash=hashed(code)).select_related("statement__article")
    return found.first() if code else None


def _ask_for_code() -> HttpResponse:
    """The cookie has gone after its ten minutes: the page that opens with the code leads back."""
    context = {
        "error": _("Type the code of your receipt."),
        "action": receipts_path(),
    }
    body = render_to_string("polls/answering/receipt_open.html", context)
    return http.private(HttpResponse(body, status=404))
