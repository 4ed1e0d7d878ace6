"""Comparisons against the bare SQL that they can't do without, and the results page at two sizes.

All in one database, beside the sample: a survey with FEW readers and one with as many as `Size`
says. The two pages are loaded in turn, A B A B, as are the comparisons and the SQL.
"""

import json
import subprocess
import sys
from dataclasses import dataclass, replace

from bench.load import Job, Round
from bench.servers import ROOT, Project, application, copied, served
from bench.submissions import miscounted, run

FEW = 1000
CONNECTIONS = 8
LOOKS = 50


@dataclass(frozen=True)
class Size:
    responses: int
    rounds: int
    seconds: float


QUICK = Size(responses=100_000, rounds=3, seconds=1)
FULL = Size(responses=1_000_000, rounds=5, seconds=5)


@dataclass(frozen=True)
class Times:
    """Milliseconds of every round: ours without and with a kept value, and the bare SQL."""

    cold: list[float]
    sql: list[float]
    warm: list[float]


@dataclass(frozen=True)
class Compared:
    size: Size
    cross: Times
    trend: Times
    pages: list[tuple[Round, Round]]
    """The results page with `size.responses` readers and, a moment apart, with FEW."""
    looks: list[float]
    """Milliseconds of that page, in one process and without a network, while nothing changes."""
    drawn: list[float]
    """The same where something has changed since the last look."""
    queries: list[int]
    """Of the first such look, and of the next."""
    problems: list[str]


def measure(size: Size, source: str) -> Compared:
    """In a copy of the database at `source`."""
    with copied(source) as url:
        site = application(url)
        for slug, number in (("few", FEW), ("many", size.responses)):
            print(f"readers: {number:,}", flush=True)
            beside(site, "fill", slug, number)
        print(f"comparisons: {size.rounds} rounds", flush=True)
        times = json.loads(beside(site, "time", "many", size.rounds))
        look = json.loads(beside(site, "page", "many", LOOKS))
        pages = results_pages(site, size)
        problems = wrong(pages) + miscounted(site)
    return Compared(
        size=size,
        cross=Times(**times["cross"]),
        trend=Times(**times["trend"]),
        pages=pages,
        looks=look["milliseconds"],
        drawn=look["drawn"],
        queries=look["queries"],
        problems=problems,
    )


def beside(site: Project, what: str, slug: str, number: int) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "bench.crossing", what, slug, str(number)],
        cwd=ROOT,
        env={"DJANGO_SETTINGS_MODULE": "surveysite.settings", **site.environment},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout


def results_pages(site: Project, size: Size) -> list[tuple[Round, Round]]:
    site = replace(site, page="/articles/many/results/")
    with served(site):
        load(site, "few", 1), load(site, "many", 1)  # warm-up
        found = []
        for number in range(size.rounds):
            print(f"results pages: {number + 1} of {size.rounds}", flush=True)
            found.append((load(site, "many", size.seconds), load(site, "few", size.seconds)))
    return found


def load(site: Project, slug: str, seconds: float) -> Round:
    page = f"/articles/{slug}/results/"
    return run(Job(site.port, page, post="", bodies="", seconds=seconds, connections=CONNECTIONS))


def wrong(pages: list[tuple[Round, Round]]) -> list[str]:
    return [
        f"a results page gave {count} × {status}"
        for pair in pages
        for side in pair
        for status, count in side.wrong.items()
    ]
