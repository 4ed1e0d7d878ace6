"""Flagging responses, and setting flagged groups aside."""

from django.db.models import F

from polls.models import Flag, FlagGroup, Response


def forget(response: Response) -> None:
    """Take a withdrawn response out of its groups, in the transaction that withdraws it."""
    for flag in Flag.objects.filter(response=response):
        FlagGroup.objects.filter(pk=flag.group_id).update(
            size=F("size") - 1, set_aside=F("set_aside") - int(flag.excluded)
        )
    Flag.objects.filter(response=response).delete()
