"""Flagging responses, and setting flagged groups aside: what the rest of the code calls."""

from django.db.models import F
from django.db.models.functions import Greatest

from polls.models import Flag, FlagGroup, Response

from .decisions import (
    REASON,
    WAITING,
    Changed,
    ReasonMissing,
    exclude,
    history,
    include,
    keep,
    moved_since,
    newest_flag,
    waiting,
)
from .flagging import Flagged, flag, flag_by_rule
from .rules import fix_thresholds, thresholds

__all__ = [
    "REASON",
    "WAITING",
    "Changed",
    "Flagged",
    "ReasonMissing",
    "exclude",
    "fix_thresholds",
    "flag",
    "flag_by_rule",
    "forget",
    "history",
    "include",
    "keep",
    "moved_since",
    "newest_flag",
    "thresholds",
    "waiting",
]


def forget(response: Response) -> None:
    """Take a withdrawn response out of its groups, in the transaction that withdraws it.

    A group that was decided on doesn't grow unseen when others take the place of those who left.
    """
    for own in Flag.objects.filter(response=response).order_by("group_id"):
        FlagGroup.objects.filter(pk=own.group_id).update(
            size=F("size") - 1,
            set_aside=F("set_aside") - int(own.excluded),
            decided_size=Greatest(F("decided_size") - 1, 0),
        )
    Flag.objects.filter(response=response).delete()
    # What the group had in common was of these people: nothing of it stays when all are gone.
    empty = FlagGroup.objects.filter(survey=response.survey_id, size=0)
    empty.filter(decided_at__isnull=True).delete()
    for group in empty.exclude(key__startswith="gone "):
        FlagGroup.objects.filter(pk=group.pk).update(key=f"gone {group.pk}")
