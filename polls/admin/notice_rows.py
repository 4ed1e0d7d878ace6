"""Reported texts as the newsroom's page shows them: with the clock, and what may be done."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.timesince import timesince, timeuntil
from django.utils.translation import gettext as _

from polls.models import ModerationRule, Notice, Opinion
from polls.moderation.grounds import grounds_of
from polls.moderation.notices.queries import Case


@dataclass(frozen=True)
class Clock:
    """How long there is still, or since when it is too late."""

    words: str
    overdue: bool


@dataclass(frozen=True)
class Row:
    """A reported text as the page shows it: its notices with their clocks, and what may be done."""

    case: Case
    clock: Clock
    notices: tuple[tuple[Notice, Clock], ...]
    grounds: tuple[ModerationRule, ...]

    @property
    def opinion(self) -> Opinion:
        return self.case.opinion

    @property
    def hides(self) -> bool:
        return self.opinion.status == Opinion.Status.PUBLISHED

    @property
    def threatens(self) -> bool:
        return any(notice.claim == Notice.Claim.THREAT for notice, _clock in self.notices)

    @property
    def keeps(self) -> bool:
        return self.opinion.may_publish


def rows_of(cases: Iterable[Case]) -> list[Row]:
    """The cases for the page, with the grounds of their surveys: two queries for all of them."""
    cases, now = list(cases), timezone.now()
    grounds = grounds_of(case.opinion.survey for case in cases)
    return [_row(case, grounds, now) for case in cases]


def _row(case: Case, grounds: Mapping[int, list[ModerationRule]], now: datetime) -> Row:
    return Row(
        case,
        clock(case.due_at, now),
        tuple((notice, clock(notice.due_at, now)) for notice in case.notices),
        tuple(grounds[case.opinion.survey_id]),
    )


def clock(due_at: datetime, now: datetime) -> Clock:
    if due_at < now:
        return Clock(_("overdue by %(time)s") % {"time": timesince(due_at, now, depth=1)}, True)
    return Clock(_("due in %(time)s") % {"time": timeuntil(due_at, now, depth=1)}, False)
