"""The files that programs ask for at addresses of their own: robots.txt, favicon, security.txt."""

from datetime import UTC, timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.utils import timezone
from django.views.decorators.http import require_safe

from polls.lib.addresses import address_of
from polls.lib.http import by_all, public_page

SECONDS = 3600
# What is one person's, or no page at all. Frames may be fetched: they say themselves that they are
# not to be listed, which nobody hears who may not read them.
CLOSED = (
    "/admin/",
    "/receipts/",
    "/opinions/",
    "/articles/*/responses/",
    "/articles/*/stamp/",
    "/articles/*/statements/*/reply/",
)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """RFC 9309."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED)]
    return _text(request, [*lines, "", f"Sitemap: {address_of('sitemap')}"])


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """RFC 9116: whom to tell of a hole. Http404 where nobody is named."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    today = timezone.now().astimezone(UTC).date()
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {today + timedelta(days=180)}T00:00:00Z",
        f"Preferred-Languages: {', '.join(code for code, _name in settings.LANGUAGES)}",
        f"Canonical: {address_of('security')}",
    ]
    return _text(request, lines)


def _text(request: HttpRequest, lines: list[str]) -> HttpResponse:
    content = "".join(f"{line}\n" for line in lines).encode()
    return public_page(request, content, kept=by_all(SECONDS), content_type="text/plain")


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Browsers and feed readers ask for it here, whatever a page's head says."""
    answer = redirect(static("polls/favicon.ico"))
    answer["Cache-Control"] = by_all(SECONDS)
    return answer
