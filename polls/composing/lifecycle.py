"""A survey after its publication: close, reopen, take down, publish again; each is recorded.

Never back to a draft: readers may have answered, and what they were asked stays as it was.
"""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from polls.lib.caching import forget
from polls.lib.numbers import moment
from polls.models import AuditEvent, Survey, Tally, record
from polls.results.erasure import erased_since, locked, require_rows

from .checking import Problem
from .services import NotPublishable

PLANNED = "closes_at before: "  # in the record of a closing by hand


class NotOpen(Exception):
    """There is nothing to close: the survey takes no answers now."""


class NotClosed(Exception):
    """There is nothing to reopen: readers don't see the survey, or it isn't closed."""


class NotPublished(Exception):
    """There is nothing to take down: readers don't see the survey."""


class NotTakenDown(Exception):
    """There is nothing to publish again: the survey was not taken down."""


@transaction.atomic
def close(*, survey: Survey, by: User | None = None) -> None:
    """Take no more answers from now on, by the clock of the database. Raises NotOpen."""
    before = locked(survey.pk).closes_at
    if not Survey.objects.open().filter(pk=survey.pk).update(closes_at=Now()):
        raise NotOpen
    record(survey, AuditEvent.Action.CLOSE, by, f"{PLANNED}{_iso(before)}" if before else "")
    transaction.on_commit(forget)


def planned_closing(survey: Survey) -> datetime | None:
    """The moment, still ahead, at which it was to close before it was closed by hand."""
    closings = AuditEvent.objects.filter(survey=survey, action=AuditEvent.Action.CLOSE)
    detail = closings.values_list("detail", flat=True).first() or ""
    if not detail.startswith(PLANNED):
        return None
    planned = datetime.fromisoformat(detail.removeprefix(PLANNED))
    return planned if planned > timezone.now() else None


@transaction.atomic
def reopen(*, survey: Survey, until: datetime | None, by: User | None = None) -> None:
    """Take answers again until a moment ahead, or (None) until it is closed by hand.

    Raises NotClosed; Erased where the answers were deleted after their time, or are being.
    """
    survey = locked(survey.pk)
    if not Survey.objects.published().filter(pk=survey.pk, closes_at__lte=Now()).exists():
        raise NotClosed
    require_rows(survey.pk)
    before, survey.closes_at = survey.closes_at, until
    survey.save(update_fields=["closes_at"])
    detail = f"closes_at: {_iso(before)} → {_iso(until)}"
    record(survey, AuditEvent.Action.CHANGE, by, detail)
    transaction.on_commit(forget)


def _iso(at: datetime | None) -> str:
    return timezone.localtime(at).isoformat(sep=" ", timespec="minutes") if at else "–"


@transaction.atomic
def unpublish(*, survey: Survey, by: User | None = None, note: str = "") -> Survey:
    """Show readers nothing of it any more, and say so at its address. Raises NotPublished.

    `note`: what they read there, 300 characters at most. Receipts go on working, and an earlier
    published edition takes the address back.
    """
    survey = locked(survey.pk)
    if not survey.is_published:
        raise NotPublished
    survey.status = Survey.Status.UNPUBLISHED
    survey.unpublished_at = Now()
    survey.unpublished_note = note
    survey.save(update_fields=["status", "unpublished_at", "unpublished_note"])
    survey.refresh_from_db(fields=["unpublished_at"])
    record(survey, AuditEvent.Action.UNPUBLISH, by, note)
    transaction.on_commit(forget)
    return survey


@transaction.atomic
def publish_again(*, survey: Survey, by: User | None = None) -> Survey:
    """Put back what was taken down, as it was: its questionnaire, its dates, its answers.

    Raises NotTakenDown; NotPublishable where it would take answers after those it had were deleted.
    """
    survey = locked(survey.pk)
    if survey.is_published or survey.unpublished_at is None:
        raise NotTakenDown
    closed = Survey.objects.filter(pk=survey.pk, closes_at__lte=Now()).exists()
    if erased_since(survey.pk) and not closed:
        raise NotPublishable([Problem(_("Its answers were deleted: it can’t be open again."))])
    detail = _("again; taken down on %(moment)s") % {"moment": moment(survey.unpublished_at)}
    survey.status = Survey.Status.PUBLISHED
    survey.unpublished_at, survey.unpublished_note = None, ""
    survey.save(update_fields=["status", "unpublished_at", "unpublished_note"])
    record(survey, AuditEvent.Action.PUBLISH, by, detail)
    transaction.on_commit(forget)
    return survey


def may_be_deleted(survey: Survey) -> bool:
    """A draft, or what was taken down before anybody answered.

    Answers are protected by the keys of the database; the tallies, which are all that is left of
    them after their time, by this alone.
    """
    if survey.is_published:
        return False
    return not (survey.responses.exists() or Tally.objects.filter(survey=survey).exists())
