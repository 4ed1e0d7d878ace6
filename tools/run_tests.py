"""`make test`: the tests on SQLite with a browser, then on PostgreSQL, and what was left out.

With `--faults` (`make test-faults`) those that break what the site runs on, and no others.
With CI=true nothing may be left out for want of a browser or a database server.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tools import temporary_postgres
from tools.find_chromium import find_chromium

# A user's own settings must neither change a test nor be written to by one.
NOT_INHERITED = (
    "DATABASE_URL",
    "SECRET_KEY",
    "ALLOWED_HOSTS",
    "PUBLIC_ORIGINS",
    "TRUSTED_PROXIES",
)
BROWSER_LEFT_OUT = (
    "the browser tests: no Chromium was found"
    " (install chromium or Google Chrome, or set CHROMIUM to its path)"
)
POSTGRES_LEFT_OUT = f"everything on PostgreSQL: {temporary_postgres.NO_BINARIES}"

NO_TESTS = 5  # pytest's exit code

Pytest = Callable[[Sequence[str], Mapping[str, str]], int]


@dataclass(frozen=True)
class Run:
    database: str
    markers: str
    pytest: Pytest
    # A process for each core, in the order of collection: each has a database of its own.
    processes: str = "auto"


def plan(*, browser: bool, postgres: bool) -> tuple[list[Run], list[str]]:
    """The runs, and what they leave out. A page looks the same on both databases, so once."""
    sqlite = "not postgres and not faults" + ("" if browser else " and not browser")
    runs = [Run("SQLite", sqlite, alone)]
    if postgres:
        runs.append(Run("PostgreSQL", "not browser and not faults", beside_postgres))
    left_out = [] if browser else [BROWSER_LEFT_OUT]
    return runs, left_out if postgres else [*left_out, POSTGRES_LEFT_OUT]


def plan_of_faults(*, postgres: bool) -> tuple[list[Run], list[str]]:
    """The same of the faults, one after the other: each has the whole machine."""
    runs = [Run("SQLite", "faults and not postgres", alone, "0")]
    if postgres:
        runs.append(Run("PostgreSQL", "faults", beside_postgres, "0"))
    return runs, [] if postgres else [POSTGRES_LEFT_OUT]


def alone(command: Sequence[str], environment: Mapping[str, str]) -> int:
    return subprocess.run(command, env=environment, check=False).returncode


def beside_postgres(command: Sequence[str], environment: Mapping[str, str]) -> int:
    try:
        return temporary_postgres.run(command, environment=environment)
    except temporary_postgres.NotStarted as problem:
        print(problem, file=sys.stderr)
        return 1


def carry_out(run: Run, arguments: Sequence[str], environment: Mapping[str, str]) -> bool:
    print(f"\n=== Tests on {run.database} ===", flush=True)
    command = [sys.executable, "-m", "pytest", "-n", run.processes, "-m", run.markers, *arguments]
    code = run.pytest(command, environment)
    # With ARGS=tests/browser there is nothing for PostgreSQL; without, no test is no success.
    return code == 0 or (code == NO_TESTS and bool(arguments))


def summary(results: Mapping[str, bool], left_out: Sequence[str], *, ci: bool) -> tuple[str, int]:
    lines = [f"{name}: {'passed' if passed else 'FAILED'}" for name, passed in results.items()]
    lines += [f"Left out: {what}" for what in left_out]
    forbidden = ci and bool(left_out)
    if forbidden:
        lines.append("FAILED: with CI=true nothing may be left out.")
    return "\n".join(lines), int(forbidden or not all(results.values()))


def main(arguments: Sequence[str]) -> int:
    temporary_postgres.stop_cleanly()
    environment = {k: v for k, v in os.environ.items() if k not in NOT_INHERITED}
    environment["DEBUG"] = "true"
    postgres = temporary_postgres.find_binaries() is not None
    given = [argument for argument in arguments if argument != "--faults"]
    if given != list(arguments):
        runs, left_out = plan_of_faults(postgres=postgres)
    else:
        runs, left_out = plan(browser=find_chromium() is not None, postgres=postgres)
    started = time.monotonic()
    results = {run.database: carry_out(run, given, environment) for run in runs}
    ci = os.environ.get("CI", "").lower() in ("true", "1")
    text, code = summary(results, left_out, ci=ci)
    print(f"\n=== Tests, {time.monotonic() - started:.0f} s ===\n{text}", flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
