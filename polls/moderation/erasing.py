"""What becomes of texts, and of what was written about them, when their time is over.

A text that nothing was decided about goes without a trace. Of the others a mark without content
stays, so that the record, which never had a text, still speaks of something.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, QuerySet

from polls.models import (
    Appeal,
    Escalation,
    ModerationEvent,
    ModerationNote,
    Notice,
    Opinion,
    OpinionVersion,
    Reply,
    SecondLook,
)

from . import settling
from .notices.services import CONTACT_DAYS as NOTICE_CONTACT_DAYS
from .replies.services import CONTACT_DAYS as REPLY_CONTACT_DAYS

# Whatever refers to an opinion and stays.
KEPT = (ModerationEvent, Notice, Appeal, SecondLook, Escalation)
# Stands for the words of a refused reply: the database wants some, until they are taken back.
GONE = "–"


@dataclass(frozen=True)
class Texts:
    """How many texts were deleted with everything, and of how many a mark is left."""

    deleted: int = 0
    marks: int = 0


def erase(responses: Sequence[int]) -> Texts:
    """Delete the texts of these responses, earlier versions and notes included.

    To be called in the transaction that deletes the responses, which are locked. A bounded number
    of queries, whatever their number.
    """
    found = Opinion.objects.select_for_update(of=("self",)).filter(response__in=responses)
    opinions = list(found.order_by("pk").defer("text"))
    ids = [opinion.pk for opinion in opinions]
    OpinionVersion.objects.filter(opinion__in=ids).delete()
    ModerationNote.objects.filter(opinion__in=ids).delete()
    SecondLook.objects.filter(opinion__in=ids, looked_at__isnull=True).delete()
    kept = _spoken_of(ids)
    _blank([one for one in opinions if one.pk in kept and one.status != Opinion.Status.WITHDRAWN])
    deleted = [pk for pk in ids if pk not in kept]
    Opinion.objects.filter(pk__in=deleted).delete()
    return Texts(len(deleted), len(ids) - len(deleted))


def _spoken_of(ids: Sequence[int]) -> set[int]:
    kept: set[int] = set()
    for model in KEPT:
        about = model._default_manager.filter(opinion__in=ids)
        kept.update(about.order_by().values_list("opinion_id", flat=True).distinct())
    return kept


def _blank(opinions: Sequence[Opinion]) -> None:
    """Leave marks without content; what was open about them is settled."""
    ids = [opinion.pk for opinion in opinions]
    ModerationEvent.objects.bulk_create(
        ModerationEvent(
            opinion=opinion,
            action=ModerationEvent.Action.ERASE,
            before=opinion.status,
            after=Opinion.Status.ERASED,
            version=opinion.version,
            automatic=True,
        )
        for opinion in opinions
    )
    Opinion.objects.filter(pk__in=ids).update(
        status=Opinion.Status.ERASED,
        text="",
        may_publish=False,
        show_ratings=False,
        signals="",
        echo_a=0,
        echo_b=0,
        lane=Opinion.Lane.USUAL,
        version=F("version") + 1,
        decided_at=None,
    )
    settling.moot(ids)


@dataclass(frozen=True)
class Letters:
    """Letters of one kind whose time is over, and what is left in place of what they said."""

    name: str
    due: QuerySet[Any]
    left: dict[str, str]

    def erase(self) -> int:
        """How many there were; a second run finds none."""
        return self.due.update(**self.left)


def letters(now: datetime, words_days: int) -> list[Letters]:
    """What is due of notices, rights of reply and appeals that were decided.

    Names and addresses go as early as the forms promise, the words after `words_days`. A published
    reply stays: it is published. What is open has no age.
    """
    contact, reply_contact, words = (
        now - timedelta(days=days) for days in (NOTICE_CONTACT_DAYS, REPLY_CONTACT_DAYS, words_days)
    )
    notices, replies = Notice.objects.all(), Reply.objects.exclude(status=Reply.Status.PENDING)
    refused = replies.filter(status=Reply.Status.REFUSED)
    said = ("ground", "explanation", "passage")
    return [
        _letters("names in notices", notices.filter(decided_at__lte=contact), "name", "email"),
        _letters("notices’ words", notices.filter(decided_at__lte=words), *said),
        _letters("contacts in replies", replies.filter(decided_at__lte=reply_contact), "contact"),
        _letters(
            "refused replies", refused.filter(decided_at__lte=words), "text", "name", left=GONE
        ),
        _letters("appeals’ words", Appeal.objects.filter(decided_at__lte=words), "text"),
    ]


def _letters(name: str, rows: QuerySet[Any], *fields: str, left: str = "") -> Letters:
    blank = dict.fromkeys(fields, left)
    return Letters(name, rows.exclude(**blank), blank)
