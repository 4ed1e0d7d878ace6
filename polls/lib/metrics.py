"""What this process counts while it serves, for Prometheus. It asks no database.

With PROMETHEUS_MULTIPROC_DIR in the environment each process counts in files of its own there,
mapped into its memory; whoever is asked adds up the files of all of them, of those that have died
too. Without it a process knows only its own counts.
"""

import os
from functools import lru_cache
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Histogram

if _folder := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
    Path(_folder).mkdir(parents=True, exist_ok=True)  # or the counters below could not be made

COUNTERS = CollectorRegistry()

REQUESTS = Counter(
    "survey_http_requests",
    "Requests answered, by the name of their address and status, but for pages that caches keep.",
    ["route", "code"],
    registry=COUNTERS,
)
SUBMISSIONS = Counter(
    "survey_submissions",
    "Answers that readers sent, by what became of them.",
    ["outcome"],
    registry=COUNTERS,
)
SECONDS = Histogram(
    "survey_submission_duration_seconds",
    "Time to the thanks, of answers that were taken.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
    registry=COUNTERS,
)

# Addresses where answers are sent to: the article's page, and a frame on another site.
SUBMITTED = ("responses", "embed-responses")
# These four are said by who decides them (`requests.note`), but for the first: it is the rule.
ACCEPTED, REPEATED, CHANGED, CLOSED = "accepted", "repeated", "changed", "closed"
TAKEN = (ACCEPTED, REPEATED, CHANGED)
ERROR = "error"
OUTCOMES = {
    200: ACCEPTED,  # in a frame; on the page it is a redirect to the receipt
    303: ACCEPTED,
    400: "invalid",
    403: "foreign_origin",
    404: "not_found",
    409: "conflict",
    410: CLOSED,
    413: "invalid",
    415: "invalid",
    422: "invalid",
    429: "rate_limited",
    503: "unavailable",
}
# Said from the start, so that the first of its kind is seen as a change.
_submissions = {
    outcome: SUBMISSIONS.labels(outcome)
    for outcome in dict.fromkeys((*TAKEN, *OUTCOMES.values(), ERROR))
}


@lru_cache(maxsize=1024)
def _requests(route: str, code: int) -> Counter:
    return REQUESTS.labels(route, code)


def count_request(route: str, code: int) -> None:
    _requests(route, code).inc()


def count_submission(code: int, outcome: str, seconds: float) -> None:
    """`outcome`: what was said of it; empty where the status tells."""
    outcome = outcome or OUTCOMES.get(code, ERROR)
    _submissions[outcome].inc()
    if outcome in TAKEN:
        SECONDS.observe(seconds)
