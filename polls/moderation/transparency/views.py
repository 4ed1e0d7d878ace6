"""The public page: what moderation did in the quarters and years that are over.

What is over changes little, and late only: a notice that was still open is decided, a text is
taken back. So a page is made once an hour in each process, and every cache may keep it as long.
"""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Min
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.http import require_safe

from polls.lib.caching import kept
from polls.lib.http import by_all, public_page
from polls.models import Opinion

from .counts import Scope
from .csv import chunks, file_name
from .names import name_of
from .periods import Period, closed, quarter_of
from .report import Report, report
from .wording import tables

SECONDS = 3600


@dataclass(frozen=True)
class Named:
    """A period in a list of them."""

    period: Period
    name: str


@require_safe
def page(request: HttpRequest, key: str = "") -> HttpResponse:
    """A period that is over, the newest quarter where none is named; before any is over, when
    there will be one."""
    content = _page(key, _language(request), timezone.localdate())
    return public_page(request, content, kept=by_all(SECONDS))


@require_safe
def download(request: HttpRequest, key: str) -> HttpResponse:
    language, today = _language(request), timezone.localdate()
    content = _file(key, language, today)
    answer = public_page(request, content, kept=by_all(SECONDS), content_type="text/csv")
    answer["Content-Disposition"] = f'attachment; filename="{file_name(_of(key, today))}"'
    return answer


def _language(request: HttpRequest) -> str:
    wanted = request.GET.get("lang", "")
    return wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


@kept(SECONDS)
def _offered(today: date) -> list[Period]:
    """Those that are over since the first text came. Nothing else is counted for the public: what
    runs still changes, and of chosen days the difference might tell of one text."""
    first = Opinion.objects.aggregate(first=Min("submitted_at"))["first"]
    return list(closed(timezone.localdate(first), today)) if first else []


@kept(SECONDS)
def _of(key: str, today: date) -> Report:
    period = next((one for one in _offered(today) if one.key == key), None)
    if period is None:
        raise Http404
    return report(Scope(period))


@kept(SECONDS)
def _page(key: str, language: str, today: date) -> bytes:
    offered = _offered(today)
    newest = next((period.key for period in offered if "-q" in period.key), "")
    found = _of(key or newest, today) if offered else None
    if found is None and key:
        raise Http404
    with override(language):
        context = {
            "key": key,
            "report": found,
            "name": name_of(found.period) if found else "",
            "tables": tables(found) if found else [],
            "periods": [Named(period, name_of(period)) for period in offered],
            "first_end": quarter_of(today).last,
            "others": [code for code, _ in settings.LANGUAGES if code != language],
        }
        return render_to_string("polls/moderation/transparency.html", context).encode()


@kept(SECONDS)
def _file(key: str, language: str, today: date) -> bytes:
    with override(language):
        return b"".join(chunks(_of(key, today)))
