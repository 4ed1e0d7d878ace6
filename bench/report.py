"""RESULTS.md: every figure beside its reference, every ratio beside its budget."""

import os
import platform
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median

from bench.comparisons import FEW, Compared, Times
from bench.load import Round
from bench.moderation import UNBUDGETED, Queued
from bench.submissions import CONNECTIONS, Measured, Pair, Size

Figure = Callable[[Round], float]
QUIET = 0.25
COLD, WARM = 1.5, 5  # times the bare SQL; milliseconds
LARGE = 1.5  # times the same page of a small queue
PACKAGES = ("Django", "granian", "psycopg2-binary", "django-crispy-forms", "pyarrow")


def per_second(given: Round) -> float:
    return given.done / given.seconds


def percentile(share: float) -> Figure:
    """Milliseconds that this share of the answers didn't exceed."""

    def figure(given: Round) -> float:
        ordered = sorted(given.latencies)
        return 1000 * ordered[min(int(share * len(ordered)), len(ordered) - 1)]

    return figure


P50, P99 = percentile(0.5), percentile(0.99)


def report(
    measured: Measured,
    size: Size,
    proxied: str,
    compared: Compared,
    queued: Queued,
    exports: str,
    problems: list[str],
) -> str:
    """`proxied` and `exports` are sections of their own (`proxy`, `report_exports`)."""
    return "\n\n".join(
        [
            "# Results",
            f"Written by `make bench` on {datetime.now(UTC):%Y-%m-%d}; what each line measures"
            " stands in [README.md](README.md).",
            machine(measured),
            summary(measured, size),
            quietness(measured.submissions),
            proxied,
            comparisons(compared),
            queue(queued),
            exports,
            "## Every round",
            rounds("Submissions, as fast as answered", measured.submissions),
            rounds(f"Submissions, {measured.rate:.0f} a second for both", measured.paced),
            rounds("The article’s page alone", measured.pages),
            "## Checks",
            checks(problems),
            "",
        ]
    )


def machine(measured: Measured) -> str:
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    cores = os.cpu_count()
    return (
        f"{cores} cores, {processor()}. Python {platform.python_version()},"
        f" PostgreSQL {measured.postgres} (durable), {packages}.\n\n"
        f"The load generator, the server and PostgreSQL share these {cores} cores, so absolute"
        f" figures say nothing about another machine: read the ratios. {CONNECTIONS} connections;"
        f" the page has {measured.page_bytes:,} bytes."
    )


def processor() -> str:
    """The model's name as Linux tells it."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or "an unknown processor"


def summary(measured: Measured, size: Size) -> str:
    head = (
        f"Medians of {size.rounds} rounds of {size.seconds:.0f} s; the ratio is the median of the"
        " rounds’ ratios, with its range.\n\n"
        "| | application | reference | ratio | range | budget | |\n"
        "| --- | ---: | ---: | ---: | --- | --- | --- |"
    )
    full, paced, pages = measured.submissions, measured.paced, measured.pages
    same = f"at {measured.rate:.0f}/s for both"
    return "\n".join(
        [
            head,
            line("submissions per second", full, per_second, at_least=0.45, stretch=0.6),
            line(f"a submission, p50 in ms, {same}", paced, P50),
            line(f"a submission, p99 in ms, {same}", paced, P99, at_most=2),
            # No budget: all connections waiting, latency only says the throughput once more.
            line("a submission, p50 in ms, saturated", full, P50),
            line("a submission, p99 in ms, saturated", full, P99),
            line("the article’s page per second", pages, per_second, at_least=0.6),
        ]
    )


def comparisons(compared: Compared) -> str:
    """Crosses and trends beside the bare SQL; the results page beside that of a small survey."""
    many, size = f"{compared.size.responses:,}", compared.size
    pages = [Pair(ours, theirs) for ours, theirs in compared.pages]
    return "\n".join(
        [
            f"Results of {many} responses; medians of {size.rounds} rounds.\n",
            "| | application | reference | ratio | range | budget | |",
            "| --- | ---: | ---: | ---: | --- | --- | --- |",
            cold("two items crossed, nothing kept, ms", compared.cross),
            cold("an item over time, nothing kept, ms", compared.trend),
            warm("two items crossed, kept, ms", compared.cross),
            warm("an item over time, kept, ms", compared.trend),
            line(f"results page per second, to that of {FEW:,}", pages, per_second, at_least=0.9),
        ]
    )


def cold(name: str, times: Times) -> str:
    ratios = [ours / sql for ours, sql in zip(times.cold, times.sql, strict=True)]
    verdict = "kept" if median(ratios) <= COLD else "missed"
    between = f"{min(ratios):.2f}–{max(ratios):.2f}"
    return (
        f"| {name} | {number(median(times.cold))} | {number(median(times.sql))}"
        f" | **{median(ratios):.2f}** | {between} | ≤ {COLD} | {verdict} |"
    )


def warm(name: str, times: Times) -> str:
    verdict = "kept" if median(times.warm) <= WARM else "missed"
    return f"| {name} | {median(times.warm):.1f} | | | | ≤ {WARM} ms | {verdict} |"


def queue(queued: Queued) -> str:
    """Each page of the moderators' queue beside the same of a small one."""
    size = queued.size
    lines = [
        f"The moderators’ queue with {size.opinions:,} opinions and, in turn, with {FEW:,};"
        f" milliseconds of a page, medians of {size.rounds} rounds.\n",
        f"| | {size.opinions:,} | {FEW:,} | ratio | range | budget | |",
        "| --- | ---: | ---: | ---: | --- | --- | --- |",
    ]
    for name, pairs in queued.pages.items():
        ratios = [large / small for large, small in pairs]
        verdict = "kept" if median(ratios) <= LARGE else "missed"
        budget = f"≤ {LARGE} | {verdict}" if name not in UNBUDGETED else " |"
        lines.append(
            f"| {name} | {median(large for large, _ in pairs):.1f}"
            f" | {median(small for _, small in pairs):.1f} | **{median(ratios):.2f}**"
            f" | {min(ratios):.2f}–{max(ratios):.2f} | {budget} |"
        )
    return "\n".join(lines)


def quietness(pairs: list[Pair]) -> str:
    """Whether the machine did anything else: the reference is the same in every round."""
    speeds = [per_second(pair.theirs) for pair in pairs]
    spread = (max(speeds) - min(speeds)) / median(speeds)
    if spread > QUIET:
        return (
            f"**The machine was not quiet**: the reference’s rounds differ by {spread:.0%} of their"
            " median. Run it again when nothing else runs."
        )
    return f"The machine was quiet: the reference’s rounds differ by {spread:.0%} of their median."


def line(
    name: str,
    pairs: list[Pair],
    figure: Figure,
    *,
    at_least: float = 0,
    at_most: float = 0,
    stretch: float = 0,
) -> str:
    ours = [figure(pair.ours) for pair in pairs]
    theirs = [figure(pair.theirs) for pair in pairs]
    ratios = [one / other for one, other in zip(ours, theirs, strict=True)]
    ratio = median(ratios)
    budget, verdict = "", ""
    if at_least:
        budget, verdict = f"≥ {at_least}", "kept" if ratio >= at_least else "missed"
    if at_most:
        budget, verdict = f"≤ {at_most}", "kept" if ratio <= at_most else "missed"
    if stretch:
        budget += f" (stretch {stretch})"
    between = f"{min(ratios):.2f}–{max(ratios):.2f}"
    return (
        f"| {name} | {number(median(ours))} | {number(median(theirs))} | **{ratio:.2f}**"
        f" | {between} | {budget} | {verdict} |"
    )


def number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def rounds(title: str, pairs: list[Pair]) -> str:
    lines = [
        f"### {title}",
        "",
        "| round | application /s | reference /s | ratio | p50 ms | p99 ms"
        " | generator’s share of a core |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for index, pair in enumerate(pairs, start=1):
        sides = (pair.ours, pair.theirs)
        speed = [per_second(side) for side in sides]
        shares = (f"{side.processor / side.seconds:.0%}" for side in sides)
        lines.append(
            f"| {index} | {number(speed[0])} | {number(speed[1])} | {speed[0] / speed[1]:.2f}"
            f" | {' : '.join(number(P50(side)) for side in sides)}"
            f" | {' : '.join(number(P99(side)) for side in sides)} | {' : '.join(shares)} |"
        )
    return "\n".join(lines)


def checks(problems: list[str]) -> str:
    if problems:
        found = "\n".join(f"- {problem}" for problem in problems)
        return f"**Failed, so the figures above are worth nothing:**\n\n{found}"
    return (
        "Every acknowledged submission of both sides is in the database, no request was answered"
        " otherwise, the tallies equal a recount, and the exported files hold every row."
    )
