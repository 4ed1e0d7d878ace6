"""Submissions and the article's page: their part of RESULTS.md."""

from statistics import median

from bench.lines import P50, P99, Pair, Section, compared, per_second, rounds
from bench.submissions import CONNECTIONS, Measured, pairs

QUIET = 0.25
LEAST = {"django-form-surveys": 8, "django-survey-and-report": 12}


def sections(measured: Measured) -> list[Section]:
    return [against_view(measured), against_peers(measured)]


def against_view(measured: Measured) -> Section:
    size, rate = measured.size, f"{measured.rate:.0f}"
    full, paced, pages = map(pairs, (measured.submissions, measured.paced, measured.pages))
    same = f"at {rate}/s for both"
    return Section(
        title="Submissions and the article, to a bare Django view",
        text=f"Medians of {size.rounds} rounds of {size.seconds:g} s; the ratio is the median of"
        f" the rounds’ ratios, with its range. {CONNECTIONS} connections; the page has"
        f" {measured.page_bytes:,} bytes.",
        lines=[
            compared("submissions per second", full, per_second, at_least=0.45, stretch=0.6),
            compared(f"a submission, p50 in ms, {same}", paced, P50),
            compared(f"a submission, p99 in ms, {same}", paced, P99, at_most=2),
            # No budget: all connections waiting, latency only says the throughput once more.
            compared("a submission, p50 in ms, saturated", full, P50),
            compared("a submission, p99 in ms, saturated", full, P99),
            compared("the article’s page per second", pages, per_second, at_least=0.6),
        ],
        after=quietness(full),
        details="\n\n".join(
            [
                rounds("Submissions, as fast as answered", full),
                rounds(f"Submissions, {rate} a second for both", paced),
                rounds("The article’s page alone", pages),
            ]
        ),
        problems=measured.problems,
    )


def against_peers(measured: Measured) -> Section:
    """In the same turns as the first line above."""
    by_peer = {name: pairs(measured.submissions, name) for name in LEAST}
    return Section(
        title="Submissions, to the peers",
        text="In the same rounds: the survey’s page, then its form with the token that came with"
        " the page, as many questions of the same kinds, the same readers’ answers.",
        lines=[
            compared(f"submissions per second, to {name}", found, per_second, at_least=LEAST[name])
            for name, found in by_peer.items()
        ],
        heads=("application", "peer"),
        details="\n\n".join(
            rounds(f"Submissions, beside {name}", found, "peer") for name, found in by_peer.items()
        ),
    )


def quietness(found: list[Pair]) -> str:
    """Whether the machine did anything else: the reference is the same in every round."""
    speeds = [per_second(pair.theirs) for pair in found]
    spread = (max(speeds) - min(speeds)) / median(speeds)
    if spread > QUIET:
        return (
            f"**The machine was not quiet**: the reference’s rounds differ by {spread:.0%} of their"
            " median. Run it again when nothing else runs."
        )
    return f"The machine was quiet: the reference’s rounds differ by {spread:.0%} of their median."
