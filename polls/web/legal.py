"""The legal notice: who publishes, who directs, who hosts, and whom to ask for a correction.

What French law asks of a site's publisher (law of 21 June 2004 on confidence in the digital
economy, article 1-1), and the way to a correction that readers are owed anywhere.
"""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import override
from django.views.decorators.http import require_safe

from polls.checks import LEGAL_SETTINGS
from polls.lib.http import by_all, public_page

SECONDS = 60  # a setting changes with a restart


@dataclass(frozen=True)
class Imprint:
    """`missing`: the settings that nobody has filled in, named only where the site is developed."""

    publisher: str
    address: str
    phone: str
    registration: str
    director: str
    host: str
    contact: str
    privacy_contact: str
    missing: tuple[str, ...]


def imprint() -> Imprint:
    return Imprint(
        publisher=settings.PUBLISHER_NAME or settings.SITE_NAME,
        address=settings.PUBLISHER_ADDRESS,
        phone=settings.LEGAL_PHONE,
        registration=settings.LEGAL_REGISTRATION,
        director=settings.LEGAL_DIRECTOR,
        host=settings.LEGAL_HOST,
        contact=settings.LEGAL_CONTACT,
        privacy_contact=settings.PRIVACY_CONTACT,
        missing=tuple(
            name for name in LEGAL_SETTINGS if settings.DEBUG and not getattr(settings, name)
        ),
    )


@require_safe
def legal(request: HttpRequest) -> HttpResponse:
    wanted = request.GET.get("lang", "")
    language = wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    with override(language):
        page = render_to_string("polls/web/legal.html", {"imprint": imprint()})
    return public_page(request, page.encode(), kept=by_all(SECONDS))
