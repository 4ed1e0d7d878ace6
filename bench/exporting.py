"""Beside the application's database: what is exported, by whom, and Excel written in two ways.

`python -m bench.exporting fill SLUG NUMBER` makes a survey with so many responses, texts and flags
among them; `… known SLUG…` prints the editor's session, the surveys' addresses and the bare SELECT
of the last one as JSON; `… sheet SLUG SMALL FILE ours|openpyxl` writes a workbook and prints a
Sheet.
"""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import django

from bench import crossing
from bench.moderation import PROSE
from bench.processes import MB, kilobytes, reset_peak

NUMBERED = """
CREATE TEMP TABLE numbered AS SELECT id, survey_id, submitted_at, row_number() OVER (ORDER BY id) n
FROM polls_response WHERE survey_id = %(survey)s
"""
# Thirty of a hundred have a text: as many waiting as published, rejected and private. Some have
# commas, line breaks and what a spreadsheet would take for a formula in them.
TEXTS = """
INSERT INTO polls_opinion (public_id, response_id, survey_id, text, may_publish, show_ratings,
    version, status, signals, lane, shuffle, submitted_at, waits_since, decided_at)
SELECT gen_random_uuid(), id, survey_id, concat_ws(
        CASE WHEN n %% 10 = 1 THEN ', ' WHEN n %% 50 = 2 THEN E',\n=' ELSE ' ' END,
        CASE WHEN n %% 100 = 42 THEN '– dix' WHEN n %% 100 = 10 THEN '=1+1' END,
        array_to_string((%(words)s::text[])[a : a + 8 + n %% 20], ' '),
        array_to_string((%(words)s::text[])[b : b + 12], ' ')),
    (ARRAY[true, true, true, false])[kind], n %% 20 < 10, 1,
    (ARRAY['pending', 'published', 'rejected', 'pending'])[kind], '', 2, n,
    submitted_at, submitted_at, CASE WHEN kind IN (2, 3) THEN now() END
FROM (SELECT *, 1 + (hashint8(n) & 1023) %% 60 AS a, 1 + (hashint8(n + 9) & 1023) %% 60 AS b,
        1 + n / 10 %% 4 AS kind FROM numbered WHERE n %% 10 < 3) AS written
"""
# Three of a hundred, one of them twice, and one is set aside; a group is of a stretch of readers.
FLAGGED = """
CREATE TEMP TABLE flagged AS SELECT *, n %% 100 = 83 AS aside
FROM numbered, (VALUES ('burst', 3), ('burst', 43), ('burst', 83), ('same-text', 43)) AS r (rule, m)
WHERE n %% 100 = m
"""
GROUPS = """
INSERT INTO polls_flaggroup (survey_id, rule, version, key, score, threshold, size, set_aside,
    first_at, last_at, decided_size)
SELECT survey_id, rule, 1, n / 5000, 2, 1, count(*), count(*) FILTER (WHERE aside),
    min(submitted_at), max(submitted_at), 0
FROM flagged GROUP BY survey_id, rule, n / 5000
"""
FLAGS = """
INSERT INTO polls_flag (group_id, response_id, excluded)
SELECT g.id, f.id, aside FROM flagged f
JOIN polls_flaggroup g ON g.survey_id = f.survey_id AND g.rule = f.rule AND g.key = (n / 5000)::text
"""
ASIDE = "UPDATE polls_response SET excluded = true WHERE id IN (SELECT id FROM flagged WHERE aside)"


@dataclass(frozen=True)
class Sheet:
    """A workbook that was written: what it took from before the first row to after the last."""

    rows: int
    seconds: float
    growth: float
    """MB, of the peak."""


def fill(slug: str, number: int) -> None:
    """A survey with so many responses of `crossing`, its texts, its flags, and its tallies."""
    from django.db import connection

    from polls.models import Survey
    from polls.results import tallies

    crossing.fill(slug, number)
    survey = Survey.objects.get(article__slug=slug).pk
    with connection.cursor() as cursor:
        # An index of so many texts is built at once in a fraction of the time.
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'opinion_search'")
        (definition,) = cursor.fetchone()
        cursor.execute("DROP INDEX opinion_search")
        for statement in (NUMBERED, TEXTS, FLAGGED, GROUPS, FLAGS, ASIDE):
            cursor.execute(statement, {"survey": survey, "words": PROSE.split()})
        cursor.execute("SET maintenance_work_mem = '256MB'")
        cursor.execute(definition)
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")  # else it would be written out while something is measured
    tallies.rebuild(survey)


def known(slugs: tuple[str, ...]) -> dict[str, Any]:
    """What a client must know: its session, each survey's address, and the last one's SELECT."""
    from django.conf import settings
    from django.contrib.auth.models import Group, User
    from django.test import Client
    from django.urls import reverse

    from polls.models import Survey

    user = User.objects.create(username="bench", is_staff=True)
    user.groups.add(Group.objects.get(name="editor"))
    client = Client()
    client.force_login(user)
    surveys = {slug: Survey.objects.get(article__slug=slug) for slug in slugs}
    return {
        "session": client.cookies[settings.SESSION_COOKIE_NAME].value,
        "addresses": {
            slug: reverse("admin:polls_survey_export", args=[survey.pk])
            for slug, survey in surveys.items()
        },
        "select": select(surveys[slugs[-1]]),
    }


def select(survey: Any) -> str:
    """The query that every format reads, its parameters in it, without what makes CSV of it."""
    from django.db import connection

    from polls.exports.filters import Filter
    from polls.exports.rows import columns, records
    from polls.models import read_questionnaire

    found = records(survey, columns(read_questionnaire(survey.pk)), Filter())
    with connection.cursor() as cursor:
        return cast(bytes, cursor.mogrify(*found.query.sql_with_params())).decode()


def sheet(slug: str, small: str, file: str, writer: str) -> Sheet:
    """The workbook of one survey; that of a small one is written first, for all that is loaded."""
    from polls.exports.orders import Order
    from polls.exports.writers import PREPARED
    from polls.models import Survey

    write: Callable[[Any, Path], None] = {"ours": PREPARED["xlsx"], "openpyxl": plain}[writer]
    surveys = Survey.objects.select_related("article")
    first, table = (
        Order(surveys.get(article__slug=name), file_format="xlsx").table() for name in (small, slug)
    )
    write(first, Path(file))
    before, start = reset_peak("self"), time.perf_counter()
    write(table, Path(file))
    seconds = time.perf_counter() - start
    return Sheet(table.rows.count, seconds, (kilobytes("self", "VmHWM") - before) / MB)


def plain(table: Any, path: Path) -> None:
    """The same cells as openpyxl's documentation has them written, defused as ours are."""
    from openpyxl import Workbook

    from polls.lib.text import defuse

    def cell(value: Any) -> Any:
        if isinstance(value, str):
            return defuse(value)
        if isinstance(value, datetime):  # it takes none with a time zone, and ours has no fractions
            return value.astimezone(UTC).replace(tzinfo=None, microsecond=0)
        return value

    book = Workbook(write_only=True)
    sheet = book.create_sheet(table.name)
    sheet.append([column.key for column in table.columns])
    for row in table.rows:
        sheet.append([cell(value) for value in row])
    book.save(path)


def main(what: str, slug: str, *more: str) -> None:
    django.setup()
    if what == "fill":
        fill(slug, int(*more))
    elif what == "known":
        print(json.dumps(known((slug, *more))))
    else:
        print(json.dumps(asdict(sheet(slug, *more))))


if __name__ == "__main__":
    main(*sys.argv[1:])
