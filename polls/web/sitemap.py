"""The sitemap (sitemaps.org 0.9): every page that anybody may find, with its other languages.

Django's own framework asks the Host header for the address, and each class of it for its own
queries; the addresses of all our pages come from four, and from the settings.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from polls.lib.addresses import address_of
from polls.lib.caching import kept
from polls.lib.http import by_all, public_page
from polls.models import Translation, translations_among
from polls.results.access import public_among, silent_articles

from .alternates import Alternate, of_site_page, of_translations
from .consultations import Found, consultations

SECONDS = 300
# A sitemap has at most 50,000 addresses; an article has three and one for each release.
MOST = 5000
SITE_PAGES = ("transparency", "privacy", "legal")

Families = Mapping[int, tuple[Translation, ...]]


@dataclass(frozen=True)
class Entry:
    """An address. `changed` is None where no true moment is known."""

    address: str
    changed: datetime | None = None
    alternates: Sequence[Alternate] = ()

    @property
    def lastmod(self) -> str:
        return self.changed.isoformat(timespec="seconds") if self.changed else ""


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    kept_by = by_all(SECONDS)
    return public_page(request, _content(), kept=kept_by, content_type="application/xml")


@kept(SECONDS)
def _content() -> bytes:
    return render_to_string("polls/web/sitemap.xml", {"entries": list(_entries())}).encode()


def _entries() -> Iterator[Entry]:
    found = consultations(MOST)
    yield Entry(address_of("home"), max((one.opened for one in found), default=None))
    for page in SITE_PAGES:
        alternates = of_site_page(page)
        for address in dict.fromkeys(one.address for one in alternates):
            yield Entry(address, alternates=alternates)
    public, silent = public_among([one.survey for one in found]), silent_articles(timezone.now())
    articles = [one.survey.article for one in found]
    shown = [one.survey.article for one in found if one.survey.pk in public]
    families, families_of_results = translations_among(articles), translations_among(shown)
    for one in found:
        yield from _of_article(one, families)
        yield from _figures(one, one.survey.pk in public, families_of_results)
        if one.survey.article_id not in silent:
            yield from _releases(one)


def _of_article(found: Found, families: Families) -> Iterator[Entry]:
    article = found.survey.article
    alternates = of_translations("article", families.get(article.pk, ()))
    yield Entry(address_of("article", article.slug), found.changed, alternates)


def _figures(found: Found, public: bool, families: Families) -> Iterator[Entry]:
    """The results change with every answer: of when, a map that is read once a week can't tell."""
    if public:
        article = found.survey.article
        alternates = of_translations("results", families.get(article.pk, ()))
        yield Entry(address_of("results", article.slug), alternates=alternates)


def _releases(found: Found) -> Iterator[Entry]:
    slug = found.survey.article.slug
    if found.releases:
        yield Entry(address_of("releases", slug), found.releases[0][1])
    for number, at in found.releases:
        yield Entry(address_of("release", slug, number), at)
