"""The statement of reasons: what was decided on a text, why, by whom, and how to contest it.

Regulation (EU) 2022/2065, article 17(3): the restriction, the facts and whether a notice led to
them, automatic means, the ground in law or in the house's rules, and the ways of redress.
"""

from dataclasses import dataclass

from polls.models import Appeal, ModerationEvent, Notice, Opinion

from .appeals import contestable

Action = ModerationEvent.Action
Status = Opinion.Status


@dataclass(frozen=True)
class Reasons:
    """What the author of a text reads of it.

    `decision` is what it is about; `was_shown`: readers had seen the text before; `by_notice`: a
    reader's notice led to it (who, nobody is told); `appeal`: the author contested it.
    """

    decision: ModerationEvent
    was_shown: bool
    by_notice: bool
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
    shown = opinion.events.filter(after=Status.PUBLISHED, at__lte=found.at).exclude(pk=found.pk)
    return Reasons(
        decision=found,
        was_shown=shown.exists(),
        by_notice=found.notice_id is not None or Notice.objects.filter(decision=found).exists(),
        appeal=found.appeal or Appeal.objects.filter(decision=found).first(),
        may_contest=contestable(opinion) is not None,
    )


def _stands(opinion: Opinion, overturned: ModerationEvent) -> bool:
    """Whether the text is the one that was published on appeal: its author hasn't changed it."""
    later = opinion.events.filter(pk__gt=overturned.pk)
    return not later.filter(action__in=[Action.EDIT, Action.UNDO, Action.REJECT]).exists()
