"""What a decision on an opinion does to what is open about it: notices and appeals."""

from collections.abc import Iterable, Sequence

from django.db.models import Exists, OuterRef
from django.db.models.functions import Now

from polls.models import Appeal, ModerationEvent, Notice, Opinion

Lane = Opinion.Lane
URGENT = (Notice.Claim.ILLEGAL, Notice.Claim.THREAT)


def answer(events: Sequence[ModerationEvent]) -> None:
    """Answer the open notices of the opinions that were published or rejected; out of their lane.

    A bounded number of queries: those whose opinions have a notice are few.
    """
    by_opinion = {event.opinion_id: event for event in events if event.opinion_id}
    ids = list(by_opinion)
    Opinion.objects.filter(pk__in=ids).exclude(lane=Lane.USUAL).update(lane=Lane.USUAL)
    waiting = Notice.objects.filter(opinion__in=ids, status=Notice.Status.OPEN)
    notices = list(waiting.select_for_update(of=("self",)).order_by("pk"))
    for notice in notices:
        decision = by_opinion[notice.opinion_id]
        removed = decision.after == Opinion.Status.REJECTED
        notice.status = Notice.Status.UPHELD if removed else Notice.Status.DISMISSED
        notice.decision = decision
        notice.decided_at = Now()
    Notice.objects.bulk_update(notices, ["status", "decision", "decided_at"])


def reopen(opinions: Iterable[Opinion]) -> None:
    """A decision was undone: the notices that it had answered are open again."""
    ids = [opinion.pk for opinion in opinions]
    newer = ModerationEvent.objects.filter(
        opinion=OuterRef("decision__opinion"),
        pk__gt=OuterRef("decision"),
        action__in=[ModerationEvent.Action.PUBLISH, ModerationEvent.Action.REJECT],
    )
    last = Notice.objects.filter(opinion__in=ids, decision__isnull=False).exclude(Exists(newer))
    found = dict(last.values_list("pk", "opinion_id"))
    Notice.objects.filter(pk__in=found).update(
        status=Notice.Status.OPEN, decision=None, decided_at=None
    )
    reopened = Notice.objects.filter(pk__in=found, suspicion="")
    urgent = set(reopened.filter(claim__in=URGENT).values_list("opinion_id", flat=True))
    reported = set(reopened.values_list("opinion_id", flat=True)) - urgent
    for lane, those in ((Lane.URGENT, urgent), (Lane.REPORTED, reported)):
        if those:
            Opinion.objects.filter(pk__in=those).update(lane=lane)


def moot(opinions: Iterable[int]) -> None:
    """The text is gone: nothing is left to decide about it. What was written of it goes as well."""
    ids = list(opinions)
    open_notices = Notice.objects.filter(opinion__in=ids, status=Notice.Status.OPEN)
    open_notices.update(status=Notice.Status.MOOT, decided_at=Now())
    moot_appeals(ids)
    Notice.objects.filter(opinion__in=ids).update(passage="")
    Appeal.objects.filter(opinion__in=ids).update(text="")


def moot_appeals(opinions: Iterable[int]) -> None:
    """The text has changed, and is read anew: the decision on the old one is no longer at stake."""
    waiting = Appeal.objects.filter(opinion__in=list(opinions), status=Appeal.Status.OPEN)
    waiting.update(status=Appeal.Status.MOOT, decided_at=Now())


def contested(opinions: Iterable[Opinion]) -> set[int]:
    """Those with an open appeal."""
    waiting = Appeal.objects.filter(opinion__in=list(opinions), status=Appeal.Status.OPEN)
    return set(waiting.values_list("opinion_id", flat=True))


def settled(opinions: Iterable[Opinion]) -> set[int]:
    """Those that an appeal has settled, and of which nothing new has come since: neither another
    text nor a notice that is still open. Who was overruled can't decide the same again."""
    edits = ModerationEvent.objects.filter(
        opinion=OuterRef("opinion"),
        action=ModerationEvent.Action.EDIT,
        at__gt=OuterRef("decided_at"),
    )
    notices = Notice.objects.filter(opinion=OuterRef("opinion"), status=Notice.Status.OPEN)
    decided = Appeal.objects.filter(
        opinion__in=list(opinions), status__in=[Appeal.Status.UPHELD, Appeal.Status.DISMISSED]
    ).exclude(Exists(edits) | Exists(notices))
    return set(decided.values_list("opinion_id", flat=True))
