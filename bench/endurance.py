"""Ten minutes at half of what the server can (MINUTES= for others): does its memory stay flat?

Every TICK seconds, the memory of the server's workers and of PostgreSQL's processes as `Pss` tells
it, which counts what they share once. It is flat when the last third's median is at most FLAT times
that of the second third; the first third fills caches. Written to bench/ENDURANCE.md.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import linear_regression, median
from urllib.parse import parse_qs, urlsplit

from bench.lines import P50, P99, Line, Section, number, per_second, ratios
from bench.load import Round
from bench.processes import children, held, workers
from bench.report import machine
from bench.servers import Project, application, copied, query, served
from bench.submissions import CONNECTIONS, Size, load, miscounted, sample, wrong_answers

RESULTS = Path(__file__).with_name("ENDURANCE.md")
TICK = 5  # seconds
FLAT = 1.03
WARM = Size(rounds=1, seconds=20)  # as fast as answered: it tells the rate, and fills caches
WORKERS, DATABASE, BUFFERS = "workers", "PostgreSQL without what is shared", "PostgreSQL’s buffers"
UNLIMITED = (BUFFERS,)  # the setting shared_buffers limits them, and they fill up
FINE = (
    "Every acknowledged submission is in the database, no request was answered otherwise, no worker"
    " was replaced, and the tallies equal a recount."
)


@dataclass(frozen=True)
class Lasted:
    minutes: float
    rate: float
    given: Round
    memory: dict[str, list[float]]
    """MB at each tick."""
    problems: list[str] = field(default_factory=list)


def measure(minutes: float) -> Lasted:
    with sample() as source, copied(source) as url, served(application(url)) as site:
        warm = load(site, WARM, post=True)
        rate = per_second(warm) / 2
        begun = workers(site)
        given, memory = watched(site, url, Size(rounds=1, seconds=60 * minutes), rate)
        problems = wrong_answers([{site.name: warm}, {site.name: given}]) + miscounted(site)
        if workers(site) != begun:
            problems.append("a worker was replaced")
        acknowledged = warm.done + given.done
        stored = query(url, "SELECT count(*) FROM polls_response")
        if int(stored) != acknowledged:
            problems.append(f"{acknowledged} acknowledged, {stored} stored")
        return Lasted(minutes, rate, given, memory, problems)


def watched(
    site: Project, url: str, size: Size, rate: float
) -> tuple[Round, dict[str, list[float]]]:
    """The load, and what is held meanwhile."""
    (socket,) = parse_qs(urlsplit(url).query)["host"]
    postmaster = int((Path(socket) / "data" / "postmaster.pid").read_text().split()[0])
    memory: dict[str, list[float]] = {WORKERS: [], DATABASE: [], BUFFERS: []}
    with ThreadPoolExecutor(1) as pool:
        given = pool.submit(load, site, size, post=True, rate=rate)
        while not given.done():
            database = [postmaster, *children(postmaster)]
            whole, shared = held(database, "Pss"), held(database, "Pss_Shmem")
            memory[WORKERS].append(held(workers(site), "Pss"))
            memory[DATABASE].append(whole - shared)
            memory[BUFFERS].append(shared)
            time.sleep(TICK)
    return given.result(), memory


def lines(name: str, values: list[float]) -> list[Line]:
    """The last third beside the second, and the slope of both."""
    third = len(values) // 3
    last, second = median(values[-third:]), median(values[-2 * third : -third])
    late = values[-2 * third :]
    minutes = [tick * TICK / 60 for tick in range(len(late))]
    line = ratios(f"{name}, MB", [(last, second)], at_most=0 if name in UNLIMITED else FLAT)
    return [
        replace(line, between=""),
        Line("of which MB more a minute", f"{linear_regression(minutes, late).slope:+.2f}"),
    ]


def section(done: Lasted) -> Section:
    given = done.given
    return Section(
        title="Memory",
        text=f"{done.minutes:g} minutes, {CONNECTIONS} connections, {given.done:,} submissions"
        f" begun at {done.rate:.0f} a second, half of what the server could a moment before: p50"
        f" {number(P50(given))} ms, p99 {number(P99(given))} ms. Medians of a third of the time.",
        lines=[line for name, values in done.memory.items() for line in lines(name, values)],
        heads=("last third", "second third"),
        after="\n".join(
            f"- {name}, MB every {TICK} s: {' '.join(f'{value:.1f}' for value in values)}"
            for name, values in done.memory.items()
        ),
        problems=done.problems,
    )


def main(minutes: float) -> int:
    """0, or 1 where something was lost or answered otherwise."""
    done = section(measure(minutes))
    written = f"Written by `make bench ARGS=endurance` on {datetime.now(UTC):%Y-%m-%d}."
    found = "\n".join(f"- {problem}" for problem in done.problems) or FINE
    parts = ["# Endurance", written, machine(), str(done), "## Checks", found, ""]
    RESULTS.write_text("\n\n".join(parts), encoding="utf-8")
    print(done, found, sep="\n\n")
    return int(bool(done.problems))
