"""What is read of a million rows: results, comparisons and the moderators' queue, in RESULTS.md."""

from statistics import median

from bench import comparisons, moderation
from bench.comparisons import Compared, Times
from bench.lines import Line, Pair, Section, alone, compared, per_second, ratios
from bench.moderation import UNBUDGETED, Queued

COLD, WARM = 1.5, 5  # times the bare SQL; milliseconds
PAGE, QUERIES = 5, 4  # milliseconds; at most
LARGE = 1.5  # times the same page of a small queue


def results(done: Compared) -> Section:
    """Crosses and trends beside the bare SQL; the results page beside that of a small survey."""
    pages = [Pair(ours, theirs) for ours, theirs in done.pages]
    few = f"{comparisons.FEW:,}"
    return Section(
        title=f"Results of {done.size.responses:,} responses",
        text=f"Medians of {done.size.rounds} rounds; the reference is the bare SQL aggregate, of"
        f" the results page the same page of {few} responses.",
        lines=[
            cold("two items crossed, nothing kept, ms", done.cross),
            cold("an item over time, nothing kept, ms", done.trend),
            warm("two items crossed, kept, ms", done.cross),
            warm("an item over time, kept, ms", done.trend),
            compared(f"results page per second, to that of {few}", pages, per_second, at_least=0.9),
            alone("results page, ms on the server", median(done.looks), "ms", at_most=PAGE),
            alone(
                "results page, ms on the server, where an answer has come",
                median(done.drawn),
                "ms",
                at_most=PAGE,
            ),
            alone("results page, queries", done.queries[1], at_most=QUERIES),
            alone("results page, queries of a first look in a process", done.queries[0]),
        ],
        problems=done.problems,
    )


def cold(name: str, times: Times) -> Line:
    return ratios(name, list(zip(times.cold, times.sql, strict=True)), at_most=COLD)


def warm(name: str, times: Times) -> Line:
    return alone(name, median(times.warm), "ms", at_most=WARM)


def queue(queued: Queued) -> Section:
    """Each page of the moderators' queue beside the same of a small one."""
    size, few = queued.size, f"{moderation.FEW:,}"
    return Section(
        title=f"The moderators’ queue with {size.opinions:,} opinions",
        text=f"Milliseconds of a page, in turn with the same of {few} opinions; medians of"
        f" {size.rounds} rounds.",
        lines=[
            ratios(name, pairs, at_most=0 if name in UNBUDGETED else LARGE)
            for name, pairs in queued.pages.items()
        ],
        heads=(f"{size.opinions:,}", few),
    )
