"""`python -m tests.cluster`: every event, or those named; exits with 1 where something was lost.

The last event is a control: with asynchronous replication something must be lost, or this harness
couldn't see it.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tools.temporary_postgres import stop_cleanly

from . import comparing, events, needs, report
from .cluster import Cluster, cluster
from .readers import Acknowledgement, Log, Readers

EVENTS: dict[str, tuple[str, events.Event]] = {
    "quiet": ("nothing", events.nothing),
    "dies": ("the leader’s machine is killed", events.the_leader_dies),
    "freezes": ("the leader stands still, and wakes", events.the_leader_freezes),
    "application": ("an application machine is killed", events.an_application_machine_dies),
    "switchover": ("a switchover on purpose", events.a_switchover),
    "etcd": ("etcd restarts, and is away for 15 s", events.etcd_restarts),
    "waits": ("commits’ waits are ended, and the leader is killed", events.waits_are_ended),
}
CONTROL = "control"
NAMED = "control: asynchronous, the copies behind, the leader is killed"
MOST = 600  # seconds for all of it


def happens(
    name: str, event: events.Event, found: Cluster, copies: str, log: Log,
    earlier: list[Acknowledgement],
) -> report.Row:  # fmt: skip
    """One event among readers, and what the database says afterwards; of `earlier` ones as well."""
    readers = Readers(found.front, log)
    readers.begin()
    try:
        events.more(log)
        began, before = time.monotonic(), len(log.told)
        event(found, log)
        found.recover(copies)
        whole = time.monotonic() - began
        events.more(log)
    finally:
        readers.finish()
    told, ended = log.told[before:], time.monotonic()
    assert not log.wrong, log.wrong
    compared = comparing.compare(found, [*earlier, *log.told])
    earlier += log.told
    return report.Row(
        name, told, compared, log.statuses, log.kept, log.reads, log.unread,
        began, max([one.at for one in told], default=ended), whole,
    )  # fmt: skip


def _asynchronous(found: Cluster) -> None:
    """As no installation of ours should be. More of a lag than a copy may have stays allowed."""
    settings = ["synchronous_mode=false", "synchronous_mode_strict=false"]
    settings += ["maximum_lag_on_failover=1073741824"]
    options = [part for setting in settings for part in ("-s", setting)]
    found.leader().command("edit-config", "survey", "--force", *options)
    found.recover("replica replica")


def failures(row: report.Row, *, control: bool) -> list[str]:
    compared, found = row.compared, []
    if control and compared.lost == 0:
        found.append("nothing was lost: this harness can’t see a loss")
    if not control and compared.lost:
        found.append(f"{compared.lost} acknowledged answers are lost")
    if compared.doubled:
        found.append(f"{compared.doubled} answers are doubled")
    if compared.tallies != "equal":
        found.append(compared.tallies)
    return [f"{row.name}: {problem}" for problem in found]


def run(names: list[str], place: Path) -> tuple[list[report.Row], list[str]]:
    rows, problems = [], []
    told: list[Acknowledgement] = []
    with cluster(place) as found:
        for name in names:
            control = name == CONTROL
            if control:
                _asynchronous(found)
            named, event = (NAMED, events.loses_on_purpose) if control else EVENTS[name]
            copies = "replica replica" if control else "replica sync_standby"
            row = happens(named, event, found, copies, Log(place / f"{name}.log"), told)
            rows.append(row)
            problems += failures(row, control=control)
            print(f"{name}: {' | '.join(row.cells()[1:])}", flush=True)
    if not sum(row.kept for row in rows) and len(names) > 1:
        problems.append("no reader saw the page that keeps their text")
    return rows, problems


def _versions() -> str:
    commands = {
        "PostgreSQL": ["psql", "--version"],
        "Patroni": [str(needs.PLACE / ".venv/bin/patroni"), "--version"],
        "etcd": ["etcd", "--version"],
        "HAProxy": ["haproxy", "-v"],
        "PgBouncer": ["pgbouncer", "--version"],
    }
    path = f"{os.environ['PATH']}:/usr/sbin"
    said = {
        name: subprocess.run(command, capture_output=True, text=True, env={"PATH": path}).stdout
        for name, command in commands.items()
    }
    return ", ".join(f"{name} {report.version(text)}" for name, text in said.items())


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.cluster", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="EVENT", help=", ".join([*EVENTS, CONTROL]))
    parser.add_argument("--keep", action="store_true", help="leave the machines' files and logs")
    options = parser.parse_args()
    names = options.names or [*EVENTS, CONTROL]
    needs.installed()
    stop_cleanly()
    signal.signal(signal.SIGALRM, lambda number, frame: sys.exit(f"not done after {MOST} s"))
    signal.alarm(MOST)
    place, started = Path(tempfile.mkdtemp(prefix="cluster-", dir="/tmp")), time.monotonic()
    place.chmod(0o755)
    try:
        rows, problems = run(names, place)
    finally:
        if not options.keep:
            shutil.rmtree(place, ignore_errors=True)
    seconds = time.monotonic() - started
    print(f"\n{report.table(rows)}\n\n{seconds:.0f} s")
    if not options.names and not problems:
        report.write(rows, _versions(), seconds)
    print("\n".join(problems) or "Nothing lost, nothing doubled, tallies equal a recount.")
    return int(bool(problems))


if __name__ == "__main__":
    sys.exit(main())
