"""`make bench`: every benchmark, written to bench/RESULTS.md. QUICK=1 for a short look."""

import os
import sys
import time
from pathlib import Path

from bench import comparisons, exports, moderation, proxy, report_exports, submissions
from bench.report import report
from tools.temporary_postgres import NoBinaries, NotStarted, stop_cleanly

RESULTS = Path(__file__).with_name("RESULTS.md")


def main() -> int:
    stop_cleanly()
    quick = os.environ.get("QUICK", "") not in ("", "0")
    size = submissions.QUICK if quick else submissions.FULL
    started = time.monotonic()
    try:
        measured = submissions.measure(size)
        proxied = proxy.measure(proxy.QUICK if quick else proxy.FULL)
        compared = comparisons.measure(comparisons.QUICK if quick else comparisons.FULL)
        queued = moderation.measure(moderation.QUICK if quick else moderation.FULL)
        exported = exports.measure(exports.QUICK if quick else exports.FULL)
    except (NoBinaries, NotStarted) as problem:
        print(problem, file=sys.stderr)
        return 1
    problems = measured.problems + compared.problems + exported.problems
    problems += proxied.problems if proxied else []
    section = report_exports.section(exported)
    behind = proxy.section(proxied)
    results = report(measured, size, behind, compared, queued, section, problems)
    RESULTS.write_text(results, encoding="utf-8")
    for found in problems:
        print(found, file=sys.stderr)
    print(f"Written to bench/RESULTS.md after {time.monotonic() - started:.0f} s")
    return int(bool(problems))


if __name__ == "__main__":
    sys.exit(main())
