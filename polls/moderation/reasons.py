"""The statement of reasons: what was decided on a text, why, by whom, and how to contest it.

Regulation (EU) 2022/2065, article 17(3): the restriction, the facts and whether a notice led to
them, automatic means, the ground in law or in the house's rules, and the ways of redress.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from polls.models import Appeal, ModerationEvent, Notice, Opinion, Signal

from .appeals import contestable

Action = ModerationEvent.Action
Status = Opinion.Status


@dataclass(frozen=True)
class Reasons:
    """What the author of a text reads of it.

    `decision` is what it is about; `shown_until`: when readers last saw the text, None where they
    never did; `by_notice`: a reader had reported it (who, nobody is told); `signals`: to what a
    program had pointed the moderator; `appeal`: the author contested it.
    """

    decision: ModerationEvent
    shown_until: datetime | None
    by_notice: bool
    signals: tuple[str, ...]
    appeal: Appeal | None
    may_contest: bool

    @property
    def is_rejection(self) -> bool:
        return self.decision.action == Action.REJECT

    @property
    def outcome(self) -> ModerationEvent | None:
        """The event by which the appeal was decided."""
        if self.appeal is None:
            return None
        return self.appeal.events.filter(action__in=[Action.OVERTURN, Action.CONFIRM]).first()


# By the state of a text: the actions that its present state may come from.
DECISIONS = {
    Status.REJECTED: (Action.REJECT,),
    Status.HELD: (Action.HOLD, Action.HIDE),
    Status.PUBLISHED: (Action.OVERTURN,),
}


def reasons(opinion: Opinion) -> Reasons | None:
    """Of the state that the text is in now; None where there is nothing to give reasons for."""
    actions = DECISIONS.get(Status(opinion.status))
    found = opinion.events.filter(action__in=actions).first() if actions else None
    if found is None or (found.action == Action.OVERTURN and not _stands(opinion, found)):
        return None
    shown_until, reported = _before(opinion, found)
    return Reasons(
        decision=found,
        shown_until=shown_until,
        by_notice=reported or _answers_notice(opinion, found),
        signals=tuple(str(Signal(key).label) for key in opinion.signal_keys),
        appeal=found.appeal or Appeal.objects.filter(decision=found).first(),
        may_contest=contestable(opinion) is not None,
    )


def _before(opinion: Opinion, decision: ModerationEvent) -> tuple[datetime | None, bool]:
    """Until when readers saw the text as it is now, and whether one of them had reported it; what
    became of it before its author changed it says nothing of either."""
    shown_until, reported = None, False
    for event in opinion.events.filter(pk__lte=decision.pk).order_by("pk"):
        if event.action == Action.EDIT:
            shown_until, reported = None, False
        elif event.action == Action.NOTICE:
            reported = True
        elif event.before == Status.PUBLISHED != event.after:
            shown_until = event.at
    return shown_until, reported


def _answers_notice(opinion: Opinion, decision: ModerationEvent) -> bool:
    """Whether it answered a notice, or one is still open: a change of the text doesn't settle it,
    and what isn't published can't be reported."""
    led = Q(decision=decision) | Q(status=Notice.Status.OPEN)
    return Notice.objects.filter(led, opinion=opinion).exists()


def _stands(opinion: Opinion, overturned: ModerationEvent) -> bool:
    """Whether the text is the one that was published on appeal: its author hasn't changed it."""
    later = opinion.events.filter(pk__gt=overturned.pk)
    return not later.filter(action__in=[Action.EDIT, Action.UNDO, Action.REJECT]).exists()


def was_settled(opinion: Opinion) -> bool:
    """Whether the text waits to be read anew, and an appeal about it was settled by the change."""
    if opinion.status != Status.PENDING:
        return False
    last = Appeal.objects.filter(opinion=opinion).order_by("-pk").first()
    return last is not None and last.status == Appeal.Status.MOOT
