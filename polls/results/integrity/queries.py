"""What a person is shown of a flagged group: where and when it came from, never how it answered."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDay, TruncHour, TruncWeek
from django.utils import timezone

from polls.models import Flag, FlagGroup, Response

Unit = Literal["hour", "day", "week"]
TRUNC: dict[Unit, Callable[[str], TruncHour | TruncDay | TruncWeek]] = {
    "hour": TruncHour,
    "day": TruncDay,
    "week": TruncWeek,
}
STEP: dict[Unit, timedelta] = {
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
}
HEIGHT = 100  # pixels of the picture
MARGIN = timedelta(hours=6)  # around a group whose hours are shown


@dataclass(frozen=True)
class Slot:
    """One hour, day or week: the group's responses among all of the survey.

    `x` and `width` of its bars are in percent of the picture, their heights in pixels.
    """

    at: datetime
    count: int
    of_survey: int
    x: float
    width: float
    height: float
    height_of_survey: float

    @property
    def y(self) -> float:
        return HEIGHT - self.height

    @property
    def y_of_survey(self) -> float:
        return HEIGHT - self.height_of_survey


@dataclass(frozen=True)
class Evidence:
    """Counts of responses, but `lines` (an address with a browser, on a day) and `networks`.

    `without_seconds`: sent without the page's script. `others`: flagged by other rules as well.
    """

    standing: int
    channels: tuple[tuple[str, int], ...]
    unit: Unit
    slots: tuple[Slot, ...]
    lines: int
    networks: int
    untraced: int
    without_seconds: int
    others: tuple[tuple[str, int], ...]

    @property
    def last(self) -> Slot | None:
        return self.slots[-1] if self.slots else None

    @property
    def busiest(self) -> Slot | None:
        return max(self.slots, key=lambda slot: slot.count, default=None)


def evidence(group: FlagGroup) -> Evidence:
    """Five queries, whatever the group's size."""
    members = Response.objects.standing().filter(flags__group=group).order_by()
    sums = members.aggregate(
        standing=Count("pk"),
        lines=Count("network_key", distinct=True, filter=~Q(network_key="")),
        networks=Count("network_block", distinct=True, filter=~Q(network_block="")),
        untraced=Count("pk", filter=Q(network_key="")),
        without_seconds=Count("pk", filter=Q(seconds__isnull=True)),
    )
    channels = members.values_list("channel").annotate(number=Count("pk")).order_by("-number")
    others = Flag.objects.filter(response__flags__group=group).exclude(group=group)
    by_rule = others.values_list("group__rule").annotate(number=Count("response", distinct=True))
    unit = _unit(group.last_at - group.first_at)
    return Evidence(
        channels=tuple((str(Response.Channel(name).label), number) for name, number in channels),
        unit=unit,
        slots=_slots(group, unit),
        others=tuple(
            (str(FlagGroup.Rule(name).label), number)
            for name, number in by_rule.order_by("group__rule")
        ),
        **sums,
    )


def _unit(span: timedelta) -> Unit:
    if span <= timedelta(days=3):
        return "hour"
    return "day" if span <= timedelta(days=90) else "week"


def _slots(group: FlagGroup, unit: Unit) -> tuple[Slot, ...]:
    margin = MARGIN if unit == "hour" else timedelta()
    during = Response.objects.standing().filter(
        survey=group.survey_id,
        submitted_at__gte=group.first_at - margin,
        submitted_at__lte=group.last_at + margin,
    )
    mine = _by(during.filter(flags__group=group), unit)
    everyone = _by(during, unit)
    if not everyone:
        return ()
    moments = _steps(min(everyone), max(everyone), unit)
    # Each to a scale of its own: a group of three would be nothing beside a day's thousands.
    scale = HEIGHT / max(mine.values(), default=1)
    scale_of_survey = HEIGHT / max(everyone.values())
    return tuple(
        Slot(
            at=at,
            count=mine.get(at, 0),
            of_survey=everyone.get(at, 0),
            x=100 * place / len(moments),
            width=90 / len(moments),
            height=scale * mine.get(at, 0),
            height_of_survey=scale_of_survey * everyone.get(at, 0),
        )
        for place, at in enumerate(moments)
    )


def _by(rows: QuerySet[Response], unit: Unit) -> dict[datetime, int]:
    slots = rows.order_by().values_list(TRUNC[unit]("submitted_at")).annotate(number=Count("pk"))
    return dict(slots)


def _steps(first: datetime, last: datetime, unit: Unit) -> list[datetime]:
    """Every slot between two, on the newsroom's clock, empty ones included."""
    moments = [first]
    while moments[-1] < last:
        moments.append(_next(moments[-1], unit))
    return moments


def _next(moment: datetime, unit: Unit) -> datetime:
    """An hour later in time; a day or a week later on the clock, whatever summer time does."""
    if unit == "hour":
        return timezone.localtime(moment + STEP[unit])
    later = timezone.localtime(moment).replace(tzinfo=None) + STEP[unit]
    return timezone.make_aware(later)
