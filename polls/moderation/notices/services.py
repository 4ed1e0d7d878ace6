"""Notices: taken in with what follows from them at once, and answered by a decision on the text."""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, Min, OuterRef
from django.db.models.functions import Now
from django.utils import timezone

from polls.models import (
    ModerationEvent,
    ModerationRule,
    Notice,
    Opinion,
    OpinionVersion,
    display_name,
)
from polls.moderation.services import Action, Outcome, decide, locked
from polls.moderation.settling import URGENT

Status = Opinion.Status
Lane = Opinion.Lane

# By when a notice is decided. The Regulation says "timely" (article 16(6)); these are what the
# page promises, and what the newsroom's clocks count down to.
DUE_URGENT = timedelta(hours=24)
DUE_RULES = timedelta(days=7)

# How long name and address of who gave it are kept after the decision: as long as an author may
# contest one (article 20(1): six months), when there may be something to ask.
CONTACT_DAYS = 183

# Each notice makes a moderator who is reading the text read anew, since a decision answers all of
# them. Beyond so many open ones it no longer does, or a crowd could keep a text from ever being
# decided; they are answered with the rest.
READ_ANEW = 20

# What a notice may change of a text.
CHANGES = ("status", "lane", "version", "decided_at", "waits_since")


class NotShown(Exception):
    """The text is not published, or no longer: there is nothing to report."""


class Changed(Exception):
    """The text or its state is not what the moderator read."""

    def __init__(self, opinion: Opinion) -> None:
        super().__init__()
        self.opinion = opinion


@dataclass(frozen=True)
class Complaint:
    """What somebody says of a published text (article 16(2)), and who says so, if they want."""

    claim: str
    ground: str = ""
    explanation: str = ""
    passage: str = ""
    name: str = ""
    email: str = ""

    @property
    def is_urgent(self) -> bool:
        return self.claim in URGENT

    @property
    def lane(self) -> int:
        return Lane.URGENT if self.is_urgent else Lane.REPORTED

    @property
    def time(self) -> timedelta:
        return DUE_URGENT if self.is_urgent else DUE_RULES


@transaction.atomic(durable=True)
def give(
    *, opinion: Opinion, complaint: Complaint, receipt_hash: str, suspicion: str = ""
) -> Notice:
    """Take in a notice: the text goes back to the queue, first, and out of sight where its survey
    says so. A suspicious one is kept and does neither.

    The same hash again is the same notice again, so that a retry gives no second one.
    Raises NotShown where the text isn't published (any more).
    """
    [opinion] = locked([opinion.pk])
    if known := Notice.objects.filter(receipt_hash=receipt_hash).first():
        return known
    if opinion.status != Status.PUBLISHED:
        raise NotShown
    notice = _store(opinion, complaint, receipt_hash, suspicion)
    _write(opinion, notice, Action.NOTICE)
    if not suspicion:
        _bring_back(opinion, complaint.lane)
        if complaint.is_urgent and opinion.survey.hide_reported and not _was_left(opinion):
            _hide(opinion, notice)
        opinion.save(update_fields=CHANGES)
    return notice


def _store(opinion: Opinion, complaint: Complaint, receipt_hash: str, suspicion: str) -> Notice:
    now = timezone.now()
    return Notice.objects.create(
        opinion=opinion,
        survey=opinion.survey,
        receipt_hash=receipt_hash,
        language=opinion.survey.article.language,
        claim=complaint.claim,
        ground=complaint.ground,
        explanation=complaint.explanation,
        passage=complaint.passage,
        name=complaint.name,
        email=complaint.email,
        good_faith=True,
        suspicion=suspicion,
        received_at=now,
        due_at=now + complaint.time,
    )


def _bring_back(opinion: Opinion, lane: int) -> None:
    """To the queue, in its lane or a more urgent one. A text that waits already has its clock."""
    raises = lane < opinion.lane
    if opinion.decided_at is not None:
        opinion.decided_at, opinion.waits_since = None, Now()
    opinion.lane = min(opinion.lane, lane)
    still = Notice.objects.filter(opinion=opinion, status=Notice.Status.OPEN, suspicion="")
    if raises or still.order_by()[: READ_ANEW + 1].count() <= READ_ANEW:
        opinion.version += 1


def _was_left(opinion: Opinion) -> bool:
    """Whether a person has left this very text published after such a notice: then another one
    brings it back to the queue but doesn't hide it again, or one reader could keep it hidden."""
    changed = OpinionVersion.objects.filter(
        opinion=OuterRef("opinion"), replaced_at__gt=OuterRef("decided_at")
    )
    left = Notice.objects.filter(
        opinion=opinion, claim__in=URGENT, status=Notice.Status.DISMISSED, decision__isnull=False
    )
    return left.exclude(Exists(changed)).exists()


def _hide(opinion: Opinion, notice: Notice, by: User | None = None) -> None:
    """Out of sight, undecided: HELD without a date of decision, and its notices stay open."""
    _write(opinion, notice, Action.HIDE, after=Status.HELD, by=by)
    opinion.status = Status.HELD


def _write(
    opinion: Opinion, notice: Notice, action: str, *, after: str = "", by: User | None = None
) -> None:
    """Write down the step. Who gave the notice, and what it says, isn't in the record."""
    ModerationEvent.objects.create(
        opinion=opinion,
        notice=notice,
        action=action,
        before=opinion.status,
        after=after or opinion.status,
        version=opinion.version,
        actor=by,
        actor_name=display_name(by) if by else "",
        automatic=by is None,
    )


@transaction.atomic
def hide(*, notice: Notice, version: int, by: User) -> Opinion:
    """Hide a published text until its notices are decided, by a moderator's hand.

    Raises Changed where the text isn't what the moderator read, or nothing is open about it.
    """
    [opinion] = locked([notice.opinion_id])
    still_open = Notice.objects.filter(pk=notice.pk, status=Notice.Status.OPEN).exists()
    if opinion.version != version or opinion.status != Status.PUBLISHED or not still_open:
        raise Changed(opinion)
    _hide(opinion, notice, by)
    _wait_again(opinion)
    opinion.lane = min(opinion.lane, Lane.URGENT if notice.claim in URGENT else Lane.REPORTED)
    opinion.version += 1
    opinion.save(update_fields=CHANGES)
    return opinion


@transaction.atomic
def answer(
    *,
    notice: Notice,
    version: int,
    action: str,
    by: User,
    rule: ModerationRule | None = None,
    reason: str = "",
) -> Outcome:
    """Publish or reject the reported text, and so answer every open notice of it.

    A text that only suspicious notices speak of never went back to the queue, where alone it can
    be left published: it goes there in the same transaction. Outcome and errors are `decide`'s.
    """
    [opinion] = locked([notice.opinion_id])
    was_read = opinion.version == version and opinion.status == Status.PUBLISHED
    if was_read and _wait_again(opinion):
        opinion.save(update_fields=CHANGES)
    return decide(
        versions={opinion.pk: version}, action=action, moderator=by, rule=rule, reason=reason
    )


def _wait_again(opinion: Opinion) -> bool:
    """Undecided again, since its first open notice came; False where it waits or none is open."""
    found = Notice.objects.filter(opinion=opinion, status=Notice.Status.OPEN)
    first = found.aggregate(first=Min("received_at"))["first"]
    if opinion.decided_at is None or first is None:
        return False
    opinion.decided_at, opinion.waits_since = None, first
    return True
