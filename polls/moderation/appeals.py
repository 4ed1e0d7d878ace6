"""Appeals: an author contests a rejection, once, and somebody else decides."""

from datetime import timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from polls.models import Appeal, ModerationEvent, Opinion, display_name

from .services import Action, Ground, carry_out, locked

PERMISSION = "polls.decide_appeal"
BACKEND = "django.contrib.auth.backends.ModelBackend"

# How long a decision may be contested: six months (Regulation (EU) 2022/2065, article 20(1)).
CONTESTABLE = timedelta(days=183)


class NotContestable(Exception):
    """No rejection stands, its time is over, or it was contested already."""


class OwnDecision(Exception):
    """Who took the decision can't judge the appeal while somebody else may."""


class Settled(Exception):
    """The appeal was decided meanwhile, or its text was changed or taken back."""

    def __init__(self, appeal: Appeal) -> None:
        super().__init__()
        self.appeal = appeal


class AnswerMissing(ValueError):
    """A dismissal without a sentence: its author could not be told why."""


def contestable(opinion: Opinion) -> ModerationEvent | None:
    """The rejection that stands, where its author may contest it now."""
    if opinion.status != Opinion.Status.REJECTED or not opinion.may_publish:
        return None
    decision = opinion.events.filter(action=Action.REJECT).first()
    if decision is None or decision.at < timezone.now() - CONTESTABLE:
        return None
    return None if Appeal.objects.filter(decision=decision).exists() else decision


@transaction.atomic(durable=True)
def contest(*, opinion: Opinion, text: str) -> Appeal:
    """Contest the rejection of a text. The same words again are the same appeal again.

    Raises NotContestable.
    """
    [opinion] = locked([opinion.pk])
    decision = contestable(opinion)
    if decision is None:
        again = Appeal.objects.filter(opinion=opinion, status=Appeal.Status.OPEN, text=text).first()
        if again is None:
            raise NotContestable
        return again
    appeal = Appeal.objects.create(opinion=opinion, decision=decision, text=text)
    ModerationEvent.objects.create(
        opinion=opinion,
        appeal=appeal,
        action=Action.APPEAL,
        before=opinion.status,
        after=opinion.status,
        version=opinion.version,
        automatic=True,
    )
    return appeal


def may_decide(appeal: Appeal, user: User) -> bool:
    """Somebody else than who rejected the text; the same person where nobody else is there."""
    return appeal.decision.actor_id != user.pk or is_alone(user)


def is_alone(user: User) -> bool:
    """Whether nobody else at the desk may decide appeals."""
    others = User.objects.with_perm(PERMISSION, backend=BACKEND).filter(is_staff=True)
    return not others.exclude(pk=user.pk).exists()


@transaction.atomic
def decide_appeal(*, appeal: int, upheld: bool, by: User, answer: str = "") -> Appeal:
    """Publish the contested text, or let its rejection stand; the author reads the answer.

    A desk of one decides on its own decision, and the record says so.
    Raises OwnDecision, Settled, or AnswerMissing for a dismissal without an answer.
    """
    opinion_id = Appeal.objects.values_list("opinion_id", flat=True).get(pk=appeal)
    [opinion] = locked([opinion_id])  # before the appeal, as everywhere, or two could deadlock
    found = Appeal.objects.select_for_update(of=("self",)).select_related("decision").get(pk=appeal)
    if found.status != Appeal.Status.OPEN or opinion.status != Opinion.Status.REJECTED:
        raise Settled(found)
    if not may_decide(found, by):
        raise OwnDecision
    if not upheld and not answer:
        raise AnswerMissing
    _write(found, opinion, by, upheld=upheld, answer=answer)
    if upheld:
        carry_out([opinion], Action.PUBLISH, by, Ground(), appeal=found)
    found.status = Appeal.Status.UPHELD if upheld else Appeal.Status.DISMISSED
    found.answer, found.decided_at = answer, Now()
    found.save(update_fields=["status", "answer", "decided_at"])
    return found


def _write(appeal: Appeal, opinion: Opinion, by: User, *, upheld: bool, answer: str) -> None:
    after = Opinion.Status.PUBLISHED if upheld else opinion.status
    waited = (timezone.now() - appeal.received_at).total_seconds()
    ModerationEvent.objects.create(
        opinion=opinion,
        appeal=appeal,
        action=Action.OVERTURN if upheld else Action.CONFIRM,
        before=opinion.status,
        after=after,
        version=opinion.version,
        actor=by,
        actor_name=display_name(by),
        reason=answer,
        alone=appeal.decision.actor_id == by.pk,
        waited=max(0, int(waited)),
    )
