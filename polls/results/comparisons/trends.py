"""One item over time: its shares in each hour, day or week, with what happened marked.

The unit follows from the time between the first and the last answer: hours up to HOURS, days up to
DAYS, weeks beyond, so that there are seldom more than ninety points. Days and weeks (from Monday)
are those of the site's time zone; hours are full hours of UTC, because in autumn the clock shows
one hour twice. A time in which too few answered is hidden with what would give it away.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import NamedTuple, TypeAlias

from django.db.models import Count, Max, Min
from django.db.models.functions import Trunc
from django.utils import timezone

from polls.models import Edition, Item, Milestone, Question

from .. import tallies
from .grouping import NOT_ANSWERED, Given, chosen, counted_item, counted_responses
from .steps import kept_in_steps
from .suppression import hidden_groups

HOURS, DAYS = timedelta(days=3), timedelta(days=90)
MOST_SERIES = 4
ABOVE = ""
"""The key of a scale's one series: the share of opinions above the middle."""
BASE = "*"
"""Stands where a choice's key would for those that the shares are of."""
Found: TypeAlias = Iterable[tuple[datetime, Sequence[str], int]]
"""In the hour, day or week that starts when, how many chose which keys."""


@dataclass(frozen=True)
class Series:
    key: str
    label: str


@dataclass(frozen=True)
class Point:
    """A time from `start` on: how many answers its shares are of, and a share for each series.

    `n` is None where the time is hidden; shares are empty there and where nobody answered.
    """

    start: datetime
    n: int | None
    shares: tuple[float, ...]


@dataclass(frozen=True)
class Mark:
    """A dated event, or a correction of the article."""

    at: datetime
    kind: str
    text: str


@dataclass(frozen=True)
class Trend:
    """Every hour, day or week from the first answer to the last, those without any included.

    Of a scale the shares are of those with an opinion, of other items of those who answered; of a
    choice the series are the MOST_SERIES most frequent options. `unit`: hour, day or week.
    """

    item_key: str
    wording: str
    statement: int | None
    kind: str
    unit: str
    series: tuple[Series, ...]
    points: tuple[Point, ...]
    ends: datetime | None
    milestones: tuple[Mark, ...]
    threshold: int
    at: datetime

    @property
    def is_hiding(self) -> bool:
        return any(point.n is None for point in self.points)

    @property
    def is_under_way(self) -> bool:
        """Whether the last hour, day or week wasn't over when this was counted."""
        return self.ends is not None and self.at < self.ends

    @property
    def finished(self) -> tuple[Point, ...]:
        return self.points[:-1] if self.is_under_way else self.points


def trend(edition: Edition, key: str, *, counted: int | None = None) -> Trend:
    """An item over time. The events are always today's, whatever the figures' moment is.

    Raises KeyError for an unknown item, ValueError for a free text.
    """
    item = counted_item(edition, key)
    kept_as = ("trend", edition.survey.pk, edition.survey.minimum_group, key)
    people = tallies.respondents(edition.survey.pk) if counted is None else counted
    kept = kept_in_steps(kept_as, people, lambda: _followed(edition, item))
    return replace(kept, milestones=_marks(edition, kept))


def unit_of(first: datetime, last: datetime) -> str:
    if last - first <= HOURS:
        return "hour"
    return "day" if last - first <= DAYS else "week"


def starts(
    first: datetime, last: datetime, unit: str, zone: tzinfo | None = None
) -> list[datetime]:
    """The start of each hour, day or week from the one of `first` to the one of `last`, and the
    end of that: one more than there are. Days are those of `zone`, or of the site's time zone."""
    if unit == "hour":
        start = first.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        count = int((last - start) / timedelta(hours=1)) + 1
        return [start + timedelta(hours=number) for number in range(count + 1)]
    zone = zone or timezone.get_default_timezone()
    days = 7 if unit == "week" else 1
    day = first.astimezone(zone).date()
    day -= timedelta(days=day.weekday() if unit == "week" else 0)
    count = (last.astimezone(zone).date() - day).days // days + 1
    midnights = (day + timedelta(days=days * number) for number in range(count + 1))
    return [datetime.combine(day, time(), tzinfo=zone).astimezone(UTC) for day in midnights]


def _followed(edition: Edition, item: Item) -> Trend:
    """One scan where the survey's own dates tell the unit, which they mostly do, and two else."""
    unit = _guess(edition)
    rows = _scan(edition, item, unit)
    if not rows:
        return trend_counted(edition, item, "hour", (), [])
    first, last = min(row.first for row in rows), max(row.last for row in rows)
    if unit_of(first, last) != unit:
        unit = unit_of(first, last)
        rows = _scan(edition, item, unit)
    found = ((row.start.astimezone(UTC), chosen(item, row.given), row.number) for row in rows)
    return trend_counted(edition, item, unit, found, starts(first, last, unit))


def _guess(edition: Edition) -> str:
    survey, now = edition.survey, timezone.now()
    opened = survey.opens_at or survey.published_at or now
    return unit_of(opened, min(survey.closes_at or now, now))


class _Row(NamedTuple):
    start: datetime
    given: str | None
    number: int
    first: datetime
    last: datetime


def _scan(edition: Edition, item: Item, unit: str) -> list[_Row]:
    zone = UTC if unit == "hour" else timezone.get_default_timezone()
    start = Trunc("submitted_at", unit, tzinfo=zone)
    grouped = counted_responses(edition).values_list(start, Given(item.key))
    found = grouped.annotate(number=Count("*"), first=Min("submitted_at"), last=Max("submitted_at"))
    return [_Row(*row) for row in found]


def _counts_for(item: Item, keys: Sequence[str]) -> tuple[str, ...]:
    """What an answer adds to: its choices and BASE; nothing without an answer or an opinion."""
    apart = {option.key for option in item.options if item.is_no_opinion(option)}
    return () if NOT_ANSWERED in keys or apart.intersection(keys) else (*keys, BASE)


def trend_counted(
    edition: Edition, item: Item, unit: str, found: Found, moments: Sequence[datetime]
) -> Trend:
    """An item over the time between `moments` (`starts`) of what is counted already: nothing is
    read, and no event is marked."""
    counts: dict[datetime, Counter[str]] = defaultdict(Counter)
    for start, keys, number in found:
        counts[start].update(dict.fromkeys(_counts_for(item, keys), number))
    series = _series(item, counts)
    times = [(start, counts.get(start, Counter[str]())) for start in moments[:-1]]
    hidden = hidden_groups([counter[BASE] for _start, counter in times], _k(edition))
    return Trend(
        item_key=item.key,
        wording=item.wording,
        statement=item.statement,
        kind=item.kind,
        unit=unit,
        series=tuple(Series(key, label) for key, label, _parts in series),
        points=tuple(
            Point(start, None, ())
            if place in hidden
            else Point(start, counter[BASE], _shares(counter, [parts for *_, parts in series]))
            for place, (start, counter) in enumerate(times)
        ),
        ends=moments[-1] if moments else None,
        milestones=(),
        threshold=_k(edition),
        at=timezone.now(),
    )


def _k(edition: Edition) -> int:
    return edition.survey.minimum_group


def _series(
    item: Item, counts: Mapping[datetime, Counter[str]]
) -> list[tuple[str, str, tuple[str, ...]]]:
    """Key, label and the choices that are added up, of each line of the picture."""
    values = [option.value for option in item.options if option.value is not None]
    if item.kind == Question.Kind.SCALE:
        middle = (min(values) + max(values)) / 2 if values else 0
        above = [o.key for o in item.options if o.value is not None and o.value > middle]
        return [(ABOVE, "", tuple(above))]
    sums = sum(counts.values(), Counter[str]())
    most = sorted(item.options, key=lambda option: -sums[option.key])[:MOST_SERIES]
    shown = [option for option in item.options if option in most and sums[option.key]]
    return [(option.key, option.label, (option.key,)) for option in shown]


def _shares(counter: Counter[str], parts: Sequence[Sequence[str]]) -> tuple[float, ...]:
    if not counter[BASE]:
        return ()
    return tuple(sum(counter[key] for key in keys) / counter[BASE] for keys in parts)


def _marks(edition: Edition, found: Trend) -> tuple[Mark, ...]:
    """The article's dated events and corrections within the time that is shown."""
    if not found.points or found.ends is None:
        return ()
    events = Milestone.objects.filter(
        article=edition.article, at__gte=found.points[0].start, at__lt=found.ends
    )
    return tuple(Mark(event.at, event.kind, event.text) for event in events)
