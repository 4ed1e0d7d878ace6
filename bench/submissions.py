"""Submissions and the article's page: the application against a bare Django view.

Both stand on the same durable PostgreSQL and under the same server, started side by side and
loaded in turn: A B A B. Each figure is a ratio within one such pair.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass

import psycopg2

from bench.load import Job, Round
from bench.servers import (
    OUT,
    ROOT,
    SLUG,
    Project,
    application,
    bare_environment,
    fetch,
    manage,
    reference,
    served,
)
from tools.temporary_postgres import temporary_postgres

CONNECTIONS = 32


@dataclass(frozen=True)
class Size:
    rounds: int
    seconds: float


QUICK = Size(rounds=3, seconds=3)
FULL = Size(rounds=5, seconds=5)


@dataclass(frozen=True)
class Pair:
    """One round of the application and one of the reference, a moment apart."""

    ours: Round
    theirs: Round


@dataclass(frozen=True)
class Measured:
    submissions: list[Pair]
    paced: list[Pair]
    pages: list[Pair]
    rate: float
    page_bytes: int
    problems: list[str]
    postgres: str


def measure(size: Size) -> Measured:
    """Everything, in a database that is gone afterwards."""
    OUT.mkdir(exist_ok=True)
    with temporary_postgres(durable=True) as url:
        site = application(url)
        prepare(site)
        page = OUT / "page.html"
        with served(site):
            page.write_bytes(fetch(site))
            bare = reference(url, page)
            manage(bare, "migrate", "--run-syncdb", "--verbosity", "0")
            with served(bare):
                return compare(site, bare, size, url)


def prepare(site: Project) -> None:
    manage(site, "migrate", "--verbosity", "0")
    manage(site, "load_sample")
    manage(site, "collectstatic", "--noinput", "--verbosity", "0")
    environment = {"DJANGO_SETTINGS_MODULE": "surveysite.settings", **site.environment}
    command = [sys.executable, "-m", "bench.payloads", SLUG, str(OUT / "bodies.txt")]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)


def compare(site: Project, bare: Project, size: Size, url: str) -> Measured:
    sent: list[Pair] = []  # of which every submission must be found in the database

    def pairs(what: str, post: bool, rate: float = 0.0, rounds: int = size.rounds) -> list[Pair]:
        found = []
        for number in range(rounds):
            print(f"{what}: {number + 1} of {rounds}", flush=True)
            ours, theirs = (load(project, size, post=post, rate=rate) for project in (site, bare))
            found.append(Pair(ours, theirs))
        sent.extend(found if post else [])
        return found

    pairs("warm-up", post=True, rounds=1)
    submissions = pairs("submissions", post=True)
    # The same rate for both, half of what the slower of them can: latency without a queue.
    speeds = sorted(min(p.ours.done, p.theirs.done) / p.ours.seconds for p in submissions)
    rate = speeds[len(speeds) // 2] / 2
    paced = pairs("submissions at one rate", post=True, rate=rate)
    pages = pairs("pages", post=False)
    problems = wrong_answers([*sent, *pages]) + missing(site, sent, url)
    size_of_page = (OUT / "page.html").stat().st_size
    return Measured(submissions, paced, pages, rate, size_of_page, problems, server_version(url))


def load(project: Project, size: Size, *, post: bool, rate: float) -> Round:
    job = Job(
        port=project.port,
        page=project.page,
        post=project.post if post else "",
        bodies=str(OUT / "bodies.txt"),
        seconds=size.seconds,
        connections=CONNECTIONS,
        rate=rate,
    )
    done = subprocess.run(
        [sys.executable, "-m", "bench.load", json.dumps(asdict(job))],
        cwd=ROOT,
        env=bare_environment(),
        stdout=subprocess.PIPE,
        timeout=size.seconds + 60,
        check=True,
    )
    return Round(**json.loads(done.stdout))


def wrong_answers(pairs: list[Pair]) -> list[str]:
    sides: dict[str, Callable[[Pair], Round]] = {
        "application": lambda pair: pair.ours,
        "reference": lambda pair: pair.theirs,
    }
    return [
        f"the {name} gave {count} × {status}"
        for name, side in sides.items()
        for pair in pairs
        for status, count in side(pair).wrong.items()
    ]


def missing(site: Project, sent: list[Pair], url: str) -> list[str]:
    """Acknowledged is stored, and stored is counted: else the figures are worth nothing."""
    problems = []
    for table, acknowledged in (
        ("polls_response", sum(pair.ours.done for pair in sent)),
        ("bench_entry", sum(pair.theirs.done for pair in sent)),
    ):
        stored = query(url, f"SELECT count(*) FROM {table}")
        if int(stored) != acknowledged:
            problems.append(f"{table}: {acknowledged} acknowledged, {stored} stored")
    try:
        manage(site, "rebuild_tallies", "--check")
    except subprocess.CalledProcessError:
        problems.append("the tallies differ from a recount")
    return problems


def query(url: str, statement: str) -> str:
    host = url.partition("host=")[2]
    connection = psycopg2.connect(host=host, user="survey", dbname="postgres", port=5432)
    with connection, connection.cursor() as cursor:
        cursor.execute(statement)
        row = cursor.fetchone()
    connection.close()
    return str(row[0]) if row else ""


def server_version(url: str) -> str:
    return query(url, "SHOW server_version").split()[0]
