"""The page that says what is kept, why and how long: of the site, and of one consultation."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import override
from django.views.decorators.http import require_safe

from polls.lib.http import by_all, public_page
from polls.models import Edition, current_edition

from .notice import notice

# A setting changes with a restart; a survey's dates may change at any time.
SECONDS = 60


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    wanted = request.GET.get("lang", "")
    language = wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    return _page(request, language, None)


@require_safe
def of_article(request: HttpRequest, slug: str) -> HttpResponse:
    """Of the edition at the article's address, in the article's language."""
    edition = current_edition(slug)
    if edition is None:
        raise Http404
    return _page(request, edition.article.language, edition)


def _page(request: HttpRequest, language: str, edition: Edition | None) -> HttpResponse:
    with override(language):
        html = render_to_string("polls/privacy/page.html", {"notice": notice(edition)})
    return public_page(request, html.encode(), kept=by_all(SECONDS))
