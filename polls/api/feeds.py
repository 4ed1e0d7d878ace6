"""The Atom feed of published opinions, where results are public to all (RFC 4287).

A text must not lead to the time at which its author answered, and so to the author: dates are
days, and the texts of one day stand in a random order.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.http import require_safe

from polls.lib.addresses import address_of
from polls.lib.http import by_shared, public_page
from polls.models import Edition, Opinion
from polls.results.access import public_results
from polls.results.identity_wording import notice
from polls.results.queries import Results
from polls.results.views import SECONDS

MOST = 50
# What XML 1.0 has no way to write (its production [2], Char), and a reader may have typed.
UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class TextFeed(Atom1Feed):
    """Django's feed, whose entries have their text as text and whose dates are given."""

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        # As an item's description Django would write it into a summary, as HTML.
        super().add_item_elements(handler, item | {"description": None})
        handler.addQuickElement("content", item["description"], {"type": "text"})

    def latest_post_date(self) -> datetime:
        # Without any entry Django says now, which would be another feed at each look.
        found: datetime = self.feed["updated"]
        return found


@dataclass(frozen=True)
class Entry:
    """A published text with the day it became so."""

    id: str
    text: str
    day: datetime


@require_safe
def opinions(request: HttpRequest, slug: str) -> HttpResponse:
    edition, figures = public_results(slug)
    with override(edition.article.language):
        feed = _feed(edition, figures)
    content: str = feed.writeString("utf-8")
    kept = by_shared(SECONDS)
    return public_page(request, content.encode(), kept=kept, content_type="application/atom+xml")


def _feed(edition: Edition, figures: Results) -> TextFeed:
    entries = newest(edition)
    results = address_of("results", figures.slug)
    label = _label(figures)
    feed = TextFeed(
        title=_("What readers say: %(title)s") % {"title": writable(edition.article.title)},
        link=results,
        description=None,
        subtitle=label,
        feed_copyright=label,
        language=figures.language,
        feed_url=address_of("opinions-feed", figures.slug),
        updated=entries[0].day if entries else _day(edition.survey.published_at or figures.at),
    )
    for entry in entries:
        feed.add_item(
            title=_("An opinion"),
            link=f"{results}#opinions",
            description=writable(entry.text),
            author_name=_("a reader"),
            unique_id=f"urn:uuid:{entry.id}",
            updateddate=entry.day,
        )
    return feed


def _label(figures: Results) -> str:
    """What the texts are a part of; on the feed and on what is copied from it."""
    if not figures.simulated:
        return notice()
    made = _(
        "These figures contain answers made by a program, to show the page. They are nobody’s"
        " opinion."
    )
    return f"{notice()} {_('Simulated readers.')} {made}"


def newest(edition: Edition) -> list[Entry]:
    """The MOST texts that were published last, in two queries: by day, and within it at random (by
    an identifier that is).

    A text that is published at once, to be read afterwards, has no decision: its day is that of
    its arrival. Texts are read apart, so that the database doesn't carry all of them through the
    sorting of which it keeps fifty.
    """
    found = Opinion.objects.published().filter(survey=edition.survey)
    dated = found.annotate(since=Coalesce("decided_at", "submitted_at"))
    last = list(dated.order_by("-since", "-pk").values_list("pk", "since")[:MOST])
    # Published still: one may have been rejected or withdrawn between the two.
    texts = found.in_bulk([pk for pk, _since in last])
    entries = [
        Entry(str(texts[pk].public_id), texts[pk].text, _day(since))
        for pk, since in last
        if pk in texts
    ]
    return sorted(entries, key=lambda entry: (entry.day, entry.id), reverse=True)


def _day(moment: datetime) -> datetime:
    """Midnight of its day, in the paper's time zone."""
    return timezone.localtime(moment).replace(hour=0, minute=0, second=0, microsecond=0)


def writable(text: str) -> str:
    """A text that XML can hold: what it can't is shown as a replacement character."""
    return UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", text)
