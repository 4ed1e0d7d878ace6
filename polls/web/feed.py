"""The Atom feed of consultations (RFC 4287): what has opened, the newest first."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from polls.lib.addresses import address_of
from polls.lib.caching import kept
from polls.lib.http import by_all, public_page

from .consultations import Found, consultations

SECONDS = 60
MOST = 30


class _Feed(Atom1Feed):
    """Django's feed, whose entries say their language and whose date is given."""

    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        return {"xml:lang": item["language"]}

    def latest_post_date(self) -> datetime:
        # Without any entry Django says now, which would be another feed at each look.
        found: datetime = self.feed["updated"]
        return found


@require_safe
def consultations_feed(request: HttpRequest) -> HttpResponse:
    content_type = "application/atom+xml"
    return public_page(request, _content(), kept=by_all(SECONDS), content_type=content_type)


@kept(SECONDS)
def _content() -> bytes:
    found = sorted(consultations(MOST), key=lambda one: one.opened, reverse=True)
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    feed = _Feed(
        title=_("%(site)s: consultations") % {"site": settings.SITE_NAME},
        link=address_of("home"),
        description=None,
        subtitle=_("Articles on which readers are asked for their opinion."),
        language=settings.LANGUAGE_CODE,
        feed_url=address_of("consultations-feed"),
        updated=max((one.changed for one in found), default=today),
    )
    for one in found:
        _add(feed, one)
    content: str = feed.writeString("utf-8")
    return content.encode()


def _add(feed: _Feed, found: Found) -> None:
    article = found.survey.article
    feed.add_item(
        title=article.title,
        link=address_of("article", article.slug),
        # Atom's summary is HTML here, and a standfirst is text.
        description=escape(article.standfirst or found.survey.question),
        author_name=article.author or settings.SITE_NAME,
        pubdate=found.opened,
        updateddate=found.changed,
        language=article.language,
    )
