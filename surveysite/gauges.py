"""What is asked only when Prometheus asks: the database what waits and what was checked, the disk.

Moments are told as moments and not as ages, as Prometheus advises: `time()` minus them is the age.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db import Error
from django.db.models import Count, Min
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from polls.models import Appeal, Notice, Opinion, PreparedExport, Reply
from polls.results.checks import last_checks

from .asking import briefly
from .disk import free_bytes


class Gauges(Collector):
    """Six queries, however much waits. Without the database, that it doesn't answer."""

    def collect(self) -> Iterable[Metric]:
        yield _gauge("survey_disk_free_bytes", "Room left on the disk.", "holds", free_bytes())
        up = GaugeMetricFamily("survey_database_up", "Whether the database answered just now.")
        try:
            with briefly():
                asked = [*_waiting(), _checked()]
        except Error:
            asked = []
        up.add_metric([], bool(asked))
        yield from (up, *asked)


def _waiting() -> Iterator[Metric]:
    """Each queue: how many, since when the oldest, and where the law sets a day, the first."""
    queues = (
        ("texts", Opinion.objects.queue(), "submitted_at", ""),
        ("notices", Notice.objects.filter(status=Notice.Status.OPEN), "received_at", "due_at"),
        ("replies", Reply.objects.filter(status=Reply.Status.PENDING), "received_at", "due_at"),
        ("appeals", Appeal.objects.filter(status=Appeal.Status.OPEN), "received_at", ""),
        ("exports", PreparedExport.objects.filter(state="waiting"), "ordered_at", ""),
    )
    numbers, oldest, due = {}, {}, {}
    for name, waiting, since, until in queues:
        asked: dict[str, Any] = {"number": Count("pk"), "since": Min(since)}
        found = waiting.order_by().aggregate(**asked, **({"due": Min(until)} if until else {}))
        numbers[name], oldest[name], due[name] = found["number"], found["since"], found.get("due")
    yield _gauge("survey_queue_items", "What waits for somebody.", "queue", numbers)
    help_text = "Since when the oldest waits; absent where nothing does."
    yield _gauge("survey_queue_oldest_timestamp_seconds", help_text, "queue", _moments(oldest))
    help_text = "By when the first has to be decided; absent where nothing waits."
    yield _gauge("survey_queue_due_timestamp_seconds", help_text, "queue", _moments(due))


def _checked() -> Metric:
    help_text = "When a recount of all answers last gave this outcome."
    values = _moments(last_checks())
    return _gauge("survey_tallies_checked_timestamp_seconds", help_text, "outcome", values)


def _moments(found: Mapping[str, datetime | None]) -> dict[str, float]:
    return {name: moment.timestamp() for name, moment in found.items() if moment}


def _gauge(name: str, help_text: str, label: str, values: Mapping[str, float]) -> Metric:
    made = GaugeMetricFamily(name, help_text, labels=[label])
    for key, value in values.items():
        made.add_metric([key], value)
    return made
