"""`make bench`: every benchmark, written to bench/RESULTS.md. QUICK=1 for a short look."""

import os
import sys
import time
from pathlib import Path

from bench.report import report
from bench.submissions import FULL, QUICK, measure
from tools.temporary_postgres import NoBinaries, NotStarted, stop_cleanly

RESULTS = Path(__file__).with_name("RESULTS.md")


def main() -> int:
    stop_cleanly()
    size = QUICK if os.environ.get("QUICK", "") not in ("", "0") else FULL
    started = time.monotonic()
    try:
        measured = measure(size)
    except (NoBinaries, NotStarted) as problem:
        print(problem, file=sys.stderr)
        return 1
    RESULTS.write_text(report(measured, size), encoding="utf-8")
    for found in measured.problems:
        print(found, file=sys.stderr)
    print(f"Written to bench/RESULTS.md after {time.monotonic() - started:.0f} s")
    return int(bool(measured.problems))


if __name__ == "__main__":
    sys.exit(main())
