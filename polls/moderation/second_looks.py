"""Decisions that somebody else takes again without knowing the first.

How often the two agree says how even-handed the desk is.
"""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, F, QuerySet
from django.db.models.functions import Now

from polls.models import ModerationEvent, SecondLook, display_name

Action = ModerationEvent.Action
OUTCOMES = (Action.PUBLISH.value, Action.REJECT.value)


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


def waiting(user: User) -> QuerySet[SecondLook]:
    """Those that this person may look at, oldest first: decided by somebody else, on a text that
    stands as it was decided."""
    return (
        SecondLook.objects.filter(
            looked_at__isnull=True,
            # A decision counts the version up by one; any later step counts it up again.
            opinion__version=F("decision__version") + 1,
        )
        .exclude(decision__actor=user)
        .exclude(opinion__text="")
        .order_by("drawn_at", "pk")
    )


@transaction.atomic
def look(*, second_look: int, by: User, outcome: str, rule_key: str = "") -> SecondLook:
    """Write down what this person would have done; it changes nothing of the text's state.

    Raises Gone where there is nothing to look at any more, and ValueError for another outcome
    than to publish or to reject.
    """
    if outcome not in OUTCOMES:
        raise ValueError(outcome)
    found = waiting(by).select_for_update(of=("self",)).filter(pk=second_look).first()
    if found is None:
        raise Gone
    SecondLook.objects.filter(pk=found.pk).update(
        actor=by,
        actor_name=display_name(by),
        looked_at=Now(),
        outcome=outcome,
        rule_key=rule_key if outcome == Action.REJECT else "",
    )
    return SecondLook.objects.select_related("decision", "opinion").get(pk=found.pk)
