"""Readers in bulk, and comparisons timed against the bare SQL.

Run beside the application's database: `python -m bench.crossing fill SLUG NUMBER` makes a copy of
the sample with that many readers; `… time SLUG ROUNDS` and `… page SLUG LOOKS` print JSON.
"""

import json
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import django

# Both items are of the sample; half the readers leave the second out.
ITEMS = ("credible", "s1-relevant")
LOOKS = 20
DAYS = 60
CROSS = (
    "SELECT answers ->> %s, answers ->> %s, count(*) FROM polls_response"
    " WHERE survey_id = %s AND withdrawn_at IS NULL AND NOT excluded GROUP BY 1, 2"
)
TREND = (
    "SELECT date_trunc(%s, submitted_at AT TIME ZONE 'Europe/Paris'), answers ->> %s, count(*)"
    " FROM polls_response"
    " WHERE survey_id = %s AND withdrawn_at IS NULL AND NOT excluded GROUP BY 1, 2"
)
FILL = """
INSERT INTO polls_response (public_id, survey_id, reader_key, receipt_hash, answers, channel,
    language, consent_version, network_key, network_block, excluded, submitted_at)
SELECT gen_random_uuid(), %s, md5(n || 'reader' || %s), md5(n || 'receipt' || %s), {answers},
    'simulation', 'fr', 1, '', '', false, now() - random() * %s * interval '1 day'
FROM generate_series(1, %s) AS n
"""
TALLIES = """
INSERT INTO polls_tally (survey_id, question, choice, excluded, slot, count)
SELECT survey_id, key, value, false, 0, count(*)
FROM polls_response, jsonb_each_text(answers) WHERE survey_id = %s GROUP BY 1, 2, 3
UNION ALL SELECT survey_id, '', '', false, 0, count(*)
FROM polls_response WHERE survey_id = %s GROUP BY 1
"""


def fill(slug: str, number: int) -> None:
    """A published copy of the sample at `slug`; readers of the last DAYS, and tallies, by SQL."""
    from django.db import connection
    from django.db.models.functions import Now

    from polls import content
    from polls.composing import services
    from polls.composing.parsing import parse
    from polls.models import Survey, read_edition

    source = (Path(content.__file__).parent / "stargate-fr.md").read_text(encoding="utf-8")
    survey = services.publish(survey=services.create_draft(draft=parse(source, slug=slug)))
    parts = []
    for item in read_edition(survey).questionnaire.counted:
        keys = ", ".join(f"'{option.key}'" for option in item.options)
        choice = f"(ARRAY[{keys}])[1 + floor(random() * {len(item.options)})::int]"
        parts.append(f"'{item.key}', CASE WHEN {item.required} OR random() < 0.5 THEN {choice} END")
    answers = f"jsonb_strip_nulls(jsonb_build_object({', '.join(parts)}))"
    with connection.cursor() as cursor:
        statement = FILL.format(answers=answers)
        cursor.execute(statement, [survey.pk, slug, slug, DAYS, number])
        cursor.execute(TALLIES, [survey.pk, survey.pk])
        cursor.execute("VACUUM ANALYZE polls_response")
    Survey.objects.filter(pk=survey.pk).update(
        simulated=True, results="always", results_from=1, published_at=Now() - timedelta(days=DAYS)
    )


def timed(slug: str, rounds: int) -> dict[str, Any]:
    """Milliseconds of each round, ours cold and warm and the bare SQL, A B A B."""
    from polls.lib.caching import forget
    from polls.models import current_edition
    from polls.results.comparisons.crossing import cross, trend

    edition = current_edition(slug)
    if edition is None:
        raise SystemExit(f"There is no published survey at {slug}.")
    survey = edition.survey.pk
    unit = trend(edition, ITEMS[0]).unit
    looks: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
        "cross": (lambda: cross(edition, *ITEMS), lambda: bare(CROSS, [*ITEMS, survey])),
        "trend": (lambda: trend(edition, ITEMS[0]), lambda: bare(TREND, [unit, ITEMS[0], survey])),
    }
    found: dict[str, Any] = {}
    for name, (ours, theirs) in looks.items():
        pairs: dict[str, list[float]] = {"cold": [], "sql": [], "warm": []}
        for _ in range(rounds):
            forget()
            pairs["cold"].append(milliseconds(ours))
            pairs["sql"].append(milliseconds(theirs))
            pairs["warm"] += [milliseconds(ours) for _ in range(LOOKS)]
        found[name] = pairs
    return found


def page(slug: str, looks: int) -> dict[str, Any]:
    """Milliseconds of each look at the results page, every middleware included, as it was drawn
    before and drawn anew (as where an answer has come since); and its queries."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from polls.models import current_edition

    client, address = Client(HTTP_HOST="127.0.0.1"), f"/articles/{slug}/results/"

    def look() -> None:
        answer = client.get(address)
        if answer.status_code != 200:
            raise SystemExit(f"{address} was answered with {answer.status_code}.")

    queries = []
    for _ in range(2):  # nothing is kept yet; the survey is
        with CaptureQueriesContext(connection) as seen:
            look()
        queries.append(len(seen))
    kept, drawn = [], []
    for _ in range(looks):
        kept.append(milliseconds(look))
        if edition := current_edition(slug):
            edition.made.clear()
        drawn.append(milliseconds(look))
    return {"queries": queries, "milliseconds": kept, "drawn": drawn}


def bare(statement: str, values: list[Any]) -> list[Any]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows: list[Any] = cursor.fetchall()
    return rows


def milliseconds(look: Callable[[], object]) -> float:
    start = time.perf_counter()
    look()
    return 1000 * (time.perf_counter() - start)


def main(what: str, slug: str, number: str) -> None:
    django.setup()
    if what == "fill":
        fill(slug, int(number))
    else:
        print(json.dumps({"time": timed, "page": page}[what](slug, int(number))))


if __name__ == "__main__":
    main(*sys.argv[1:])
