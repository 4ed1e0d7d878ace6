"""Texts that were seen before, or nearly: who shares a number, and is found really alike.

The numbers stand with each text (`resemblance`). That somebody else has the same, only the others
tell: the queue's page asks for its own texts, and `manage.py flag_responses` writes the signal to
those that wait, so that a moderator can filter by it. A submission asks nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat

from polls.lib.text import folded
from polls.models import WAITS, Opinion, Signal, Survey

from .resemblance import ALIKE, WORD, resemblance, shingles

# Told of one text. Who sees ten knows enough.
SHOWN = 10
# Looked at for each of a text's two numbers: of a flood of thousands only so many, and of those
# that share a number by chance, of which there are a hundred among a million.
COMPARED = 12
# Texts compared in one query by `mark_echoes`, and at most in one run.
CHUNK = 500
MARKED = 10_000

# What PostgreSQL reads doesn't grow with a flood of one text: each LIMIT ends an index scan.
SQL = """
SELECT mine.id, other.id, other.text
FROM unnest(%s::bigint[], %s::bigint[], %s::integer[], %s::integer[])
     AS mine (id, survey, echo_a, echo_b)
CROSS JOIN LATERAL (
    (SELECT id, text FROM polls_opinion
     WHERE echo_a = mine.echo_a AND echo_a <> 0
       AND survey_id = mine.survey AND id <> mine.id AND text <> '' LIMIT %s)
    UNION
    (SELECT id, text FROM polls_opinion
     WHERE echo_b = mine.echo_b AND echo_b <> 0
       AND survey_id = mine.survey AND id <> mine.id AND text <> '' LIMIT %s)
) AS other
"""


def echoes(opinions: Iterable[Opinion]) -> dict[int, list[int]]:
    """By the id of each opinion that has some: the ids of others of its survey that say nearly the
    same, the oldest first, at most SHOWN; whatever was decided on them.

    One query, of at most 2 * COMPARED texts for each opinion, and none where no opinion says
    enough. Of more than COMPARED that share a number, which of them are told is left open.
    """
    said = [opinion for opinion in opinions if opinion.echo_a and opinion.text]
    if not said:
        return {}
    own = {opinion.pk: _shingles(opinion.text) for opinion in said}
    of_text: dict[str, set[int]] = {}
    found: defaultdict[int, list[int]] = defaultdict(list)
    for mine, other, text in _sharing(said):
        if text not in of_text:
            of_text[text] = _shingles(text)
        if resemblance(own[mine], of_text[text]) >= ALIKE:
            found[mine].append(other)
    return {mine: sorted(others)[:SHOWN] for mine, others in found.items()}


def _shingles(text: str) -> set[int]:
    return shingles(WORD.findall(folded(text)))


def _sharing(said: Sequence[Opinion]) -> Iterable[tuple[int, int, str]]:
    """The opinions with each other one that shares a number: ids, and the other's text."""
    if connection.vendor != "postgresql":
        return _sharing_plainly(said)
    columns = [
        [opinion.pk for opinion in said],
        [opinion.survey_id for opinion in said],
        [opinion.echo_a for opinion in said],
        [opinion.echo_b for opinion in said],
    ]
    with connection.cursor() as cursor:
        cursor.execute(SQL, [*columns, COMPARED, COMPARED])
        return list(cursor.fetchall())


def _sharing_plainly(said: Sequence[Opinion]) -> Iterator[tuple[int, int, str]]:
    """The same on SQLite, which has no LATERAL: bounded on the whole, not for each text."""
    shares = Q(echo_a__in={one.echo_a for one in said}) | Q(echo_b__in={one.echo_b for one in said})
    others = Opinion.objects.filter(shares, survey__in={one.survey_id for one in said})
    columns = (
        others.exclude(text="")
        .order_by("pk")
        .values_list("pk", "survey_id", "echo_a", "echo_b", "text")
    )
    rows = list(columns[: 2 * COMPARED * len(said)])
    for mine in said:
        for pk, survey, echo_a, echo_b, text in rows:
            shared = echo_a == mine.echo_a or echo_b == mine.echo_b
            if shared and survey == mine.survey_id and pk != mine.pk:
                yield mine.pk, pk, text


def mark_echoes(survey: Survey, since: datetime | None = None) -> int:
    """Write Signal.ECHO to the texts that wait and have an echo; returns how many are new.

    `since` leaves out what came or was reported earlier, but not as the echo of what came since.
    At most MARKED in one run, the newest first; what is left comes with the next one. The queries
    grow with what waits and has an echo, not with the survey.
    """
    waiting = _unmarked(survey)
    if since is not None:
        waiting = waiting.filter(waits_since__gte=since)
    sharing = waiting.filter(_another("echo_a") | _another("echo_b")).order_by("-pk")
    candidates = list(sharing.only("survey_id", "text", "echo_a", "echo_b")[:MARKED])
    marked = 0
    for start in range(0, len(candidates), CHUNK):
        found = echoes(candidates[start : start + CHUNK])
        marked += _mark(survey, {*found, *(other for others in found.values() for other in others)})
    return marked


def _unmarked(survey: Survey) -> QuerySet[Opinion]:
    waiting = Opinion.objects.filter(WAITS, survey=survey).exclude(echo_a=0)
    return waiting.exclude(signals__contains=f" {Signal.ECHO} ")


def _another(band: str) -> Exists:
    same = Opinion.objects.filter(**{band: OuterRef(band)}, survey=OuterRef("survey"))
    return Exists(same.exclude(pk=OuterRef("pk")).exclude(**{band: 0}).exclude(text=""))


@transaction.atomic
def _mark(survey: Survey, ids: set[int]) -> int:
    """Add the signal to those that wait without it, in the order of their ids as decisions do.

    No event: it says where to look, and decides nothing. The version stays, so that a moderator's
    page isn't out of date for it.
    """
    locked = _unmarked(survey).filter(pk__in=ids).select_for_update().order_by("pk")
    rows = dict(locked.values_list("pk", "signals"))
    first = [pk for pk, signals in rows.items() if not signals]
    Opinion.objects.filter(pk__in=first).update(signals=f" {Signal.ECHO} ")
    others = Opinion.objects.filter(pk__in=rows.keys() - set(first))
    others.update(signals=Concat("signals", Value(f"{Signal.ECHO} ")))
    return len(rows)
