"""What a flagged group had in common was of its people: it goes when they go."""

from datetime import datetime

from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Cast, Concat

from polls.models import FlagGroup, Survey

GONE = "gone "
# The rules whose key is the pseudonym of a network.
OF_NETWORKS = (FlagGroup.Rule.REPEAT, FlagGroup.Rule.CONCENTRATION)


def forget_keys(survey: Survey) -> None:
    """The groups of a survey whose answers are deleted keep their numbers, and no key."""
    _forget(FlagGroup.objects.filter(survey=survey))


def forget_networks(before: datetime) -> None:
    """As the pseudonyms of older responses go, those in their groups' keys do."""
    _forget(FlagGroup.objects.filter(rule__in=OF_NETWORKS, last_at__lt=before))


def _forget(groups: QuerySet[FlagGroup]) -> None:
    number = Cast("pk", CharField())
    groups.exclude(key__startswith=GONE).update(key=Concat(Value(GONE), number))
