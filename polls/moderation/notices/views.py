"""Reporting a published text: the form at the text's address, and what becomes of what is sent."""

from datetime import timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods

from polls.lib import http
from polls.lib.codes import LETTER, code_of, hand_over, hashed, receipts_path
from polls.lib.persistence import Unavailable, persist
from polls.lib.pseudonyms import derived
from polls.lib.rates import recent
from polls.lib.traps import TRAP
from polls.moderation import letters

from . import services
from .forms import NoticeForm
from .queries import Reported, grounds, reported
from .services import Complaint, NotShown

# Of the notices that one network may give in a window, those beyond this part are kept for a person
# to look at, and neither move a text nor hide it.
TRUSTED_PART = 3

ORDER = list(NoticeForm.base_fields)


def _foreign(request: HttpRequest, why: str) -> HttpResponse:
    title = _("This notice was not sent from our page")
    message = _("Nothing was stored. Open the text’s page and report it there.")
    return letters.refusal(403, title, f"{why} {message}")


@http.reader_post(_foreign)
@require_http_methods(["GET", "HEAD", "POST"])
def notice(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The form by which a reader reports one text, and its sending."""
    found = reported(request, public_id)
    if found is None:
        raise Http404
    with override(found.edition.article.language):
        if request.method == "POST":
            return letters.of_bytes(request) or _take(request, found)
        if not found.shown:
            return _gone(found)
        return _page(found, NoticeForm(grounds=grounds(found.edition), initial={"key": uuid4()}))


def _take(request: HttpRequest, found: Reported) -> HttpResponse:
    if not found.shown:
        return _gone(found, request.POST.get("explanation", ""))
    form = NoticeForm(request.POST, grounds=grounds(found.edition))
    if not form.is_valid():
        return _page(found, form, status=422)
    number = recent("notice", request, settings.RATE_WINDOW, settings.RATE_LETTERS)
    if number >= settings.RATE_LETTERS:
        return letters.too_many(request, settings.RATE_WINDOW)
    odd = [("trap", form.cleaned_data[TRAP]), ("rate", number >= _trusted())]
    suspicion = " ".join(word for word, is_so in odd if is_so)
    return _give(request, found, form, suspicion)


def _trusted() -> int:
    return int(settings.RATE_LETTERS) // TRUSTED_PART


def _give(request: HttpRequest, found: Reported, form: NoticeForm, suspicion: str) -> HttpResponse:
    complaint = form.complaint()
    code = _code(found, form.cleaned_data["key"] or uuid4(), complaint)
    try:
        persist(
            lambda: services.give(
                opinion=found.opinion,
                complaint=complaint,
                receipt_hash=hashed(code),
                suspicion=suspicion,
            )
        )
    except NotShown:
        return _gone(found, complaint.explanation)
    except Unavailable:
        return letters.unavailable(request)
    place = f"{receipts_path()}?lang={found.edition.article.language}&of=letter&sent=letter"
    answer = HttpResponseRedirect(place, status=303)
    hand_over(answer, code, new=True, cookie=LETTER)
    return http.private(answer)


def _code(found: Reported, key: UUID, complaint: Complaint) -> str:
    """The same page's form with the same words is the same notice, however often it is sent; with
    other words it is another one."""
    return code_of(derived("notice-code", f"{found.opinion.pk}|{key}|{complaint!r}"))


def _page(found: Reported, form: NoticeForm, status: int = 200) -> HttpResponse:
    context = {
        "article": found.edition.article,
        "opinion": found.opinion,
        "form": form,
        "errors": letters.error_links(form, ORDER) if form.is_bound else [],
        "hours": services.DUE_URGENT // timedelta(hours=1),
        "days": services.DUE_RULES.days,
        "kept_days": services.CONTACT_DAYS,
    }
    body = render_to_string("polls/moderation/notice.html", context)
    return http.private(HttpResponse(body, status=status))


def _gone(found: Reported, typed: str = "") -> HttpResponse:
    """The text was published, and is not any more; what was typed about it is kept on the page."""
    message = _(
        "It was hidden, changed or taken back since you saw it. There is nothing left to report; if"
        " it appears again, you can report it then."
    )
    slug = found.edition.article.slug
    return letters.refusal(
        410,
        _("This text is no longer shown"),
        message,
        text=typed,
        edition=found.edition,
        page_url=reverse("article", args=[slug]),
    )
