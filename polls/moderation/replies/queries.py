"""What an editor has to know to decide on a right of reply."""

import calendar
from datetime import date, datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from polls.lib.prose import Anchor, prose
from polls.models import ModerationEvent, Reply, Statement

MONTHS = 3


def with_suspicion(replies: QuerySet[Reply]) -> QuerySet[Reply]:
    """Each with `suspicious`: its first event says that a field was filled which no person sees."""
    first = ModerationEvent.objects.filter(
        reply=OuterRef("pk"), action=ModerationEvent.Action.REPLY
    ).exclude(reason="")
    return replies.annotate(suspicious=Exists(first))


def is_late(received_at: datetime, published_on: date | None) -> bool:
    """Whether it came more than three months after the article was published.

    Law n° 2004-575, article 1-1 III, counted from date to date; the last day counts. Without a
    date of publication nothing can be late. What follows from it is for the editor to judge: a
    text that was changed since begins a time of its own.
    """
    return published_on is not None and timezone.localdate(received_at) > last_day(published_on)


def last_day(published_on: date) -> date:
    """The same day three months later, or that month's last where it has none."""
    month = published_on.month - 1 + MONTHS
    year, month = published_on.year + month // 12, month % 12 + 1
    return date(year, month, min(published_on.day, calendar.monthrange(year, month)[1]))


def passage(statement: Statement) -> list[str]:
    """The block of the article in which the statement stands, between its neighbours, as HTML.

    Empty where the text has changed and the statement stands nowhere any more.
    """
    anchor = Anchor(statement.number, statement.anchor, statement.prefix, statement.suffix)
    blocks = prose(statement.article.body, [anchor]).blocks
    for place, block in enumerate(blocks):
        if block.numbers:
            return [near.html for near in blocks[max(0, place - 1) : place + 2]]
    return []
