"""Submissions on SQLite, which is what the site runs on when nobody names a database.

The application as in production but for that, and the bare view on a file with the same settings,
in turn; the server and its threads are those of the other measurements.
"""

import sqlite3
import tempfile
from collections import Counter
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.lines import P99, Section, alone, compared, per_second
from bench.servers import OUT, application, fetch, manage, reference, served
from bench.submissions import (
    CONNECTIONS,
    Size,
    Turn,
    fill,
    in_turn,
    miscounted,
    pairs,
    wrong_answers,
)

LEAST = 200
QUICK = Size(rounds=3, seconds=1)
FULL = Size(rounds=3, seconds=10)
TABLES = {"application": "polls_response", "reference": "bench_entry"}


@dataclass(frozen=True)
class OneFile:
    size: Size
    turns: list[Turn]
    problems: list[str]


def measure(size: Size) -> OneFile:
    # Where the checkout is: /tmp may be in memory. (What readers post stands in OUT already.)
    with tempfile.TemporaryDirectory(dir=OUT) as place, ExitStack() as stack:
        files = {name: Path(place) / f"{name}.sqlite3" for name in TABLES}
        site = application(f"sqlite:///{files['application']}")
        fill(site)
        stack.enter_context(served(site))
        page = OUT / "page.html"
        page.write_bytes(fetch(site))
        bare = reference(f"sqlite:///{files['reference']}", page)
        manage(bare, "migrate", "--run-syncdb", "--verbosity", "0")
        stack.enter_context(served(bare))
        turns = in_turn("submissions on SQLite", [site, bare], size, post=True)
        problems = wrong_answers(turns) + missing(files, turns) + locked() + miscounted(site)
    return OneFile(size, turns, problems)


def missing(files: dict[str, Path], turns: list[Turn]) -> list[str]:
    """Acknowledged is stored, here too."""
    acknowledged = Counter[str]()
    for turn in turns:
        acknowledged.update({name: given.done for name, given in turn.items()})
    problems = []
    for name, table in TABLES.items():
        with closing(sqlite3.connect(files[name])) as connection:
            (stored,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
        if stored != acknowledged[name]:
            problems.append(f"SQLite, {table}: {acknowledged[name]} acknowledged, {stored} stored")
    return problems


def locked() -> list[str]:
    """What the servers logged; `served` writes it there. The application tells an error that it
    tries again by its class (`polls.lib.logs`): any of the database's counts here."""
    logs = {name: (OUT / f"{name}.log").read_bytes() for name in TABLES}
    return [
        f"SQLite: the {name} logged a fault of the database, a lock perhaps"
        for name, log in logs.items()
        if b"locked" in log or b"OperationalError" in log
    ]


def section(done: OneFile) -> Section:
    found = pairs(done.turns)
    return Section(
        title="Submissions on SQLite",
        text=f"{CONNECTIONS} connections, {done.size.rounds} rounds of {done.size.seconds:g} s; the"
        " reference is the bare view on a file with the same settings. What a server logs of a"
        " locked database stands under “Checks”.",
        lines=[
            alone(
                "submissions per second on SQLite",
                median(per_second(pair.ours) for pair in found),
                "a second",
                at_least=LEAST,
            ),
            compared("the same, to the bare view", found, per_second),
            compared("a submission, p99 in ms, saturated", found, P99),
        ],
        problems=done.problems,
    )
