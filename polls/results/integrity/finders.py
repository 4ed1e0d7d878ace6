"""Each rule's search among the standing responses of a survey: the database counts where it can.

A finder returns its groups whole before anything is written: on SQLite a reading that is still
open would forbid the write. What it keeps in memory are the ids of the responses it flags.
`since` leaves out what came earlier, in whole days: the groups of those days are found in full.
"""

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from itertools import groupby
from operator import itemgetter

from django.db import connection
from django.db.models import Count, F, Func, IntegerField, Min, Q, QuerySet, Window
from django.db.models.functions import Length
from django.utils import timezone

from polls.lib.pseudonyms import derived
from polls.models import Answers, Opinion, Question, Response, Survey, read_questionnaire

from . import patterns
from .suspicions import Suspicion

FEWEST_OF_A_NETWORK = 30


@dataclass(frozen=True)
class Found:
    """Responses that a rule put together; `key` names what they have in common."""

    key: str
    score: float
    members: list[int]


def _ids(members: QuerySet[Response]) -> list[int]:
    return list(members.order_by("pk").values_list("pk", flat=True))


def _looked_at(survey: Survey, since: datetime | None) -> QuerySet[Response]:
    found = Response.objects.standing().filter(survey=survey).order_by()
    return found.filter(submitted_at__gte=since) if since else found


def _utc_day(moment: datetime) -> datetime:
    """The day of a pseudonym: salts change at midnight UTC (`polls.answering.traces`)."""
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _local_day(moment: datetime) -> datetime:
    """The newsroom's day, by which responses are put together for people to look at."""
    return timezone.localtime(moment).replace(hour=0, minute=0, second=0, microsecond=0)


def repeats(survey: Survey, threshold: float, since: datetime | None) -> list[Found]:
    """Responses of one address and browser on one day that more ties together."""
    rows = _looked_at(survey, since and _utc_day(since)).exclude(network_key="")
    # Counted in a window: the same in a subquery is planned badly where the table is new to the
    # planner (of 100,000 responses PostgreSQL took seven minutes).
    shared = rows.annotate(number=Window(Count("pk"), partition_by="network_key"))
    several = shared.filter(number__gte=math.ceil(threshold))
    rows_of = several.order_by("network_key", "submitted_at", "pk")
    columns = rows_of.values_list("network_key", "pk", "submitted_at", "answers")
    found = []
    for key, group in groupby(columns.iterator(chunk_size=2000), key=itemgetter(0)):
        ids = patterns.linked([patterns.Sent(pk, at, answers) for _, pk, at, answers in group])
        if len(ids) >= threshold:
            found.append(Found(key, len(ids), sorted(ids)))
    return found


def concentrations(survey: Survey, threshold: float, since: datetime | None) -> list[Found]:
    """Networks from which a large share of a day's responses came."""
    rows = _looked_at(survey, since and _utc_day(since)).exclude(network_block="")
    counts = rows.values("network_block").annotate(number=Count("pk"), first=Min("submitted_at"))
    totals: dict[datetime, int] = {}
    found = []
    for block in counts.filter(number__gte=FEWEST_OF_A_NETWORK).order_by("network_block"):
        day = _utc_day(block["first"])
        if day not in totals:
            of_day = rows.filter(submitted_at__gte=day, submitted_at__lt=day + timedelta(days=1))
            totals[day] = of_day.count()
        share = block["number"] / totals[day]
        if share >= threshold:
            members = rows.filter(network_block=block["network_block"])
            found.append(Found(block["network_block"], share, _ids(members)))
    return found


def _window_number() -> Func:
    """The number, since 1970, of the window in which a response came, counted by the database."""
    template = (
        f"FLOOR(EXTRACT(EPOCH FROM %(expressions)s) / {patterns.WINDOW})::bigint"
        if connection.vendor == "postgresql"
        else f"CAST(STRFTIME('%%%%s', %(expressions)s) AS INTEGER) / {patterns.WINDOW}"
    )
    return Func(F("submitted_at"), template=template, output_field=IntegerField())


def _window(moment: datetime) -> int:
    return int(moment.timestamp()) // patterns.WINDOW


def bursts(survey: Survey, threshold: float, since: datetime | None) -> list[Found]:
    """Windows in which far more came than in the hours around them, an hour after they ended."""
    rows = _looked_at(survey, None)
    first = rows.aggregate(first=Min("submitted_at"))["first"]
    if first is None:
        return []
    start = max(_window(first), _window(since) if since else 0)
    near = _from_window(rows, start - patterns.AROUND)
    counted = near.values(window=_window_number()).annotate(number=Count("pk"))
    counts = dict(counted.values_list("window", "number"))
    last = _window(timezone.now()) - 1
    ratios = patterns.bursts(counts, first=_window(first), last=last, threshold=threshold)
    return [
        Found(_moment(window).isoformat(), ratio, _ids(_in_window(rows, window)))
        for window, ratio in ratios.items()
        if window >= start
    ]


def _moment(window: int) -> datetime:
    return datetime.fromtimestamp(window * patterns.WINDOW, tz=UTC)


def _from_window(rows: QuerySet[Response], window: int) -> QuerySet[Response]:
    return rows.filter(submitted_at__gte=_moment(window))


def _in_window(rows: QuerySet[Response], window: int) -> QuerySet[Response]:
    return _from_window(rows, window).filter(submitted_at__lt=_moment(window + 1))


def same_texts(survey: Survey, threshold: float, since: datetime | None) -> list[Found]:
    """Texts that came again, but for case, accents, blanks and punctuation.

    All texts are read, whatever `since`: a copy may be weeks old. Eight bytes of each are kept
    in the first reading, and the responses of those that came again in the second. The key that
    is stored is derived from the site's secret: it can't be guessed from a text.
    """
    counts: defaultdict[int, int] = defaultdict(int)
    for _, text in _texts(survey):
        counts[_digest(text)] += 1
    again = {digest for digest, count in counts.items() if count >= threshold}
    counts.clear()
    groups: defaultdict[str, list[int]] = defaultdict(list)
    for pk, text in _texts(survey) if again else ():
        if _digest(text) in again:
            groups[derived("same-text", f"{survey.pk}|{text}").hex()].append(pk)
    return [
        Found(key, len(ids), ids) for key, ids in sorted(groups.items()) if len(ids) >= threshold
    ]


def _texts(survey: Survey) -> Iterator[tuple[int, str]]:
    """The letters of each text that is long enough, with the id of its response."""
    long = Opinion.objects.filter(survey=survey, response__withdrawn_at__isnull=True)
    long = long.annotate(length=Length("text")).filter(length__gte=patterns.LETTERS)
    rows = long.order_by("response_id").values_list("response_id", "text")
    for pk, text in rows.iterator(chunk_size=2000):
        plain = patterns.letters(text)
        if len(plain) >= patterns.LETTERS:
            yield pk, plain


def _digest(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest())


def straight_lines(survey: Survey, threshold: float, since: datetime | None) -> list[Found]:
    """Responses with the same point on every scale they answered, day by day."""
    points = {
        item.key: {option.key: option.value for option in item.options}
        for item in read_questionnaire(survey.pk).counted
        if item.kind == Question.Kind.SCALE and not item.profile
    }
    if len(points) < threshold:
        return []

    def line(answers: Answers) -> int:
        return patterns.straight(
            points[key].get(str(answer)) for key, answer in answers.items() if key in points
        )

    rows = _looked_at(survey, since and _local_day(since)).order_by("pk")
    found = rows.values_list("pk", "submitted_at", "answers").iterator(chunk_size=2000)
    lines = ((pk, at, float(line(answers))) for pk, at, answers in found)
    days = _by_day(one for one in lines if one[2] >= threshold)
    return [Found(day, max(scores), ids) for day, (ids, scores) in days.items()]


def speeds(survey: Survey, threshold: float, since: datetime | None) -> list[Found]:
    """Responses that were sent sooner after the page opened than anyone reads, day by day."""
    items = len(read_questionnaire(survey.pk).counted)
    quick = Q(seconds__isnull=False, seconds__lt=threshold * items)
    rows = _looked_at(survey, since and _local_day(since)).filter(quick).order_by("pk")
    columns = rows.values_list("pk", "submitted_at", "seconds", "answers")
    found = columns.iterator(chunk_size=2000)
    paces = ((pk, at, (seconds or 0) / max(1, len(given))) for pk, at, seconds, given in found)
    days = _by_day(one for one in paces if one[2] < threshold)
    return [Found(day, min(scores), ids) for day, (ids, scores) in days.items()]


def suspicious(survey: Survey, threshold: float, since: datetime | None) -> list[Found]:
    """Responses that were sent in a suspicious way, by its kind and day."""
    rows = _looked_at(survey, since and _local_day(since)).exclude(suspicion="").order_by("pk")
    columns = list(rows.values_list("pk", "submitted_at", "suspicion"))
    found = []
    for kind in Suspicion:
        days = _by_day((pk, at, 1.0) for pk, at, kinds in columns if kind in kinds.split())
        found += [Found(f"{kind} {day}", len(ids), ids) for day, (ids, _) in days.items()]
    return [group for group in found if group.score >= threshold]


def _by_day(
    scored: Iterator[tuple[int, datetime, float]],
) -> dict[str, tuple[list[int], list[float]]]:
    """Ids and scores by the newsroom's day."""
    days: dict[str, tuple[list[int], list[float]]] = {}
    for pk, at, score in scored:
        day = timezone.localtime(at).date().isoformat()
        ids, scores = days.setdefault(day, ([], []))
        ids.append(pk)
        scores.append(score)
    return days
