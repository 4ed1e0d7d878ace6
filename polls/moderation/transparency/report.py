"""The report of a period, and the months beside one another."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncMonth

from polls.models import Appeal, Notice, Opinion
from polls.moderation.second_looks import Agreement, agreement

from . import queries
from .counts import Act, Action, Asked, Delay, GroundCount, Received, Scope
from .delays import delays
from .periods import Period


@dataclass(frozen=True)
class Report:
    """Everything that is counted of a period, of one survey or of all.

    `second_looks` is None for one survey: they are drawn from all of the desk's decisions.
    """

    scope: Scope
    received: Received
    edited: int
    withdrawn: int
    erased: int
    decisions: tuple[Act, ...]
    rejections: tuple[GroundCount, ...]
    notices: tuple[Asked, ...]
    appeals: Asked
    appeals_alone: int
    replies: Asked
    escalations: int
    delays: tuple[Delay, ...]
    second_looks: Agreement | None
    simulated: bool

    @property
    def period(self) -> Period:
        return self.scope.period


def report(scope: Scope) -> Report:
    acts = queries.acts(scope)
    span = (scope.period.since, scope.period.until)
    return Report(
        scope=scope,
        received=queries.received(scope),
        edited=acts.number(Action.EDIT),
        withdrawn=acts.number(Action.WITHDRAW),
        erased=acts.number(Action.ERASE),
        decisions=queries.decisions(acts),
        rejections=queries.rejections(scope),
        notices=queries.notices(scope),
        appeals=queries.appeals(scope),
        appeals_alone=queries.appeals_alone(scope),
        replies=queries.replies(scope),
        escalations=queries.escalations(scope),
        delays=delays(scope),
        second_looks=None if scope.survey else agreement(*span),
        simulated=queries.simulated(scope),
    )


@dataclass(frozen=True)
class Month:
    """A month of the course. `published` are decisions by which a text appeared, `rejected` those
    by which one was refused or removed, undone since or not."""

    period: Period
    received: int
    published: int
    rejected: int
    notices: int
    appeals: int


def course(months: Sequence[Period], survey: int | None = None) -> tuple[Month, ...]:
    """Consecutive months, in a query for each column."""
    whole = Scope(Period("", months[0].first, months[-1].last), survey)
    events = queries.events(whole).filter(appeal__isnull=True)
    appeared = Q(action=Action.PUBLISH, appeal__isnull=True) & ~Q(before=Opinion.Status.PUBLISHED)
    columns = [
        _by_month(Opinion.objects.filter(whole.came("submitted_at")), "submitted_at"),
        _by_month(queries.events(whole).filter(appeared | Q(action=Action.OVERTURN)), "at"),
        _by_month(events.filter(action=Action.REJECT), "at"),
        _by_month(Notice.objects.filter(whole.came("received_at")), "received_at"),
        _by_month(
            Appeal.objects.filter(whole.came("received_at", "opinion__survey")), "received_at"
        ),
    ]
    return tuple(Month(month, *(column[month.first] for column in columns)) for month in months)


def _by_month(rows: QuerySet[Any], moment: str) -> Counter[date]:
    months = rows.order_by().annotate(month=TruncMonth(moment)).values_list("month")
    return Counter({month.date(): number for month, number in months.annotate(Count("pk"))})
