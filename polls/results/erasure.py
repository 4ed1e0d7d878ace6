"""Whether a survey's answers were deleted after their time: what reads rows asks here first.

What is left then are the tallies, and with them every figure item by item. A comparison, a course
over time, a recount or an export made now would be of the rows that happen to be left.
"""

from datetime import datetime, timedelta

from polls.models import AuditEvent, Survey


class Erased(Exception):
    """The answers of this survey are deleted, or being deleted, since `at`."""

    def __init__(self, at: datetime) -> None:
        super().__init__(f"The answers were deleted after their time ({at:%Y-%m-%d}).")
        self.at = at


def due_at(survey: Survey) -> datetime | None:
    """When the answers are to be deleted; None as long as nobody has said when it closes.

    One that was taken down without a closing took its last answers then.
    """
    ended = survey.closes_at
    if ended is None and survey.status == Survey.Status.UNPUBLISHED:
        ended = survey.unpublished_at
    return ended and ended + timedelta(days=survey.retention_days)


def erased_since(survey_id: int) -> datetime | None:
    """When the deletion began, by the record: from then on rows may be missing. One query.

    (`Survey.erased_at` says when it was complete; a run that was killed lies between the two.)
    """
    begun = AuditEvent.objects.filter(survey=survey_id, action=AuditEvent.Action.ERASE)
    return begun.order_by("at", "pk").values_list("at", flat=True).first()


def require_rows(survey_id: int) -> None:
    """Raise Erased where rows may be missing."""
    if at := erased_since(survey_id):
        raise Erased(at)


def locked(survey_id: int) -> Survey:
    """The survey's row, locked: the deletion holds it too, so that neither begins amid the other.

    Submissions only refer to the row, and don't wait for this lock (FOR NO KEY UPDATE).
    """
    found = Survey.objects.select_for_update(of=("self",), no_key=True)
    return found.select_related("article").get(pk=survey_id)
