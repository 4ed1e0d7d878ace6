"""What each further reader, text and survey costs: the figures of docs/growth.md. No budgets."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.parse import parse_qs, urlsplit

from bench.lines import Line, Section, number
from bench.processes import children, processor, workers
from bench.servers import ROOT, Project, application, copied, execute, query, served
from bench.submissions import Size, Turn, load, miscounted, wrong_answers

SIZE = Size(rounds=5, seconds=5)
SURVEYS = 200
TABLES = {"polls_response": "an answer", "polls_opinion": "a text"}
BYTES = "SELECT pg_table_size('{0}') + pg_indexes_size('{0}')"


@dataclass(frozen=True)
class Grown:
    server: float
    database: float
    """Milliseconds of processor time for a page and a submission."""
    held: dict[str, float]
    """Bytes of a row with its indexes, by table."""
    surveys: dict[str, float]
    """As `bench.surveys` prints it."""
    problems: list[str]


def measure(source: str) -> Grown:
    """In copies of the database at `source`."""
    with copied(source) as url, served(application(url)) as site:
        load(site, Size(rounds=1, seconds=1), post=True)
        turns, times = used(site, url)
        held = {table: row(url, table) for table in TABLES}
        problems = wrong_answers(turns) + miscounted(site)
    with copied(source) as url:
        surveys = many_surveys(application(url))
    server, database = (median(side) for side in zip(*times, strict=True))
    return Grown(server, database, held, surveys, problems)


def used(site: Project, url: str) -> tuple[list[Turn], list[tuple[float, float]]]:
    """What the server and PostgreSQL took for each submission, in each round."""
    (place,) = parse_qs(urlsplit(url).query)["host"]
    postmaster = int((Path(place) / "data" / "postmaster.pid").read_text().split()[0])
    turns, times = [], []
    for count in range(SIZE.rounds):
        print(f"processor time: {count + 1} of {SIZE.rounds}", flush=True)
        sides = workers(site), list(children(postmaster))
        before = [processor(side) for side in sides]
        given = load(site, SIZE, post=True)
        after = [processor(side) for side in sides]
        turns.append({site.name: given})
        server, database = (1000 * (b - a) / given.done for a, b in zip(before, after, strict=True))
        times.append((server, database))
    return turns, times


def row(url: str, table: str) -> float:
    execute(url, "CHECKPOINT")
    return int(query(url, BYTES.format(table))) / int(query(url, f"SELECT count(*) FROM {table}"))


def many_surveys(site: Project) -> dict[str, float]:
    print(f"surveys: {SURVEYS}", flush=True)
    done = subprocess.run(
        [sys.executable, "-m", "bench.surveys", str(SURVEYS)],
        cwd=ROOT,
        env={"DJANGO_SETTINGS_MODULE": "surveysite.settings", **site.environment},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def section(done: Grown) -> Section:
    text = (
        f"Processor time of {SIZE.rounds} rounds of {SIZE.seconds:g} s, as fast as"
        f" answered; bytes of PostgreSQL’s tables and indexes afterwards; {SURVEYS} surveys in one"
        " process, each looked at in turn."
    )
    return Section("What growth costs", text, lines(done), problems=done.problems)


def lines(done: Grown) -> Sequence[Line]:
    values = {
        "a page and a submission, server, ms of a core": done.server,
        "a page and a submission, PostgreSQL, ms of a core": done.database,
        **{f"{name}, indexes included, bytes": done.held[t] for t, name in TABLES.items()},
        "a survey’s page drawn for the first time, ms of a core": done.surveys["first"],
        "… read again after five seconds, ms of a core": done.surveys["again"],
        "… kept, ms of a core": done.surveys["kept"],
        "a survey that is kept, MB of a worker": done.surveys["megabytes"],
    }
    return [
        Line(name, f"{value:.2f}" if value < 10 else number(value))
        for name, value in values.items()
    ]
