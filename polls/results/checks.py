"""The comparison of tallies and answers on the record: when it was last made, and what it found.

It is an event without a survey, since it is of all of them. So any machine knows of it, and a
sceptic finds in the record that the sums were checked each night.
"""

from datetime import datetime

from django.db.models import Max

from polls.models import AuditEvent

OUTCOMES = {AuditEvent.Action.RECOUNTED: "equal", AuditEvent.Action.MISCOUNTED: "different"}


def record_check(differences: int) -> None:
    """Write down that all tallies were compared with a recount."""
    action = AuditEvent.Action.MISCOUNTED if differences else AuditEvent.Action.RECOUNTED
    detail = f"{differences} tallies differ from a recount" if differences else ""
    AuditEvent.objects.create(action=action, detail=detail)


def last_checks() -> dict[str, datetime]:
    """When a check last had each outcome, "equal" or "different"; one query."""
    found = AuditEvent.objects.filter(action__in=OUTCOMES).order_by().values_list("action")
    return {OUTCOMES[action]: at for action, at in found.annotate(Max("at"))}
