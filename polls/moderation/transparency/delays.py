"""How long readers waited: median and 95th percentile, the same on both databases."""

from typing import Any

from django.db.models import DurationField, ExpressionWrapper, F, QuerySet

from polls.models import Appeal, Notice

from .counts import Action, Delay, Scope
from .queries import events


def delays(scope: Scope) -> tuple[Delay, ...]:
    decided = events(scope).filter(
        action__in=(Action.PUBLISH, Action.REJECT),
        automatic=False,
        appeal__isnull=True,
        waited__isnull=False,
    )
    answered = events(scope, "reply").filter(
        action__in=(Action.PUBLISH, Action.REFUSE), waited__isnull=False
    )
    settled = ("upheld", "dismissed")
    noticed = Notice.objects.filter(scope.came("decided_at"), status__in=settled)
    contested = Appeal.objects.filter(
        scope.came("decided_at", "opinion__survey"), status__in=settled
    )
    return (
        _delay("decisions", decided.order_by("waited").values_list("waited", flat=True)),
        _delay("notices", _spent(noticed)),
        _delay("appeals", _spent(contested)),
        _delay("replies", answered.order_by("waited").values_list("waited", flat=True)),
    )


def _spent(those: QuerySet[Any]) -> QuerySet[Any]:
    spent = ExpressionWrapper(F("decided_at") - F("received_at"), DurationField())
    found: QuerySet[Any] = those.annotate(spent=spent).order_by("spent")
    return found.values_list("spent", flat=True)


def rank(number: int, percent: int) -> int:
    """The place, from 0, of a percentile among so many in order: by nearest rank, the smallest
    value that at least so many in a hundred don't exceed. It is always one that was measured, and
    the same as PostgreSQL's `percentile_disc`."""
    return max(0, -(-number * percent // 100) - 1)


def _delay(of: str, waits: Any) -> Delay:
    """Of a column of waits, as seconds or as spans of time."""
    number = waits.count()
    found = [_seconds(waits[rank(number, percent)]) if number else None for percent in (50, 95)]
    return Delay(of, number, *found)


def _seconds(value: Any) -> int:
    return value if isinstance(value, int) else int(value.total_seconds())
