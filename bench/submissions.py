"""Submissions and the article's page: the application against a bare Django view, and the peers.

All stand on the same durable PostgreSQL and under the same server, started side by side and
loaded in turn: A B C D A B C D. Each figure is a ratio within one such turn.
"""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from statistics import median

from bench import others
from bench.lines import Pair
from bench.load import Job, Round
from bench.servers import (
    OUT,
    ROOT,
    SLUG,
    Project,
    application,
    bare_environment,
    copied,
    execute,
    fetch,
    manage,
    named,
    query,
    reference,
    served,
)
from tools.temporary_postgres import temporary_postgres

CONNECTIONS = 32
Turn = dict[str, Round]  # what each side gave in one round, by its name


@dataclass(frozen=True)
class Size:
    rounds: int
    seconds: float


QUICK = Size(rounds=3, seconds=1)
FULL = Size(rounds=5, seconds=5)


@dataclass(frozen=True)
class Measured:
    size: Size
    submissions: list[Turn]
    paced: list[Turn]
    pages: list[Turn]
    rate: float
    page_bytes: int
    problems: list[str]


@contextmanager
def sample() -> Iterator[str]:
    """A durable PostgreSQL: the address of a database with the sample, for `copied`."""
    OUT.mkdir(exist_ok=True)
    with temporary_postgres(durable=True) as server:
        execute(server, "CREATE DATABASE sample")
        prepare(application(named(server, "sample")))
        yield named(server, "sample")


def measure(size: Size, source: str) -> Measured:
    """Everything, in a copy of the database at `source`."""
    with copied(source) as url, ExitStack() as stack:
        site = application(url)
        peers = others.peers(url)
        stack.enter_context(served(site))
        page = OUT / "page.html"
        page.write_bytes(fetch(site))
        bare = reference(url, page)
        manage(bare, "migrate", "--run-syncdb", "--verbosity", "0")
        stack.enter_context(served(bare))
        return compare([site, bare], peers, size, url)


def fill(site: Project) -> None:
    """The sample, in an empty database."""
    manage(site, "migrate", "--verbosity", "0")
    manage(site, "load_sample")


def prepare(site: Project) -> None:
    """The sample, what goes with it, and in bench/out/ what readers post to it."""
    fill(site)
    manage(site, "collectstatic", "--noinput", "--verbosity", "0")
    environment = {"DJANGO_SETTINGS_MODULE": "surveysite.settings", **site.environment}
    files = (str(OUT / "bodies.txt"), str(others.QUESTIONS))
    command = [sys.executable, "-m", "bench.payloads", SLUG, *files]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)


def compare(sides: list[Project], peers: list[Project], size: Size, url: str) -> Measured:
    with ExitStack() as stack:
        for peer in peers:
            stack.enter_context(served(peer))
        everybody = [*sides, *peers]
        warm = in_turn("warm-up", everybody, Size(rounds=1, seconds=size.seconds), post=True)
        submissions = in_turn("submissions", everybody, size, post=True)
    # The same rate for both, half of what the slower of them can: latency without a queue.
    rate = median(min(turn[side.name].done for side in sides) for turn in submissions)
    rate /= 2 * size.seconds
    paced = in_turn("submissions at one rate", sides, size, post=True, rate=rate)
    pages = in_turn("pages", sides, size, post=False)
    sent = [*warm, *submissions, *paced]
    problems = wrong_answers([*sent, *pages]) + missing(sides[0], peers, sent, url)
    size_of_page = (OUT / "page.html").stat().st_size
    return Measured(size, submissions, paced, pages, rate, size_of_page, problems)


def in_turn(
    what: str, sides: Sequence[Project], size: Size, *, post: bool, rate: float = 0.0
) -> list[Turn]:
    found = []
    for number in range(size.rounds):
        print(f"{what}: {number + 1} of {size.rounds}", flush=True)
        found.append({side.name: load(side, size, post=post, rate=rate) for side in sides})
    return found


def load(project: Project, size: Size, *, post: bool, rate: float = 0.0) -> Round:
    job = Job(
        port=project.port,
        page=project.page,
        post=project.post if post else "",
        bodies=str(project.bodies),
        seconds=size.seconds,
        connections=CONNECTIONS,
        rate=rate,
    )
    return run(job)


def run(job: Job) -> Round:
    done = subprocess.run(
        [sys.executable, "-m", "bench.load", json.dumps(asdict(job))],
        cwd=ROOT,
        env=bare_environment(),
        stdout=subprocess.PIPE,
        timeout=job.seconds + 60,
        check=True,
    )
    return Round(**json.loads(done.stdout))


def pairs(
    turns: Sequence[Turn], theirs: str = "reference", ours: str = "application"
) -> list[Pair]:
    return [Pair(turn[ours], turn[theirs]) for turn in turns]


def wrong_answers(turns: Sequence[Turn]) -> list[str]:
    return [
        f"the {name} gave {count} × {status}"
        for turn in turns
        for name, given in turn.items()
        for status, count in given.wrong.items()
    ]


def missing(site: Project, peers: list[Project], sent: list[Turn], url: str) -> list[str]:
    """Acknowledged is stored, and stored is counted: else the figures are worth nothing."""
    acknowledged = Counter[str]()
    for turn in sent:
        acknowledged.update({name: given.done for name, given in turn.items()})
    problems = []
    for name, table in (("application", "polls_response"), ("reference", "bench_entry")):
        stored = query(url, f"SELECT count(*) FROM {table}")
        if int(stored) != acknowledged[name]:
            problems.append(f"{table}: {acknowledged[name]} acknowledged, {stored} stored")
    for peer in peers:
        problems += others.missing(peer, acknowledged[peer.name], url)
    return problems + miscounted(site)


def miscounted(site: Project) -> list[str]:
    try:
        manage(site, "rebuild_tallies", "--check")
    except subprocess.CalledProcessError:
        return ["the tallies differ from a recount"]
    return []
