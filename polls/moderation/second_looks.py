"""Decisions that somebody else takes again without knowing the first.

How often the two agree says how even-handed the desk is.
"""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.db.models.functions import Now

from polls.models import ModerationEvent, SecondLook, display_name

from .grounds import grounds_of

Action = ModerationEvent.Action
OUTCOMES = (Action.PUBLISH.value, Action.REJECT.value)
# After these there is no text any more on which the decision was taken, or no decision.
ENDS = (Action.EDIT, Action.WITHDRAW, Action.ERASE, Action.UNDO)


class UnknownGround(ValueError):
    """A rejection by what is neither a rule of the survey nor a law of its language."""


class Gone(Exception):
    """There is nothing left to look at: it was looked at, or the text has changed or gone."""


@dataclass(frozen=True)
class Agreement:
    """How often a second person decided as the first did.

    `kappa` is Cohen's (J. Cohen, "A coefficient of agreement for nominal scales", 1960):
    (p - e) / (1 - e), with p the share of equal decisions and e the share that two people who
    decide by chance, as often each way as these did, would have in common. None where nobody
    looked, or where both always decided the same way: then e is 1 and kappa says nothing.
    """

    looked: int
    agreed: int
    kappa: float | None


def agreement(since: datetime, until: datetime) -> Agreement:
    """Of the second looks taken in a time; one query."""
    found = SecondLook.objects.filter(looked_at__gte=since, looked_at__lt=until)
    counts = found.values_list("decision__action", "outcome").annotate(n=Count("pk")).order_by()
    table = {(first, second): number for first, second, number in counts}
    return agreement_of(table)


def agreement_of(table: dict[tuple[str, str], int]) -> Agreement:
    """Of a table of how often the first decided one way and the second another."""
    looked = sum(table.values())
    agreed = sum(number for (first, second), number in table.items() if first == second)
    if not looked:
        return Agreement(0, 0, None)
    expected = sum(
        sum(n for (first, _), n in table.items() if first == outcome)
        * sum(n for (_, second), n in table.items() if second == outcome)
        for outcome in OUTCOMES
    ) / (looked * looked)
    kappa = (agreed / looked - expected) / (1 - expected) if expected < 1 else None
    return Agreement(looked, agreed, kappa)


def open_looks() -> QuerySet[SecondLook]:
    """Those that nobody has taken yet, oldest first, on a text that is as it was decided on.

    What was reported or contested since stays among them: without it the two would agree more
    often than they do.
    """
    later = ModerationEvent.objects.filter(opinion=OuterRef("opinion"), pk__gt=OuterRef("decision"))
    return (
        SecondLook.objects.filter(~Exists(later.filter(action__in=ENDS)), looked_at__isnull=True)
        .exclude(opinion__text="")
        .order_by("drawn_at", "pk")
    )


def waiting(user: User) -> QuerySet[SecondLook]:
    """Those that this person may take: nothing about the text was decided by the same hand."""
    own = ModerationEvent.objects.filter(opinion=OuterRef("opinion"), actor=user)
    return open_looks().filter(~Exists(own))


@transaction.atomic
def look(*, second_look: int, by: User, outcome: str, rule_key: str = "") -> SecondLook:
    """Write down what this person would have done; it changes nothing of the text's state.

    Raises Gone where there is nothing to look at any more, UnknownGround for a rejection by none
    that holds, and ValueError for another outcome than to publish or to reject.
    """
    if outcome not in OUTCOMES:
        raise ValueError(outcome)
    taken = waiting(by).select_for_update(of=("self",)).select_related("opinion__survey__article")
    found = taken.filter(pk=second_look).first()
    if found is None:
        raise Gone
    survey = found.opinion.survey
    known = {ground.key for ground in grounds_of([survey])[survey.pk]}
    if outcome == Action.REJECT and rule_key not in known:
        raise UnknownGround(rule_key)
    SecondLook.objects.filter(pk=found.pk).update(
        actor=by,
        actor_name=display_name(by),
        looked_at=Now(),
        outcome=outcome,
        rule_key=rule_key if outcome == Action.REJECT else "",
    )
    return SecondLook.objects.select_related("decision", "opinion").get(pk=found.pk)
