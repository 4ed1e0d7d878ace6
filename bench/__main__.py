"""`make bench`: every benchmark, written to bench/RESULTS.md. QUICK=1: a short look, to bench/out.

With names (`make bench ARGS="proxy sqlite"`), those alone, printed and written nowhere; by the name
`endurance`, that run alone, written to bench/ENDURANCE.md (MINUTES= for others than ten).
"""

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bench import (
    comparisons,
    endurance,
    exports,
    growth,
    moderation,
    others,
    proxy,
    report_exports,
    report_queries,
    report_submissions,
    sqlite,
    starting,
    submissions,
)
from bench.lines import Section
from bench.report import report
from bench.servers import OUT, ROOT
from tools.temporary_postgres import NoBinaries, NotStarted, stop_cleanly

RESULTS = Path(__file__).with_name("RESULTS.md")
Part = Callable[[bool, str], list[Section]]


def submitted(quick: bool, source: str) -> list[Section]:
    size = submissions.QUICK if quick else submissions.FULL
    return report_submissions.sections(submissions.measure(size, source))


def proxied(quick: bool, source: str) -> list[Section]:
    return proxy.sections(proxy.measure(proxy.QUICK if quick else proxy.FULL, source))


def on_sqlite(quick: bool, _source: str) -> list[Section]:
    return [sqlite.section(sqlite.measure(sqlite.QUICK if quick else sqlite.FULL))]


def started(quick: bool, _source: str) -> list[Section]:
    return [starting.section(starting.measure(1 if quick else 3))]


def compared(quick: bool, source: str) -> list[Section]:
    size = comparisons.QUICK if quick else comparisons.FULL
    return [report_queries.results(comparisons.measure(size, source))]


def queued(quick: bool, source: str) -> list[Section]:
    size = moderation.QUICK if quick else moderation.FULL
    return [report_queries.queue(moderation.measure(size, source))]


def exported(quick: bool, source: str) -> list[Section]:
    size = exports.QUICK if quick else exports.FULL
    return [report_exports.section(exports.measure(size, source))]


def grown(quick: bool, source: str) -> list[Section]:
    """Nothing of it has a budget, and a quick run has no time for it."""
    return [] if quick else [growth.section(growth.measure(source))]


PARTS: dict[str, Part] = {
    "submissions": submitted,
    "proxy": proxied,
    "sqlite": on_sqlite,
    "start": started,
    "comparisons": compared,
    "moderation": queued,
    "exports": exported,
    "growth": grown,
}


def measured(asked: Sequence[str], *, quick: bool) -> tuple[list[Section], dict[str, float]]:
    """Each part in turn, and how many seconds it took."""
    begun = time.monotonic()
    sections: list[Section] = []
    with submissions.sample() as source:
        took = {"preparing": time.monotonic() - begun}
        for name in asked:
            sections += PARTS[name](quick, source)
            took[name] = time.monotonic() - begun - sum(took.values())
    return sections, took


def main() -> int:
    stop_cleanly()
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("part", nargs="*", choices=[*PARTS, "endurance", []], metavar="part")
    asked = parser.parse_args().part or list(PARTS)
    try:
        if asked == ["endurance"]:
            return endurance.main(float(os.environ.get("MINUTES", "10")))
        return ordinary(asked, quick=os.environ.get("QUICK", "") not in ("", "0"))
    except (NoBinaries, NotStarted) as problem:
        print(problem, file=sys.stderr)
        return 1


def ordinary(asked: Sequence[str], *, quick: bool) -> int:
    """1 where something was lost or answered otherwise. Whether a budget is missed only stands in
    the table."""
    if "submissions" in asked:
        others.python()  # made before the clock starts: it takes a while, and once
    sections, took = measured(asked, quick=quick)
    if asked == list(PARTS):
        file = OUT / RESULTS.name if quick else RESULTS
        file.write_text(report(sections, took, quick=quick), encoding="utf-8")
        print(f"Written to {file.relative_to(ROOT)} after {sum(took.values()):.0f} s")
    print(*sections, sep="\n\n")
    problems = [problem for section in sections for problem in section.problems]
    print(*problems, sep="\n", end="\n" if problems else "", file=sys.stderr)
    return int(bool(problems))


if __name__ == "__main__":
    sys.exit(main())
