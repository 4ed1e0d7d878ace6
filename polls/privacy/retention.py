"""Deleting a survey's answers when their time is over: begun, batch by batch, and finished.

Each step is a transaction of its own under the lock of the survey's row, and the record says when
it began and when it was done. A run that is killed is gone on with by the next one; two at once
take turns. The tallies and releases stay: from then on they are all there is.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from polls.answering import erasing
from polls.answering.erasing import Erased, NotDue
from polls.lib.caching import forget
from polls.lib.numbers import day
from polls.models import (
    AuditEvent,
    Edition,
    Opinion,
    Release,
    Response,
    Survey,
    read_edition,
    record,
)
from polls.results.access import is_public
from polls.results.erasure import due_at, erased_since, locked
from polls.results.integrity.erasing import forget_keys
from polls.results.queries import results
from polls.results.releases.services import NothingToRelease, TooFewChanged, publish_release

ERASE = AuditEvent.Action.ERASE


@dataclass(frozen=True)
class Kept:
    """What there is of a survey's readers now, and how its time stands."""

    survey: Survey
    responses: int
    texts: int
    due: datetime | None

    def is_due(self, now: datetime) -> bool:
        return self.due is not None and self.due <= now


def kept(slug: str = "") -> Iterator[Kept]:
    """The surveys whose answers aren't deleted yet, those taken down among them, oldest first."""
    found = Survey.objects.frozen().filter(erased_at__isnull=True).select_related("article")
    if slug:
        found = found.filter(article__slug=slug)
    for survey in found.order_by("pk"):
        yield Kept(survey, *_numbers(survey), due_at(survey))


def _numbers(survey: Survey) -> tuple[int, int]:
    texts = Opinion.objects.filter(survey=survey).exclude(text="")
    return Response.objects.filter(survey=survey).count(), texts.count()


def erase(survey: Survey, now: datetime) -> Erased:
    """Delete the answers of a survey whose time is over; return what this run deleted.

    Raises NotDue.
    """
    begin(survey, now)
    gone = sum(erasing.erase(survey=survey.pk, now=now), Erased())
    finish(survey)
    return gone


@transaction.atomic(durable=True)
def begin(survey: Survey, now: datetime) -> None:
    """Make the final release and say so on the record; once, however often it is called."""
    survey = locked(survey.pk)
    due = due_at(survey)
    if due is None or due > now:
        raise NotDue
    if erased_since(survey.pk):
        return
    responses, texts = _numbers(survey)
    release = final_release(survey, now)
    last = release or Release.objects.filter(survey=survey).order_by("-number").first()
    detail = _("begun: %(responses)d answers, %(texts)d texts; last release: %(release)s") % {
        "responses": responses,
        "texts": texts,
        "release": last.number if last else "–",
    }
    record(survey, ERASE, None, detail)


def final_release(survey: Survey, now: datetime) -> Release | None:
    """The figures as they will stay, where anybody may see them; nothing that wasn't public before.

    None where the last release says the same already, or almost: then that one is final.
    """
    edition = read_edition(survey)
    # A release that is made in a blackout is shown after it.
    if not is_public(replace(edition, blackouts=()), now) or _is_released(edition):
        return None
    with override(survey.article.language):
        title = _("Final figures")
        commentary = _(
            "The answers of which these figures are made were deleted on %(day)s, after the"
            " %(number)d days that readers had been told. The figures no longer change."
        ) % {"day": day(timezone.localtime(now)), "number": survey.retention_days}
        try:
            return publish_release(survey=survey, by=None, title=title, commentary=commentary)
        except (NothingToRelease, TooFewChanged):
            return None


def _is_released(edition: Edition) -> bool:
    last = Release.objects.filter(survey=edition.survey).order_by("-number").first()
    if last is None:
        return False
    released: str = last.figures["results"]["identity"]["digest"]
    return released == results(edition).identity.digest


@transaction.atomic(durable=True)
def finish(survey: Survey) -> None:
    """Say that nothing is left, where that is so; once, however often it is called."""
    survey = locked(survey.pk)
    if survey.erased_at or Response.objects.filter(survey=survey).exists():
        return
    forget_keys(survey)
    Survey.objects.filter(pk=survey.pk).update(erased_at=Now())
    marks = Opinion.objects.filter(survey=survey).count()
    detail = _("done: %(marks)d marks without content are left") % {"marks": marks}
    record(survey, ERASE, None, detail)
    transaction.on_commit(forget)
